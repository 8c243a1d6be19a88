@long
Feature: The steps on any page of the web app, in the smallest world
  Without a browser: by forms.

  Background:
    Given Olga, an owner, is signed in to Workato

  Scenario: Tags
    When Olga goes to Projects > Tags
    And Olga clicks "New tag"
    And Olga fills in and clicks "Create tag":
      | Title |  |
    Then the field "Title" says "can't be blank"
    When Olga fills in and clicks "Create tag":
      | Title | Office |
      | Color | Teal   |
    And Olga gives the connection "Coupa" of "Home" the tag "Office"
    And Olga gives the recipe "List my requisitions" of "Home" the tag "Office"
    And Olga takes the tag "Office" from the recipe "List my requisitions" of "Home"
    And Olga goes to Projects > Tags
    Then Olga sees these rows alone:
      | Tag    | Recipes | Connections |
      | Office | 0       | 1           |
    And Olga does not see "no tags yet"

  Scenario: Tables, and recipes that read them
    When Olga goes to Tools > Lookup tables > New lookup table
    And Olga fills in and clicks "Create table":
      | Name    | Rates           |
      | Columns | Currency / Rate |
    And Olga adds these entries to the lookup table:
      | Currency | Rate |
      | USD      | 1.1  |
    And the API client makes the recipe "Rate" in "Home":
      """
      trigger: recipe_function
      result: [{name: rate}]
      steps:
        - return: {rate: "=lookup('Rates', Currency: 'USD')['Rate']"}
      """
    And the API client makes the recipe "Rate" a tool of "Buying"
    Given Ida's MCP client is connected to "Buying" after they signed in
    When Ida's client calls "Rate"
    Then the answer says "1.1"

  Scenario: A program and its key
    Given the API client makes the recipe "Greet" in "Home":
      """
      trigger: api_recipe
      parameters: [{name: who}]
      result: [{name: greeting}]
      steps:
        - return: {greeting: "Hello #{_('data.workato_api_platform.trigger.who')}"}
      """
    When Olga goes to API platform > + Create new collection
    And Olga fills in and clicks "Create collection":
      | Collection name             | Greetings            |
      | Location                    | Home                 |
      | Choose a configuration type | Use existing recipes |
    And Olga clicks "Activate Greet"
    And Olga goes to API platform > Clients > + Add new client
    And Olga fills in and clicks "Add client":
      | Name                       | Partner          |
      | API collections to include | Greetings (Home) |
    And Olga gives the client "Partner" the API key "CI"
    And a program calls "POST /greet" of the API collection "Greetings" with the API key "CI" and:
      """
      {"who": "Bo"}
      """
    Then the program is answered with 200 and:
      """
      {"greeting": "Hello Bo"}
      """

  @simulator
  Scenario: A job that takes long is cancelled
    Given Ida has connected their Coupa account through "Buying"
    When this goes wrong:
      | request               | system                   | tool                 | delay |
      | GET /api/requisitions | app:small.coupacloud.com | List_my_requisitions | 60    |
    And Ida's client calls "List_my_requisitions" and waits for a job that takes long
    And Olga goes to Projects > Home > List my requisitions > Jobs
    And Olga clicks "Cancel job"
    And Olga clicks "Cancel job"
    And all incidents are over
    Then Ida's call that is under way fails with "The job was cancelled."

  @simulator
  Scenario: A connection is authorized anew by another client
    Given Coupa has the OAuth client "Second" with the client ID "cc03cc03" and the client secret "second-secret"
    When Olga goes to Projects > Home > Coupa
    And Olga fills in and clicks "Reconnect":
      | Client ID     | cc03cc03      |
      | Client secret | second-secret |
    And Olga fills in and clicks "Sign in":
      | Login name or e-mail | olga         |
      | Password             | coupa-Pass-1 |
    Then Olga sees "Second"
    When Olga clicks "Allow"
    Then Olga sees "is connected as"
