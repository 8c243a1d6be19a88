Feature: MCP Workato Identity access method and end-user group configuration
  As a Workato admin
  I give end-user groups access to an MCP server through Workato Identity,
  following the documented procedure click by click.

  @VUA-1 @ui @fresh
  Scenario: Set the access method to Workato Identity and add end-user groups
    Given Marc, an admin, is signed in to Workato
    And the MCP server "Finance assistant" uses token-based access
    # The documented steps, one by one:
    When he goes to AI Hub and selects the MCP servers tab
    And he clicks the MCP server "Finance assistant"
    And he clicks the End user access tab
    And he goes to the Access Method section and ensures that Workato Identity is selected
    And he clicks Add user groups
    And he uses the User groups drop-down menu to select "Finance team" and "Contractors"
    And he clicks Add
    # What he sees then:
    Then the group "Finance team" stands in the list with its member count
    And the group "Contractors" stands in the list with its member count

  @VUA-2 @ui @fresh
  Scenario: A group's access can be taken away again
    Given Marc, an admin, is signed in to Workato
    When he opens the End user access tab of "Procurement assistant"
    And he removes the group "Procurement team" and confirms
    Then the list of groups is empty and says what to do

  @VUA-3 @ui @fresh
  Scenario: Switching to Workato Identity ends the MCP token at once
    Given Marc, an admin, is signed in to Workato
    And he opens the End user access tab of "Finance assistant"
    And he generates an MCP token that a client can use
    When he switches the access method to "Workato Identity"
    Then the client's token is refused

  @VUA-4 @ui @fresh
  Scenario: Nobody is added when no group is chosen
    Given Marc, an admin, is signed in to Workato
    And he opens the End user access tab of "Procurement assistant"
    When he clicks Add user groups
    And he clicks Add
    Then the field "User groups" says "Select at least one user group."

  @VUA-5 @ui @fresh
  Scenario: The prerequisite, an end-user group with assigned users
    Given Marc, an admin, is signed in to Workato
    When he creates the end-user group "Travel desk" with Ada in Workspace admin
    Then the group "Travel desk" can be added to "Procurement assistant"
