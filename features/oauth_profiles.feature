Feature: Custom OAuth profiles
  As a Workato admin
  I keep our own client at an app in one place, and every consent is asked for in its name.

  Background:
    Given Slack has the OAuth client "Acme's own Slack app" with the client ID "2210535565.own" and the client secret "own-secret"
    And Marc, an admin, is signed in to Workato

  @PROF-3 @PROF-4 @fresh @simulator
  Scenario: Builder and end user give their consent to the client of a profile
    When Marc goes to Tools > Custom OAuth profiles > + New custom profile
    And Marc fills in and clicks "Save":
      | Application | Slack        |
      | Name        | Our Slack    |
    Then the field "Client ID" says "The client ID can't be blank."
    When Marc fills in and clicks "Save":
      | Client ID     | 2210535565.own |
      | Client secret | own-secret     |
    Then Marc sees "Created the custom OAuth profile 'Our Slack'."
    When Marc goes to Projects > Procurement > Slack (end users)
    And Marc fills in and clicks "Reconnect":
      | Custom OAuth profile | Our Slack |
    And Marc fills in and clicks "Sign In":
      | Email    | marc@acme.example |
      | Password | slack-Pass-1      |
    Then Marc sees "Acme's own Slack app"
    When Marc clicks "Allow"
    Then Marc sees "is connected as"
    Given Ada has connected their Slack account through "Team chat"
    Then the journal has "POST /api/oauth.v2.access" with client_id "2210535565.own" exactly twice
    When Marc goes to Tools > Custom OAuth profiles > Our Slack
    And Marc clicks "Delete"
    Then Marc sees "cannot be deleted while connections have it"
    And Marc sees "Slack (end users)"
