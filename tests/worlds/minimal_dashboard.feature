@ui @long
Feature: The dashboard and today's tokens, in the smallest world

  Background:
    Given Olga, an admin, is signed in to Workato

  Scenario: The dashboard counts a call
    Given Workato's navigation has Enterprise MCP
    When Olga opens AI Hub
    Then the dashboard says that no tool was called
    Given Ida's MCP client is connected to "Buying" after they signed in
    When Ida's client calls "List_my_requisitions"
    And Olga opens AI Hub
    Then the dashboard counts 1 tool call
    And the chart "Top servers by tool calls" shows "Buying" with 1
    When Olga switches the dashboard to "Estimated token usage"
    Then the chart "Top users by estimated token usage" shows "Ida Insider" with as many as the dashboard counts
    When Olga filters the dashboard by the user "Otto"
    Then the dashboard says that no tool call fits the filter
    When Olga filters the dashboard by a custom range without an end
    Then the dashboard says "Choose the end of the range." beside the field "To (UTC)"
    When Olga opens the dashboard of "Buying"
    Then the dashboard counts 1 tool call

  Scenario: The URL with a new token
    Given Workato's navigation has Enterprise MCP
    And Olga opens the End user access tab of "Buying"
    When they switch the access method to "Token-based access"
    When Olga creates a new token under Authentication method
    Then a client can use the URL that is shown
    When Olga creates a new token under Authentication method, and confirms that the previous one is revoked
    Then a client can use the URL that is shown, and no longer the one before
    And the URL with the token is not shown again
