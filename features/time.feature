@simulator
Feature: Time on command
  As a tester
  I move the simulated time, so that I need not wait for what expires.

  @TIME-4
  Scenario: Nobody notices that the app's access token has expired
    Given Ada has connected their Coupa account through "Procurement assistant"
    When 2 days go by
    Then Ada's call of "List_my_requisitions" succeeds
    And the journal has "POST /oauth2/token" with grant_type "refresh_token" exactly once

  @TIME-4
  Scenario: A window ends when the time that stands still is moved, and not before
    Given the time stands still at 2030-01-31T12:00:00Z
    And "Procurement assistant" has a rate limit of 1 tool call per minute
    And Ada's MCP client is connected to "Procurement assistant" after they signed in
    When Ada's client calls "Get_procurement_policy"
    And 59 seconds go by
    And Ada's client calls "Get_procurement_policy" once too often
    Then the server refuses with "rate_limited" and says when to come back
    When 1 second goes by
    And Ada's client calls "Get_procurement_policy"
    Then the answer says "up to 500 EUR no approval is needed"
