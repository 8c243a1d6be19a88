Feature: MCP servers dashboard
  As a Workato admin
  I see in AI Hub > Enterprise MCP how much MCP servers are used, by whom and with what.

  Background:
    Given Workato's navigation has Enterprise MCP
    And Marc, an admin, is signed in to Workato

  @DASH-2 @DASH-3 @HUB-20 @ui @fresh
  Scenario: AI Hub opens on the dashboard, which counts each call
    When Marc opens AI Hub
    Then the dashboard says that no tool was called
    Given Ada's MCP client is connected to "Procurement assistant" after they signed in
    When Ada's client calls "Get_procurement_policy"
    And Ada's client calls "Get_procurement_policy"
    And Marc opens AI Hub
    Then the dashboard counts 2 tool calls
    And the chart "Top servers by tool calls" shows "Procurement assistant" with 2
    And the chart "Top users by tool calls" shows "Ada Reyes" with 2
    When Marc switches the dashboard to "Estimated token usage"
    Then the chart "Top users by estimated token usage" shows "Ada Reyes" with as many as the dashboard counts
    When Marc filters the dashboard by the user "Bob"
    Then the dashboard says that no tool call fits the filter

  @DASH-3 @ui @long
  Scenario: A custom range needs both ends
    When Marc opens AI Hub
    And Marc filters the dashboard by a custom range without an end
    Then the dashboard says "Choose the end of the range." beside the field "To (UTC)"

  @DASH-5 @ui @fresh @long
  Scenario: A server has a dashboard of its own
    Given Ada's MCP client is connected to "Procurement assistant" after they signed in
    When Ada's client calls "Get_procurement_policy"
    And Marc opens the dashboard of "Procurement assistant"
    Then the dashboard counts 1 tool call
    And the chart "Top users by tool calls" shows "Ada Reyes" with 1
    When Marc opens the dashboard of "Service desk"
    Then the dashboard says that no tool was called

  @HUB-21 @ui @fresh
  Scenario: The URL with a new token is shown once, and the next one ends it
    Given Marc opens the End user access tab of "Finance assistant"
    When Marc creates a new token under Authentication method
    Then a client can use the URL that is shown
    When Marc creates a new token under Authentication method, and confirms that the previous one is revoked
    Then a client can use the URL that is shown, and no longer the one before
    And the URL with the token is not shown again
