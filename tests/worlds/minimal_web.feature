@ui @long
Feature: The steps of the web app in the smallest world
  Its owner is its only collaborator; its server uses Workato Identity, its tool has a connection.

  Background:
    Given Olga, an admin, is signed in to Workato

  Scenario: Groups of the only server
    When she goes to AI Hub and selects the MCP servers tab
    And she clicks the MCP server "Buying"
    And she clicks the End user access tab
    And she goes to the Access Method section and ensures that Workato Identity is selected
    Then these groups alone stand in the list: "Everyone who buys"
    When she removes the group "Everyone who buys" and confirms
    Then the list of groups is empty and says what to do
    When she clicks Add user groups
    And she clicks Add
    Then the field "User groups" says "Select at least one user group."
    When she uses the User groups drop-down menu by keyboard to select "Everyone who buys"
    And she clicks Add
    Then the group "Everyone who buys" stands in the list with its member count
    When Olga creates the end-user group "All of us" with Ida and Otto in Workspace admin
    Then the group "All of us" can be added to "Buying"

  Scenario: From Workato Identity to a token and back
    Given they open the End user access tab of "Buying"
    When they switch the access method to "Token-based access"
    Given the MCP server "Buying" uses token-based access
    And they generate an MCP token that a client can use
    When they switch the access method to "Workato Identity"
    Then the client's token is refused

  Scenario: Another connection for the only tool
    When they go to AI Hub and select the MCP servers tab
    And they click the MCP server "Buying"
    And they select the tool "List my requisitions" and the recipe editor opens
    And they click Edit
    And they select the action step "Search requisitions in Coupa"
    And they select End user's connection
    And they provide "Coupa of our buyers" in the Name field
    And they use the Location drop-down menu to select the project "Home"
    And they use the Authentication type drop-down menu to select "Authorization code grant"
    And they enter the client ID of Small Ltd's OAuth client in the Client ID field
    And they enter the client secret of Small Ltd's OAuth client in the Client secret field
    And they provide "https://small.coupacloud.com" in the Host field, which is what Coupa requires
    And they use the Scopes drop-down menu to select "core.common.read, core.requisition.read"
    And they click Connect
    And they sign in to Coupa and allow the connection
    Then the step shows the connection "Coupa of our buyers" as connected
    And the tool "List my requisitions" needs verified user access

  Scenario: What is wrong stands next to its field, and what was typed stays
    When they fill in the connection form of "List my requisitions" with "" in the field "Name"
    And they click Connect
    Then the field "Name" says "Enter a name"
    And everything else they typed is still there, the secret aside

  Scenario: A denied consent leads back to the form
    When they fill in the connection form of "List my requisitions" without a mistake
    And they click Connect
    And they sign in to Coupa and deny the connection
    Then the recipe editor says that the consent was denied
