Feature: MCP Workato Identity access method and end-user group configuration
  As a Workato admin
  I give end-user groups access to an MCP server through Workato Identity,
  following the documented procedure click by click.

  @VUA-1 @ui @fresh
  Scenario: Set the access method to Workato Identity and add end-user groups
    Given Marc, an admin, is signed in to Workato
    And the MCP server "Finance assistant" uses token-based access
    # The documented steps, one by one:
    When Marc goes to AI Hub and selects the MCP servers tab
    And Marc clicks the MCP server "Finance assistant"
    And Marc clicks the End user access tab
    And Marc goes to the Access Method section and ensures that Workato Identity is selected
    And Marc clicks Add user groups
    And Marc uses the User groups drop-down menu to select "Finance team" and "Contractors"
    And Marc clicks Add
    # What Marc sees then:
    Then the group "Finance team" stands in the list with its member count
    And the group "Contractors" stands in the list with its member count
    And these groups alone stand in the list: "Finance team" and "Contractors"

  @VUA-1 @ui @fresh
  Scenario: The same by keyboard, and a choice that is taken back
    Given Marc, an admin, is signed in to Workato
    And Marc opens the End user access tab of "Procurement assistant"
    When Marc clicks Add user groups
    And Marc uses the User groups drop-down menu to select "Finance team" and "Contractors"
    And Marc uses the User groups drop-down menu by keyboard to select "Contractors"
    And Marc clicks Add
    Then these groups alone stand in the list: "Procurement team" and "Contractors"

  @VUA-2 @ui @fresh
  Scenario: A group's access can be taken away again
    Given Marc, an admin, is signed in to Workato
    When Marc opens the End user access tab of "Procurement assistant"
    And Marc removes the group "Procurement team" and confirms
    Then the list of groups is empty and says what to do

  @VUA-2 @ui @fresh
  Scenario: Who loses the access feels it at the next call
    Given Ada's MCP client is connected to "Procurement assistant" after they signed in
    And Marc, an admin, is signed in to Workato
    When Marc opens the End user access tab of "Procurement assistant"
    And Marc removes the group "Procurement team" and confirms
    Then the server refuses Ada's next call with 403 and says which groups page to go to

  @VUA-3 @ui @fresh
  Scenario: Switching to Workato Identity ends the MCP token at once
    Given Marc, an admin, is signed in to Workato
    And Marc opens the End user access tab of "Finance assistant"
    And Marc generates an MCP token that a client can use
    When Marc switches the access method to "Workato Identity"
    Then the client's token is refused
    When Marc switches the access method to "Token-based access"
    Then the client's token is refused

  @VUA-4 @ui @fresh
  Scenario: Nobody is added when no group is chosen
    Given Marc, an admin, is signed in to Workato
    And Marc opens the End user access tab of "Procurement assistant"
    When Marc clicks Add user groups
    And Marc clicks Add
    Then the field "User groups" says "Select at least one user group."

  @VUA-5 @ui @fresh
  Scenario: The prerequisite, an end-user group with assigned users
    Given Marc, an admin, is signed in to Workato
    When Marc creates the end-user group "Travel desk" with Ada in Workspace admin
    Then the group "Travel desk" can be added to "Procurement assistant"

  @VUA-19 @ui @fresh
  Scenario: A single person gets access without a group, and loses it again
    Given Marc, an admin, is signed in to Workato
    And Marc opens the End user access tab of "Procurement assistant"
    Then the tab says that they sign in with "Username and password (Workato Identity)"
    When Marc clicks Add end users
    And Marc chooses the end user Eve
    And Marc clicks Add
    Then Eve stands among the end users with access of their own
    And the card of "Procurement assistant" names the end user Eve
    Given Eve's MCP client is connected to "Procurement assistant" after they signed in
    Then Eve's call of "Get_procurement_policy" succeeds
    When Marc opens the End user access tab of "Procurement assistant"
    And Marc removes the end user Eve and confirms
    Then the server refuses Eve's next call with 403 and says which groups page to go to

  @VUA-20 @ui @fresh
  Scenario: A person's access to an environment is revoked, and restored
    Given Ada's MCP client is connected to "Procurement assistant" after they signed in
    And Marc, an admin, is signed in to Workato
    When Marc revokes the access of Ada to the environment "Production" and confirms
    Then the server refuses Ada's next call with 403 and says that the environment is closed to them
    When Marc restores the access of Ada to the environment "Production"
    Then Ada's call of "Get_procurement_policy" succeeds
