Feature: A client of one's own, and the steps of the library
  Every "client" below is an OwnClient.

  Scenario: Ada is asked once, and then gets what is hers
    Given Ada's MCP client is connected to "Procurement assistant" after they signed in
    And Ada's client sees the tool "Create_requisition"
    When Ada's client calls "List_my_requisitions"
    Then the answer is an authentication prompt with a connection setup link for Coupa
    When Ada opens the link and allows the connection in Coupa
    And Ada's client calls "List_my_requisitions" with:
      | argument | value |
      | status   | draft |
      | limit    | 5     |
    Then they get their own requisitions and nobody else's
    When Ada's client calls "Create_requisition" with:
      """
      {"justification": "A chair", "lines": [{"description": "Chair", "quantity": 1, "unit-price": 99}]}
      """
    Then the answer says "A chair"

  Scenario: Two people keep apart
    Given Ada has connected their Coupa account through "Procurement assistant"
    And Bob has connected their Coupa account through "Procurement assistant"
    When Ada's client calls "List_my_requisitions"
    And Bob's client calls "Get_requisition" for one of Ada's requisitions
    Then Bob is not given that requisition
    And nobody was served with another person's account

  Scenario: Somebody without a group
    When Eve signs in with an MCP client for "Procurement assistant"
    Then the server refuses Eve with 403 and says which groups page to go to

  Scenario: What an admin changes is felt at the next call
    Given Ada's MCP client is connected to "Procurement assistant" after they signed in
    And Ada's client sees the tool "Get_procurement_policy"
    When a builder stops the recipe "Get procurement policy"
    Then Ada's client no longer sees the tool "Get_procurement_policy"
    And a call of "Get_procurement_policy" by Ada's client is refused as an unknown tool
    When the API client removes Ada from the group "Procurement team"
    Then the server refuses Ada's next call with 403 and says which groups page to go to
