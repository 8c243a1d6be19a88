Feature: Access that a program arranges
  An API client changes who may use an MCP server, and with whose account; everybody feels it at the
  next call of the client that they have.

  @API-3
  Scenario: A group loses its access, and gets it back
    Given Ada has connected their Coupa account through "Procurement assistant"
    When the API client takes the access to "Procurement assistant" away from the group "Procurement team"
    Then the server refuses Ada's next call with 403 and says which groups page to go to
    When the API client gives the group "Procurement team" access to "Procurement assistant"
    Then Ada's call of "List_my_requisitions" succeeds
    And Ada's call of "Get_procurement_policy" succeeds

  @API-3
  Scenario: A group gets access, and loses it again
    When the API client gives the group "Contractors" access to "Procurement assistant"
    Given Eve's MCP client is connected to "Procurement assistant" after they signed in
    Then Eve's call of "Get_procurement_policy" succeeds
    When the API client takes the access to "Procurement assistant" away from the group "Contractors"
    Then the server refuses Eve's next call with 403 and says which groups page to go to

  @API-4
  Scenario: A person joins a group that has access, and leaves it again
    When the API client adds Eve to the group "Procurement team"
    Given Eve's MCP client is connected to "Procurement assistant" after they signed in
    Then Eve's call of "Get_procurement_policy" succeeds
    When the API client removes Eve from the group "Procurement team"
    Then the server refuses Eve's next call with 403 and says which groups page to go to

  @API-5
  Scenario: A person who was disconnected is asked to connect again
    Given Ada has connected their Coupa account through "Procurement assistant"
    When the API client disconnects Ada's own connections
    And Ada's client calls "List_my_requisitions"
    Then the answer is an authentication prompt with a connection setup link
