Feature: Environments and deployments
  As a Workato admin
  I build a project in Development, and deploy it where people use it.

  Background:
    Given Marc, an admin, is signed in to Workato
    When Marc goes to Workspace admin > Environments
    And Marc fills in and clicks "Add":
      | Add an environment | Development |

  @USR-63 @fresh
  Scenario: An environment is added, and removed while nothing is in it
    Then Marc sees these rows alone:
      | Environment | End-user groups | API clients |
      | Development | 0               | 0           |
      | Production  | 3               | 1           |
    When Marc clicks "Remove Development"
    Then Marc sees these rows alone:
      | Environment |
      | Production  |

  @USR-65 @fresh
  Scenario: A project is deployed, and once more
    When Marc goes to Projects > Finance > Deployments
    Then Marc sees "This project has not been deployed yet."
    When Marc clicks "Deploy to"
    And Marc fills in and clicks "Deploy":
      | Description | The first |
    Then the field "Environment" says "Select the environment that it is deployed to."
    When Marc fills in and clicks "Deploy":
      | Environment | Production |
    Then Marc sees "Deployed 'Finance' to Production."
    And Marc sees these rows alone:
      | Environment | State   | Description | Deployed by |
      | Production  | Success | The first   | Marc Adler  |
    When Marc goes to Projects
    Then Marc sees "Finance (Production)"
    When Marc goes to Projects > Finance (Production) > Deployments
    Then Marc sees "Only projects of Development can be deployed"
    And Marc does not see "Deploy to"
    When Marc goes to Projects > Finance > Deployments
    And Marc clicks "Deploy deployment 1 again"
    Then Marc sees "It takes the place of what later deployments brought there."
    When Marc clicks "Deploy"
    Then Marc sees "2 deployments"
