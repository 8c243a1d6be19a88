Feature: A program with an MCP token
  Scenario Outline: It asks for the tools, in a world of its own
    Given a token of the server "Finance assistant"
    When a program asks for the tools with it
    Then it is told them

    Examples:
      | run |
