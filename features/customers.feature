Feature: Customers of an embedded vendor
  As a vendor who embeds Workato
  I give each customer a workspace of its own, and people who work in several know where they are.

  @EMB-1 @EMB-3 @fresh
  Scenario: A collaborator of two workspaces picks one, and switches to the other
    When the API client creates the customer "Beta Ltd"
    And the API client invites Marc to the customer "Beta Ltd" as an admin
    And Marc signs in to Workato
    Then Marc sees "Choose a workspace"
    When Marc clicks "Beta Ltd"
    And Marc goes to Projects
    Then Marc does not see "Procurement"
    When Marc goes to Projects > New project
    And Marc fills in and clicks "Create project":
      | Project name | Purchasing of Beta |
    And Marc clicks "Switch workspace"
    And Marc clicks "Acme Corp"
    And Marc goes to Projects
    Then Marc sees "Procurement"
    And Marc does not see "Purchasing of Beta"

  @EMB-3 @fresh @simulator
  Scenario: An end user with one password in two workspaces is asked which
    When the API client creates the customer "Beta Ltd"
    And the API client invites Ada to the customer "Beta Ltd" as an end user
    And Ada accepts the invitation to Workato Identity
    And Ada clicks "Not you? Sign out"
    And Ada signs in to Workato Identity
    Then Ada sees "Choose a workspace"
    When Ada clicks "Beta Ltd"
    Then Ada sees "your account in the workspace Beta Ltd"
