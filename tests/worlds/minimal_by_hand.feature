@ui @long
Feature: What is made by hand, in the smallest world

  Background:
    Given Olga, an admin, is signed in to Workato

  Scenario: A recipe from nothing
    When Olga creates the project "Buying by hand"
    And Olga creates the recipe "Find requisitions" in it, which begins with "Recipe function: New call"
    And Olga gives its "Parameters" these fields:
      | name   | label  | type | hint                       |
      | status | Status | Text | Only those of this status. |
    And Olga gives its "Result" these fields:
      | name         | label        | type | hint |
      | requisitions | Requisitions | List |      |
    And Olga adds the step "Search requisitions" of "Coupa"
    And Olga uses the end user's connection "Coupa" for it
    And Olga puts the pill "Status" into its input "Status" and saves it
    And Olga adds the step "Return result" of "Workato"
    And Olga puts the pill "Requisitions" into its input "Requisitions" and saves it
    And Olga starts the recipe
    And Olga creates the MCP server "By hand" with it as a tool
    And Olga opens the End user access tab of "By hand"
    And Olga goes to the Access Method section and ensures that Workato Identity is selected
    And Olga clicks Add user groups
    And Olga uses the User groups drop-down menu to select "Everyone who buys"
    And Olga clicks Add
    Then the tool "Find requisitions" of "By hand" needs verified user access

  @simulator
  Scenario: SAML is set up by the documented steps
    When Olga goes to the Authentication tab of Authentication & Groups
    And Olga clicks + Set up new provider and names it "Company login"
    And Olga copies the Single Sign-On URL and the SP entity ID into the identity provider
    And Olga provides the Metadata URL of the identity provider and saves
    And Olga switches SAML-based SSO authentication on, by "Company login"
    And Olga enforces it for the selected domains "small.example"
    And Olga enables JIT provisioning and user groups syncing, and saves
    Then Olga reads that people of "small.example" sign in with "Company login"
    Given Ida's MCP client is connected to "Buying" after they signed in
    Then Workato Identity took the word of the identity provider

  @simulator
  Scenario: The identity provider's groups open an MCP server, and close it
    Given Olga has the end users sign in with the identity provider
    And the identity provider names "Everyone who buys" as Otto's groups
    And Otto's MCP client is connected to "Buying" after they signed in
    Then Workato Identity took the word of the identity provider
    When the identity provider names "Nobody else's" as Otto's groups
    And Otto signs out of Workato Identity and signs in again
    Then the server refuses Otto's next call with 403 and says which groups page to go to

  Scenario: A single person has access, and nobody without the environment
    When Olga opens the End user access tab of "Buying"
    Then the tab says that they sign in with "Username and password (Workato Identity)"
    When Olga clicks Add end users
    And Olga chooses the end users Otto and Ida
    And Olga clicks Add
    Then Otto stands among the end users with access of their own
    And the card of "Buying" names the end user Ida
    Given Otto's MCP client is connected to "Buying" after they signed in
    When Olga opens the End user access tab of "Buying"
    And Olga removes the end user Otto and confirms
    Then the server refuses Otto's next call with 403 and says which groups page to go to
    Given Ida's MCP client is connected to "Buying" after they signed in
    When Olga revokes the access of Ida to the environment "Production" and confirms
    Then the server refuses Ida's next call with 403 and says that the environment is closed to them
    When Olga restores the access of Ida to the environment "Production"
    And Ida's client calls "List_my_requisitions"
    Then the answer is an authentication prompt with a connection setup link
