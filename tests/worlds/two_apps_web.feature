@ui
Feature: The steps of the web app in a world with two apps

  Background:
    Given Wim, an admin, is signed in to Workato

  Scenario: A token-based server is given groups
    Given the MCP server "Back office" uses token-based access
    When they go to AI Hub and select the MCP servers tab
    And they click the MCP server "Back office"
    And they click the End user access tab
    And they go to the Access Method section and ensure that Workato Identity is selected
    Then the list of groups is empty and says what to do
    When they click Add user groups
    And they click Add
    Then the field "User groups" says "Select at least one user group."
    When they use the User groups drop-down menu to select "Clerks", "Guests" and "Travellers"
    And they click Add
    Then the group "Clerks" stands in the list with its member count
    And the group "Travellers" stands in the list with its member count
    When they remove the group "Travellers" and confirm
    Then these groups alone stand in the list: "Clerks" and "Guests"
    When they create the end-user group "Night shift" with Uma and Xan in Workspace admin
    Then the group "Night shift" can be added to "Northern desk"

  Scenario: The token dies with the switch
    Given they open the End user access tab of "Back office"
    And they generate an MCP token that a client can use
    When they switch the access method to "Workato Identity"
    Then the client's token is refused

  Scenario: A connection to one of the two
    When they go to AI Hub and select the MCP servers tab
    And they click the MCP server "Back office"
    And they select the tool "Shared bills" and the recipe editor opens
    And they click Edit
    And they select the action step "Search invoices in Coupa"
    And they select End user's connection
    And they provide "Southern bills" in the Name field
    And they use the Location drop-down menu to select the project "Compass"
    And they use the Authentication type drop-down menu to select "Authorization code grant"
    And they enter the client ID of South's OAuth client in the Client ID field
    And they enter the client secret of South's OAuth client in the Client secret field
    And they provide "https://south.coupacloud.com" in the Host field, which is what South requires
    And they use the Scopes drop-down menu to select "core.common.read, core.requisition.read"
    And they click Connect
    And they sign in to South and allow the connection
    Then the step shows the connection "Southern bills" as connected
    And the tool "Shared bills" of "Back office" needs verified user access

  Scenario: What is wrong stands next to its field, and what was typed stays
    When they fill in the connection form of "Shared bills" for North with "http://north.coupacloud.com" in the field "Host"
    And they click Connect
    Then the field "Host" says "https://your-instance-name"
    And everything else they typed is still there, the secret aside

  Scenario: A builder denies at one of the two
    When they fill in the connection form of "Shared bills" for North without a mistake
    And they click Connect
    And they sign in to North and deny the connection
    Then the recipe editor says that the consent was denied
