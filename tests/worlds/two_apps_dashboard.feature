@ui @long
Feature: The dashboard and today's tokens, in a world with two apps

  Background:
    Given Wim, an admin, is signed in to Workato

  Scenario: The dashboard counts a call
    Given Workato's navigation has Enterprise MCP
    When Wim opens AI Hub
    Then the dashboard says that no tool was called
    Given Uma's MCP client is connected to "Northern desk" after they signed in
    When Uma's client calls "Read_the_rules" with:
      | argument | value  |
      | season   | winter |
    And Wim opens AI Hub
    Then the dashboard counts 1 tool call
    And the chart "Top servers by tool calls" shows "Northern desk" with 1
    When Wim switches the dashboard to "Estimated token usage"
    Then the chart "Top users by estimated token usage" shows "Uma Berg" with as many as the dashboard counts
    When Wim filters the dashboard by the user "Vic"
    Then the dashboard says that no tool call fits the filter
    When Wim filters the dashboard by a custom range without an end
    Then the dashboard says "Choose the end of the range." beside the field "To (UTC)"
    When Wim opens the dashboard of "Northern desk"
    Then the dashboard counts 1 tool call

  Scenario: The URL with a new token
    Given Workato's navigation has Enterprise MCP
    And Wim opens the End user access tab of "Back office"
    When Wim creates a new token under Authentication method
    Then a client can use the URL that is shown
    When Wim creates a new token under Authentication method, and confirms that the previous one is revoked
    Then a client can use the URL that is shown, and no longer the one before
    And the URL with the token is not shown again
