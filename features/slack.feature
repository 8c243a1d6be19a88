Feature: Slack, where errors come with status 200 and a token ends when it is revoked
  As whoever brings a Slack tool to an AI agent
  I want everybody to act in Slack as themselves, over their own user token.

  @VUA-6 @SLACK-9 @ui @fresh
  Scenario: Add a connection to Slack to a tool's action step
    # The documented steps, with Slack's own fields: it has one host for all, so none is asked for.
    Given Marc, an admin, is signed in to Workato
    When Marc goes to AI Hub and selects the MCP servers tab
    And Marc clicks the MCP server "Team chat"
    And Marc selects the tool "Announce" and the recipe editor opens
    And Marc clicks Edit
    And Marc selects the action step "Post message in Slack"
    And Marc selects End user's connection
    And Marc provides "Slack of our end users" in the Name field
    And Marc uses the Location drop-down menu to select the project "Procurement"
    And Marc uses the Authentication type drop-down menu to select "Authorization code grant"
    And Marc enters the client ID of Slack's OAuth client in the Client ID field
    And Marc enters the client secret of Slack's OAuth client in the Client secret field
    And Marc uses the Scopes drop-down menu to select "channels:read, chat:write, users:read"
    And Marc clicks Connect
    And Marc signs in to Slack and allows the connection
    Then the step shows the connection "Slack of our end users" as connected
    And the tool "Announce" of "Team chat" needs verified user access

  @VUA-11 @VUA-12 @SLACK-9 @ui @fresh
  Scenario: Everybody signs in, consents, and reads what they themselves can read
    Given Ada's MCP client is connected to "Team chat" after they signed in
    When Ada's client calls "List_my_channels"
    Then the answer is an authentication prompt with a connection setup link for Slack
    When Ada opens the link and allows the connection in Slack
    Then the window says that the connection is stored
    And the window says that Slack is connected as Ada's account
    When Ada's client calls "List_my_channels"
    Then the answer says "microscopes"
    Given Bob has connected their Slack account through "Team chat"
    When Bob's client calls "List_my_channels"
    Then the answer says "warehouse"
