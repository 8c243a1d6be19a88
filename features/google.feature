Feature: Verified user access with Gmail
  As a Workato builder, and as a person with a Google Account
  I connect Gmail by the documented steps, and get my own mail.

  @VUA-6 @GOOGLE-9 @ui @fresh
  Scenario: Add a connection to Gmail to a tool's action step
    # The same documented steps; Gmail is at one address for all, so its form asks for none:
    Given Marc, an admin, is signed in to Workato
    When Marc goes to AI Hub and selects the MCP servers tab
    And Marc clicks the MCP server "Mail desk"
    And Marc selects the tool "Read the shared mailbox" and the recipe editor opens
    And Marc clicks Edit
    And Marc selects the action step "List messages in Gmail"
    And Marc selects End user's connection
    And Marc provides "Gmail of our end users" in the Name field
    And Marc uses the Location drop-down menu to select the project "Office"
    And Marc uses the Authentication type drop-down menu to select "Authorization code grant"
    And Marc enters the client ID of Google's OAuth client in the Client ID field
    And Marc enters the client secret of Google's OAuth client in the Client secret field
    And Marc uses the Scopes drop-down menu to select "https://www.googleapis.com/auth/gmail.modify"
    And Marc clicks Connect
    And Marc signs in to Google and allows the connection
    Then the step shows the connection "Gmail of our end users" as connected
    And the tool "Read the shared mailbox" of "Mail desk" needs verified user access

  @VUA-11 @VUA-12 @GOOGLE-9 @ui @fresh
  Scenario: In Gmail, too, everybody signs in, consents, and gets their own mail
    Given Ada's MCP client is connected to "Mail desk" after they signed in
    When Ada's client calls "List_my_unread_mail"
    Then the answer is an authentication prompt with a connection setup link for Gmail
    When Ada opens the link and allows the connection in Google
    Then the window says that the connection is stored
    And the window says that Google is connected as Ada's account
    When Ada's client calls "List_my_unread_mail"
    Then the answer says "198c2f4a1b7d30e5"
    When Ada's client calls "Read_a_message" with:
      | argument | value            |
      | id       | 198c2f4a1b7d30e5 |
    Then the answer says "Cable trays for your standing desks"
    Given Bob has connected their Google account through "Mail desk"
    When Bob's client calls "List_my_unread_mail"
    Then the answer says "198c3d90a2f614b7"
