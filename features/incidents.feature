@simulator
Feature: What goes wrong, and who would be served with whose data
  As a developer of an MCP client, or a tester of one
  I have things go wrong on purpose, for one person or one tool, and see that nobody else notices.

  Background:
    Given Ada has connected their Coupa account through "Procurement assistant"

  @FLT-1
  Scenario: An app is down for one person and one tool
    Given Bob has connected their Coupa account through "Procurement assistant"
    When the incident "app-down" happens to Ada during "List_my_requisitions"
    Then Ada's call of "List_my_requisitions" fails with "Coupa answered 503"
    But Ada's call of "Get_procurement_policy" succeeds
    And Bob's call of "List_my_requisitions" succeeds
    When all incidents are over
    Then Ada's call of "List_my_requisitions" succeeds

  @FLT-2
  Scenario: An access token of the app ends early
    When the incident "app-token-expired" happens to Ada once
    And Ada's client calls "List_my_requisitions"
    Then they get their own requisitions and nobody else's
    And the journal has "POST /oauth2/token" with grant_type "refresh_token" exactly once

  @FLT-2
  Scenario: The app refuses the refresh
    When the incident "app-refresh-refused" happens to Ada
    And Ada's client calls "List_my_requisitions"
    Then the answer is an authentication prompt with a connection setup link

  @HARN-22
  Scenario: The journal tells who asked whom, in which order, and that there was nothing else
    When Ada's client calls "List_my_requisitions"
    Then the journal has "GET /api/requisitions" for Ada during "List_my_requisitions" at least once
    And the journal has "GET /api/*" for Bob exactly 0 times
    And the journal has "POST /*" with params.name "List_my_requisitions" at most 2 times
    And the journal has in this order:
      | request             | system   | status | grant_type         | person |
      | POST /oauth/register | identity | 201   |                    |        |
      | POST *token         | identity | 200    | authorization_code | Ada    |
      | POST *token         | app:*    | 200    | authorization_code | Ada    |
    And the journal has "*" during "List_my_requisitions" at least 2 times
    And the journal has nothing else of "app:*" for Ada during "List_my_requisitions"

  @FLT-3
  Scenario: The person's consent comes back as a denial
    Given Bob's MCP client is connected to "Procurement assistant" after they signed in
    When the incident "app-consent-denied" happens to Bob
    And Bob's client calls "List_my_requisitions"
    And Bob opens the link and allows the connection in Coupa
    Then the window says that the connection was not allowed

  @FLT-7
  Scenario: A fault that has no name
    Given Bob has connected their Coupa account through "Procurement assistant"
    When this goes wrong:
      | request    | system | person | status | headers              | truncated | times |
      | GET /api/* | app:*  | Ada    | 429    | {"Retry-After": "7"} |           | 1     |
      | GET /api/* | app:*  | Bob    |        |                      | true      |       |
    Then Ada's call of "List_my_requisitions" fails with "Coupa answered 429"
    And Bob's call of "List_my_requisitions" fails with "the answer was cut off"
    But Ada's call of "List_my_requisitions" succeeds

  @FLT-10
  Scenario: The app has forgotten the client of Workato
    When the incident "app-client-deleted" happens to Ada
    Then Ada's call of "List_my_requisitions" fails with "Ask an admin or builder of your Workato workspace to connect it again."

  @FLT-11
  Scenario: Twice down, then busy, then fine
    When this goes wrong:
      | request    | system | person | plan                                             |
      | GET /api/* | app:*  | Ada    | [{"status": 503, "times": 2}, {"status": 429}]   |
    Then Ada's call of "List_my_requisitions" fails with "Coupa answered 503"
    And Ada's call of "List_my_requisitions" fails with "Coupa answered 503"
    And Ada's call of "List_my_requisitions" fails with "Coupa answered 429"
    But Ada's call of "List_my_requisitions" succeeds

  @ISO-1
  Scenario: A gateway that mixes up its users is found out
    Given Bob has connected their Coupa account through "Procurement assistant"
    When the incident "mix-up" happens to Ada
    And Ada's client calls "List_my_requisitions"
    Then the oracle reports that Ada was served with Bob's account

  @ISO-1
  Scenario: Everybody is served with an account of their own
    Given Bob has connected their Coupa account through "Procurement assistant"
    When Ada's client calls "List_my_requisitions"
    And Bob's client calls "List_my_requisitions"
    Then nobody was served with another person's account
