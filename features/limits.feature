Feature: Limits of an MCP server
  As a Workato admin
  I limit how often, from where and with which tools an MCP server is used,
  and every call keeps to it, whoever makes it.

  Rule: The rate limit and the usage quota hold for all users together

    @LIM-1 @LIM-5 @simulator
    Scenario: A rate limit is hit and says when to come back
      Given "Procurement assistant" has a rate limit of 2 tool calls per minute
      And Ada's MCP client is connected to "Procurement assistant" after they signed in
      And Bob's MCP client is connected to "Procurement assistant" after they signed in
      When Ada's client calls "Get_procurement_policy"
      And Bob's client calls "Get_procurement_policy"
      And Ada's client calls "Get_procurement_policy" once too often
      Then the server refuses with "rate_limited" and says when to come back
      When that time has passed
      And Ada's client calls "Get_procurement_policy"
      Then the answer says "up to 500 EUR no approval is needed"

    @LIM-2 @LIM-5 @simulator
    Scenario: A used-up usage quota blocks every request until it resets
      Given "Procurement assistant" has a usage quota of 1 tool call per 30 days
      And Ada's MCP client is connected to "Procurement assistant" after they signed in
      When Ada's client calls "Get_procurement_policy"
      And Ada's client calls "Get_procurement_policy" once too often
      Then the server refuses with "quota_exceeded" and says when to come back
      When that time has passed
      And Ada's client calls "Get_procurement_policy"
      Then the answer says "up to 500 EUR no approval is needed"

  Rule: IP restrictions

    @LIM-4 @LIM-6 @simulator
    Scenario: An IP address outside the allow list is refused
      Given Ada's MCP client is connected to "Procurement assistant" after they signed in
      When an admin allows the IP addresses 203.0.113.0/24 alone for "Procurement assistant"
      And Ada's client calls "Get_procurement_policy" from elsewhere
      Then the server refuses with "ip_denied"

  Rule: Only what is started is visible to models

    @MCP-43 @simulator
    Scenario: A stopped recipe's tool disappears
      Given Ada's MCP client is connected to "Procurement assistant" after they signed in
      And Ada's client sees the tool "Get_procurement_policy"
      When a builder stops the recipe "Get procurement policy"
      Then Ada's client no longer sees the tool "Get_procurement_policy"
      And a call of "Get_procurement_policy" by Ada's client is refused as an unknown tool

    @MCP-41
    Scenario: A tool says whether it only reads
      Given Ada's MCP client is connected to "Procurement assistant" after they signed in
      Then Ada's client is given these hints about the tools:
        | tool                   | read-only | destructive | safe to retry | open world |
        | List_my_requisitions   | yes       | no          | yes           | yes        |
        | Create_requisition     | no        | no          | no            | yes        |
        | Get_procurement_policy | yes       | no          | yes           | no         |
