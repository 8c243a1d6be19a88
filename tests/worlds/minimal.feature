Feature: The steps in the smallest world
  One server, one group, one tool, an owner, an insider and an outsider.

  Scenario: An insider is asked once, and then gets what is theirs
    Given Ida's MCP client is connected to "Buying" after they signed in
    And Ida's client sees the tool "List_my_requisitions"
    When Ida's client calls "List_my_requisitions"
    Then the answer is an authentication prompt with a connection setup link for Coupa
    When Otto opens Ida's link in their own browser
    Then the page tells Otto that the link was made for somebody else
    And Otto has no connection
    And nobody was sent to Coupa
    When Ida opens the link and allows the connection in Coupa
    Then the window says that the connection is stored
    And a browser was sent to Coupa once, and back with a code
    When Ida's client calls "List_my_requisitions" with:
      """
      {}
      """
    Then she gets her own requisitions and nobody else's
    And the answer says "Ink for the printer"
    And nobody was served with another person's account

  Scenario: Somebody who denies is asked again
    Given Ida's MCP client is connected to "Buying" after she signed in
    And Ida's client calls "List_my_requisitions"
    When Ida opens the link and denies the connection in small.coupacloud.com
    Then the window says that the connection was not allowed
    And a browser was sent to Small Ltd once, and back with a denial
    When Ida's client calls "List_my_requisitions"
    Then the answer is an authentication prompt with another connection setup link

  Scenario: Somebody else's account is seen, undone, and replaced by one's own
    Given Ida's MCP client is connected to "Buying" after they signed in
    And Ida's client calls "List_my_requisitions"
    When Ida opens the link and connects Otto's account in Coupa
    Then the window says that Coupa is connected as Otto's account
    When Ida opens My connections at Workato Identity
    Then Ida sees Otto's account in Coupa there
    When Ida disconnects their only connection there
    And Ida's client calls "List_my_requisitions"
    Then the answer is an authentication prompt with a connection setup link for Coupa
    When Ida opens the link and connects Ida's account in Coupa
    Then the window says that Coupa is connected as Ida's account
    When Ida's client calls "List_my_requisitions"
    Then they get their own requisitions and nobody else's

  Scenario: Who gets in is decided by the group
    When Otto signs in with an MCP client for "Buying"
    Then the server refuses Otto with 403 and says which groups page to go to
    When the API client adds Otto to the group "Everyone who buys"
    Given Otto has connected his Coupa account through "Buying"
    And Ida has connected her Coupa account through "Buying" with "List_my_requisitions"
    When the API client removes Otto from the group "Everyone who buys"
    Then the server refuses Otto's next call with 403 and says which groups page to go to
    When the API client takes the access to "Buying" away from the group "Everyone who buys"
    Then the server refuses Ida's next call with 403 and says which groups page to go to
    When the API client gives the group "Everyone who buys" access to "Buying"
    Then Ida's call of "List_my_requisitions" succeeds
    When the API client disconnects Ida's own connections
    And Ida's client calls "List_my_requisitions"
    Then the answer is an authentication prompt with a connection setup link

  Scenario: What goes wrong, and who would be served with whose data
    Given the time stands still at 2030-01-31T12:00:00Z
    And Ida has connected their Coupa account through "Buying"
    When the incident "app-down" happens to Ida during "List_my_requisitions" once
    Then Ida's call of "List_my_requisitions" fails with "Coupa answered 503"
    When this goes wrong:
      | request    | system | person | status |
      | GET /api/* | app:*  | Ida    | 429    |
    Then Ida's call of "List_my_requisitions" fails with "Coupa answered 429"
    When all incidents are over
    And 2 days go by
    Then Ida's call of "List_my_requisitions" succeeds
    And the journal has "POST /oauth2/token" with grant_type "refresh_token" exactly once
    When the API client adds Otto to the group "Everyone who buys"
    Given Otto has connected their Coupa account through "Buying"
    When the incident "mix-up" happens to Ida
    And Ida's client calls "List_my_requisitions"
    Then the oracle reports that Ida was served with Otto's account

  Scenario: Limits of the server
    Given Ida has connected their Coupa account through "Buying"
    And "Buying" has a rate limit of 1 tool call per minute
    When Ida's client calls "List_my_requisitions"
    And Ida's client calls "List_my_requisitions" once too often
    Then the server refuses with "rate_limited" and says when to come back
    When that time has passed
    Then Ida's call of "List_my_requisitions" succeeds
    When an admin allows the IP addresses 203.0.113.0/24 alone for "Buying"
    And Ida's client calls "List_my_requisitions" from elsewhere
    Then the server refuses with "ip_denied"

  Scenario: The only tool is stopped
    Given Ida's MCP client is connected to "Buying" after they signed in
    And Ida's client sees the tool "List_my_requisitions"
    When a builder stops the recipe "List my requisitions"
    Then Ida's client no longer sees the tool "List_my_requisitions"
    And a call of "List_my_requisitions" by Ida's client is refused as an unknown tool

  Scenario: What was exchanged
    Given Ida has connected their Coupa account through "Buying"
    When Ida's client calls "List_my_requisitions"
    Then the journal has in this order:
      | request               | system   | status | person |
      | POST /oauth/register  | identity | 201    |        |
      | GET /api/requisitions | app:*    | 200    | Ida    |
    And the journal has nothing else of "app:*" for Ida during "List_my_requisitions"

  Scenario: A token stands for nobody
    Given "Buying" was switched to token-based access with a token
    When a client with the token calls "List_my_requisitions"
    Then the answer is an error that names Workato Identity as the remedy

  @long
  Scenario: A sandbox of its own is reset, and started again
    Given a sandbox that was started on a new database file with the scenario "minimal"
    When "simulator reset" is run
    Then the running sandbox answers with the same people and addresses as before
    When the sandbox is stopped and started again
    Then the group "Everyone who buys" still has access to "Buying"
