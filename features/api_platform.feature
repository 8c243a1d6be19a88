Feature: API platform
  As a Workato admin
  I let programs call recipes over HTTP, each with a key of its own, and take it back.

  Background:
    Given Marc, an admin, is signed in to Workato
    And the API client makes the recipe "Greet somebody" in "Procurement":
      """
      trigger: api_recipe
      parameters: [{name: who}]
      result: [{name: greeting}]
      steps:
        - return: {greeting: "Hello #{_('data.workato_api_platform.trigger.who')}"}
      """

  @APIP-1 @APIP-2 @APIP-3 @fresh
  Scenario: A program calls a recipe with its key, until the key is disabled
    When Marc goes to API platform
    Then Marc sees "This workspace has no API collections yet."
    When Marc clicks "+ Create new collection"
    And Marc fills in and clicks "Create collection":
      | Collection name             | Greetings            |
      | Location                    | Procurement          |
      | Choose a configuration type | Use existing recipes |
    Then Marc sees these rows alone:
      | Endpoint       | Method and path      | Recipe         | State    |
      | Greet somebody | POST /greet-somebody | Greet somebody | Inactive |
    When Marc clicks "Activate Greet somebody"
    And Marc goes to API platform > Clients > + Add new client
    And Marc fills in and clicks "Add client":
      | Name                       | Partner                 |
      | API collections to include | Greetings (Procurement) |
    And Marc gives the client "Partner" the API key "CI"
    And a program calls "POST /greet-somebody" of the API collection "Greetings" with the API key "CI" and:
      """
      {"who": "Bo"}
      """
    Then the program is answered with 200 and:
      """
      {"greeting": "Hello Bo"}
      """
    When Marc goes to API platform > Clients > Partner
    Then Marc sees these rows alone:
      | Name | State  | IP addresses  |
      | CI   | Active | Every address |
    When Marc clicks "Disable CI"
    And a program calls "POST /greet-somebody" of the API collection "Greetings" with the API key "CI"
    Then the program is answered with 401
    When Marc clicks "Enable CI"
    And a program calls "POST /greet-somebody" of the API collection "Greetings" with the API key "CI" and:
      """
      {"who": "Cy"}
      """
    Then the program is answered with 200
    When Marc goes to API platform > Greetings
    And Marc clicks "Deactivate Greet somebody"
    And a program calls "POST /greet-somebody" of the API collection "Greetings" with the API key "CI"
    Then the program is answered with 404

  @APIP-1 @fresh @long
  Scenario: The endpoints of a collection are tools of an MCP server
    When Marc goes to API platform > + Create new collection
    And Marc fills in and clicks "Create collection":
      | Collection name             | Greetings            |
      | Location                    | Procurement          |
      | Choose a configuration type | Use existing recipes |
    And Marc clicks "Activate Greet somebody"
    And Marc clicks "Create MCP server"
    And Marc fills in and clicks "Create MCP server":
      | Server name | Greeter |
    And Marc goes to API platform > Greetings
    Then Marc sees "Its endpoints are the tools of Greeter"
    And Marc sees these rows alone:
      | Endpoint       | State  |
      | Greet somebody | Active |
    When Marc clicks "Delete"
    Then Marc sees "Delete that first."
