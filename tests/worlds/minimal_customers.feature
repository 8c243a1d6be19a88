@simulator @long
Feature: People of a customer, in the smallest world

  Scenario: Both ways of having accounts in two workspaces
    When the API client creates the customer "Branch"
    And the API client invites Olga to the customer "Branch" as an operator
    And Olga signs in to Workato
    Then Olga sees "Choose a workspace"
    When the API client invites Ida to the customer "Branch" as an end user
    And Ida accepts the invitation to Workato Identity
    And Ida clicks "Not you? Sign out"
    And Ida signs in to Workato Identity
    Then Ida sees "Choose a workspace"
