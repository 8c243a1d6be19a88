Feature: The steps in a world with two apps
  Accounts, logins and passwords differ between the apps, and nothing is called as in the demo.

  Scenario: Each consent uses the account of its own app
    Given Uma's MCP client is connected to "Northern desk" after they signed in
    When Uma's client calls "Northern_list" with:
      | argument | value    |
      | status   | approved |
      | limit    | 1        |
    Then the answer is an authentication prompt with a connection setup link for Coupa
    When Uma opens the link and allows the connection in North
    Then the window says that the connection is stored
    And a browser was sent to North once, and back with a code
    And nobody was sent to South
    When Uma's client calls "Northern_list" with:
      """
      {"status": "approved", "limit": 10}
      """
    Then they get their own northern rows and nobody else's
    And the answer says "Snow shoes"
    When Uma's client calls "Northern_one" for one of their northern rows
    Then they get that requisition without being asked again
    Given Vic has connected his South account through "Southern desk"
    And Vic has connected his North account through "Northern desk" with "Northern_list"
    When Vic's client calls "Northern_one" for one of Uma's northern rows
    Then Vic is not given that requisition
    And nobody was served with another person's account

  Scenario: One link for several apps, in the order of the recipe
    Given "Southern_list" acts in Contracts at north.coupacloud.com first
    And Uma's MCP client is connected to "Southern desk" after they signed in
    When Uma's client calls "Southern_list"
    Then the answer is an authentication prompt with a connection setup link for Contracts and Coupa
    When Uma opens the link and allows the connections in North and South
    Then the window says that the connection is stored
    When Uma's client calls "Southern_list"
    Then they get their own southern rows and nobody else's

  Scenario: Links and denials
    Given Uma's MCP client is connected to "Southern desk" after they signed in
    And Uma's client calls "Southern_list"
    When Vic opens Uma's link in their own browser
    Then the page tells Vic that the link was made for somebody else
    And Vic has no connection
    When Uma opens the link and denies the connection in South
    Then the window says that the connection was not allowed
    And a browser was sent to South once, and back with a denial
    When Uma's client calls "Southern_list"
    Then the answer is an authentication prompt with another connection setup link

  Scenario: Somebody else's account is seen, undone, and replaced by one's own
    Given Uma's MCP client is connected to "Southern desk" after they signed in
    And Uma's client calls "Southern_list"
    When Uma opens the link and connects Vic's account in South
    Then the window says that South is connected as Vic's account
    When Uma opens My connections at Workato Identity
    Then Uma sees Vic's account in South there
    When Uma disconnects their only connection there
    And Uma's client calls "Southern_list"
    Then the answer is an authentication prompt with a connection setup link for Coupa
    When Uma opens the link and connects Uma's account in South
    Then the window says that South is connected as Uma's account
    When Uma's client calls "Southern_list"
    Then they get their own southern rows and nobody else's

  Scenario: Who gets in is decided by the group
    When Xan signs in with an MCP client for "Northern desk"
    Then the server refuses Xan with 403 and says which groups page to go to
    When the API client gives the group "Guests" access to "Northern desk"
    Given Xan's MCP client is connected to "Northern desk" after they signed in
    Then Xan's call of "Read_the_rules" succeeds
    When the API client takes the access to "Northern desk" away from the group "Guests"
    Then the server refuses Xan's next call with 403 and says which groups page to go to
    When the API client adds Xan to the group "Travellers"
    Then Xan's call of "Read_the_rules" succeeds
    When the API client removes Xan from the group "Travellers"
    Then the server refuses Xan's next call with 403 and says which groups page to go to
    Given Uma has connected their South account through "Southern desk"
    When the API client disconnects Uma's own connections
    And Uma's client calls "Southern_list"
    Then the answer is an authentication prompt with a connection setup link

  Scenario: What goes wrong, and who would be served with whose data
    Given the time stands still at 2030-01-31T12:00:00Z
    And Uma has connected their South account through "Southern desk"
    And Vic has connected their South account through "Southern desk"
    When the incident "app-down" happens to Uma during "Southern_list" once
    Then Uma's call of "Southern_list" fails with "Coupa answered 503"
    And Vic's call of "Southern_list" succeeds
    When this goes wrong:
      | request    | system                   | person | status |
      | GET /api/* | app:south.coupacloud.com | Uma    | 429    |
    Then Uma's call of "Southern_list" fails with "Coupa answered 429"
    When all incidents are over
    And 2 days go by
    Then Uma's call of "Southern_list" succeeds
    And the journal has "POST /oauth2/token" with grant_type "refresh_token" exactly once
    And Vic's call of "Southern_list" succeeds
    When the incident "mix-up" happens to Uma
    And Uma's client calls "Southern_list"
    Then the oracle reports that Uma was served with Vic's account

  Scenario: Limits and tools of a server
    Given "Northern desk" has a usage quota of 2 tool calls per 30 days
    And Uma's MCP client is connected to "Northern desk" after they signed in
    And Uma's client sees the tool "Northern_one"
    Then Uma's client is given these hints about the tools:
      | tool           | read-only | open world |
      | Northern_list  | yes       | yes        |
      | Read_the_rules | yes       | no         |
    When a builder stops the recipe "Northern one"
    Then Uma's client no longer sees the tool "Northern_one"
    And a call of "Northern_one" by Uma's client is refused as an unknown tool
    When Uma's client calls "Read_the_rules"
    Then the answer says "In summer, ask before you buy."
    When Uma's client calls "Read_the_rules" once too often
    Then the server refuses with "quota_exceeded" and says when to come back
    When that time has passed
    Then Uma's call of "Read_the_rules" succeeds
    When an admin allows the IP addresses 203.0.113.0/24 alone for "Northern desk"
    And Uma's client calls "Read_the_rules" from elsewhere
    Then the server refuses with "ip_denied"

  Scenario: What was exchanged
    Given Uma has connected their North account through "Northern desk"
    When Uma's client calls "Northern_list"
    Then the journal has in this order:
      | request               | system   | status | person |
      | POST /oauth/register  | identity | 201    |        |
      | GET /api/requisitions | app:*    | 200    | Uma    |
    And the journal has nothing else of "app:*" for Uma during "Northern_list"

  Scenario: A token stands for nobody
    Given "Southern desk" was switched to token-based access with a token
    When a client with the token calls "Southern_list"
    Then the answer is an error that names Workato Identity as the remedy

  @long
  Scenario: A sandbox of its own keeps a change, until it is reset
    Given a sandbox that was started on a new database file with the scenario "tests/worlds/two_apps.yaml"
    And the group "Guests" was added to "Southern desk" in it
    Then the group "Guests" still has access to "Southern desk"
    When "simulator reset" is run
    Then the group "Guests" has no access to "Southern desk"
    And the running sandbox answers with the same people and addresses as before
    When the sandbox is stopped and started again
    Then the group "Guests" has no access to "Southern desk"
