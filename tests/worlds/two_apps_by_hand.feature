@ui @long
Feature: What is made by hand, in a world with two apps

  Background:
    Given Wim, an admin, is signed in to Workato

  Scenario: A recipe from nothing
    When Wim creates the project "Buying by hand"
    And Wim creates the recipe "Find requisitions" in it, which begins with "Recipe function: New call"
    And Wim gives its "Parameters" these fields:
      | name   | label  | type | hint                       |
      | status | Status | Text | Only those of this status. |
    And Wim gives its "Result" these fields:
      | name         | label        | type | hint |
      | requisitions | Requisitions | List |      |
    And Wim adds the step "Search requisitions" of "Coupa"
    And Wim uses the end user's connection "North (end users)" for it
    And Wim puts the pill "Status" into its input "Status" and saves it
    And Wim adds the step "Return result" of "Workato"
    And Wim puts the pill "Requisitions" into its input "Requisitions" and saves it
    And Wim starts the recipe
    And Wim creates the MCP server "By hand" with it as a tool
    And Wim opens the End user access tab of "By hand"
    And Wim goes to the Access Method section and ensures that Workato Identity is selected
    And Wim clicks Add user groups
    And Wim uses the User groups drop-down menu to select "Travellers"
    And Wim clicks Add
    Then the tool "Find requisitions" of "By hand" needs verified user access

  Scenario: Two change a recipe at once
    When Wim opens the step 2 of the recipe "Northern list" of "Northern desk" in the editor
    And Yara changes the input "Offset" of that step to "1" meanwhile
    And Wim changes the input "Limit" to "5" and saves it
    Then Wim is told that Yara Vos changed the recipe meanwhile
    When Wim saves their change, too
    Then the step has "5" in the input "Limit" and "1" in the input "Offset"

  @simulator
  Scenario: SAML is set up by the documented steps
    When Wim goes to the Authentication tab of Authentication & Groups
    And Wim clicks + Set up new provider and names it "Company login"
    And Wim copies the Single Sign-On URL and the SP entity ID into the identity provider
    And Wim provides the Metadata URL of the identity provider and saves
    And Wim switches SAML-based SSO authentication on, by "Company login"
    And Wim enforces it for the selected domains "twofold.example"
    And Wim enables JIT provisioning and user groups syncing, and saves
    Then Wim reads that people of "twofold.example" sign in with "Company login"
    Given Uma's MCP client is connected to "Northern desk" after they signed in
    Then Workato Identity took the word of the identity provider

  @simulator
  Scenario: The identity provider's groups open an MCP server, and close it
    Given Wim has the end users sign in with the identity provider
    And the identity provider names "Travellers" as Xan's groups
    And Xan's MCP client is connected to "Northern desk" after they signed in
    Then Workato Identity took the word of the identity provider
    When the identity provider names "Nobody else's" as Xan's groups
    And Xan signs out of Workato Identity and signs in again
    Then the server refuses Xan's next call with 403 and says which groups page to go to

  Scenario: A single person has access, and nobody without the environment
    When Wim opens the End user access tab of "Northern desk"
    Then the tab says that they sign in with "Username and password (Workato Identity)"
    When Wim clicks Add end users
    And Wim chooses the end users Xan and Uma
    And Wim clicks Add
    Then Xan stands among the end users with access of their own
    And the card of "Northern desk" names the end user Uma
    Given Xan's MCP client is connected to "Northern desk" after they signed in
    When Wim opens the End user access tab of "Northern desk"
    And Wim removes the end user Xan and confirms
    Then the server refuses Xan's next call with 403 and says which groups page to go to
    Given Uma's MCP client is connected to "Northern desk" after they signed in
    When Wim revokes the access of Uma to the environment "Production" and confirms
    Then the server refuses Uma's next call with 403 and says that the environment is closed to them
    When Wim restores the access of Uma to the environment "Production"
    And Uma's client calls "Northern_list"
    Then the answer is an authentication prompt with a connection setup link
