@ui @simulator
Feature: People of a customer, in the world with two apps

  Scenario: Both ways of having accounts in two workspaces
    When the API client creates the customer "Branch"
    And the API client invites Wim to the customer "Branch" as an operator
    And Wim signs in to Workato
    Then Wim sees "Choose a workspace"
    When the API client invites Uma to the customer "Branch" as an end user
    And Uma accepts the invitation to Workato Identity
    And Uma clicks "Not you? Sign out"
    And Uma signs in to Workato Identity
    Then Uma sees "Choose a workspace"
