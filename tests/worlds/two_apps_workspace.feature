@ui
Feature: The steps on any page of the web app, in the world with two apps
  In a browser.

  Background:
    Given Wim, an admin, is signed in to Workato

  Scenario: Tags
    When Wim goes to Projects > Tags
    And Wim clicks "New tag"
    And Wim fills in and clicks "Create tag":
      | Title |  |
    Then the field "Title" says "can't be blank"
    When Wim fills in and clicks "Create tag":
      | Title | Office |
      | Color | Teal   |
    And Wim gives the connection "North (end users)" of "Compass" the tag "Office"
    And Wim gives the recipe "Northern list" of "Compass" the tag "Office"
    And Wim takes the tag "Office" from the recipe "Northern list" of "Compass"
    And Wim goes to Projects > Tags
    Then Wim sees these rows alone:
      | Tag    | Recipes | Connections |
      | Office | 0       | 1           |
    And Wim does not see "no tags yet"

  Scenario: Tables, and recipes that read them
    When Wim goes to Tools > Lookup tables > New lookup table
    And Wim fills in and clicks "Create table":
      | Name    | Rates           |
      | Columns | Currency / Rate |
    And Wim adds these entries to the lookup table:
      | Currency | Rate |
      | USD      | 1.1  |
    And the API client makes the recipe "Rate" in "Compass":
      """
      trigger: recipe_function
      result: [{name: rate}]
      steps:
        - return: {rate: "=lookup('Rates', Currency: 'USD')['Rate']"}
      """
    And the API client makes the recipe "Rate" a tool of "Northern desk"
    Given Uma's MCP client is connected to "Northern desk" after they signed in
    When Uma's client calls "Rate"
    Then the answer says "1.1"

  Scenario: A program and its key
    Given the API client makes the recipe "Greet" in "Compass":
      """
      trigger: api_recipe
      parameters: [{name: who}]
      result: [{name: greeting}]
      steps:
        - return: {greeting: "Hello #{_('data.workato_api_platform.trigger.who')}"}
      """
    When Wim goes to API platform > + Create new collection
    And Wim fills in and clicks "Create collection":
      | Collection name             | Greetings            |
      | Location                    | Compass              |
      | Choose a configuration type | Use existing recipes |
    And Wim clicks "Activate Greet"
    And Wim goes to API platform > Clients > + Add new client
    And Wim fills in and clicks "Add client":
      | Name                       | Partner          |
      | API collections to include | Greetings (Compass) |
    And Wim gives the client "Partner" the API key "CI"
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
    Given Uma has connected their North account through "Northern desk"
    When this goes wrong:
      | request               | system                     | tool          | delay |
      | GET /api/requisitions | app:north.coupacloud.com   | Northern_list | 60    |
    And Uma's client calls "Northern_list" and waits for a job that takes long
    And Wim goes to Projects > Compass > Northern list > Jobs
    And Wim clicks "Cancel job"
    And Wim clicks "Cancel job"
    And all incidents are over
    Then Uma's call that is under way fails with "The job was cancelled."

  @simulator
  Scenario: A connection is authorized anew by another client
    Given South has the OAuth client "Second" with the client ID "cc03cc03" and the client secret "second-secret"
    When Wim goes to Projects > Compass > South (end users)
    And Wim fills in and clicks "Reconnect":
      | Client ID     | cc03cc03      |
      | Client secret | second-secret |
    And Wim fills in and clicks "Sign in":
      | Login name or e-mail | wim-s      |
      | Password             | south-Pass |
    Then Wim sees "Second"
    When Wim clicks "Allow"
    Then Wim sees "is connected as"
