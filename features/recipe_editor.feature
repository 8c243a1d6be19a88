Feature: Make a recipe by hand
  A builder makes a tool of an empty project with the recipe editor alone.

  Background:
    Given Marc, an admin, is signed in to Workato

  @EDIT-2 @EDIT-3 @EDIT-4 @ui @fresh @long
  Scenario: From an empty project to a tool that acts as each end user
    When Marc creates the project "Buying"
    And Marc creates the recipe "Find requisitions" in it, which begins with "Recipe function: New call"
    And Marc gives its "Parameters" these fields:
      | name   | label  | type | hint                       |
      | status | Status | Text | Only those of this status. |
    And Marc gives its "Result" these fields:
      | name         | label        | type | hint |
      | requisitions | Requisitions | List |      |
    And Marc adds the step "Search requisitions" of "Coupa"
    And Marc uses the end user's connection "Coupa (end users)" for it
    And Marc puts the pill "Status" into its input "Status" and saves it
    And Marc adds the step "Return result" of "Workato"
    And Marc puts the pill "Requisitions" into its input "Requisitions" and saves it
    And Marc starts the recipe
    And Marc creates the MCP server "Buying desk" with it as a tool
    And Marc opens the End user access tab of "Buying desk"
    And Marc goes to the Access Method section and ensures that Workato Identity is selected
    And Marc clicks Add user groups
    And Marc uses the User groups drop-down menu to select "Procurement team"
    And Marc clicks Add
    Then the tool "Find requisitions" of "Buying desk" needs verified user access
    Given Ada's MCP client is connected to "Buying desk" after they signed in
    When Ada's client calls "Find_requisitions" with:
      | argument | value            |
      | status   | pending_approval |
    Then the answer is an authentication prompt with a connection setup link for Coupa
    When Ada opens the link and allows the connection in Coupa
    And Ada's client calls "Find_requisitions" with:
      | argument | value            |
      | status   | pending_approval |
    Then they get their own requisitions and nobody else's

  @EDIT-5 @ui @fresh @long
  Scenario: Two admins change a recipe at once
    When Marc opens the step 2 of the recipe "List my requisitions" of "Procurement assistant" in the editor
    And Olivia changes the input "Offset" of that step to "1" meanwhile
    And Marc changes the input "Limit" to "5" and saves it
    Then Marc is told that Olivia Grant changed the recipe meanwhile
    When Marc saves their change, too
    Then the step has "5" in the input "Limit" and "1" in the input "Offset"
