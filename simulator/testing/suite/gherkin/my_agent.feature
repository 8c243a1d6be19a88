Feature: My agent acts as the person who asks
  The words of docs/steps.md, and one of this suite's own.

  Scenario: Ada is asked once, and then gets what is hers
    Given Ada's MCP client is connected to "Procurement assistant" after they signed in
    When Ada's client calls "List_my_requisitions"
    Then the answer is an authentication prompt with a connection setup link
    When Ada opens the link and allows the connection in Coupa
    And Ada's client calls "List_my_requisitions"
    Then they get their own requisitions and nobody else's

  @simulator
  Scenario: After a weekend nobody has to sign in again
    Given Ada has connected their Coupa account through "Procurement assistant"
    When a weekend goes by
    And Ada's client calls "List_my_requisitions"
    Then they get their own requisitions and nobody else's
