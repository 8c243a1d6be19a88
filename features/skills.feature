Feature: Skills
  As a Workato builder
  I make a recipe that AI assistants know when to use.

  @HUB-31 @fresh
  Scenario: A recipe becomes a skill, and the skill a tool
    Given Marc, an admin, is signed in to Workato
    When Marc goes to AI Hub > Skills
    Then Marc sees "This workspace has no skills yet."
    When Marc clicks "Create skill"
    Then Marc sees "There is no recipe that could become a skill."
    When Marc clicks "New recipe"
    And Marc fills in and clicks "Start building":
      | Name           | Find an order                 |
      | Description    | Finds an order by its number. |
      | Location       | Procurement                   |
      | Starting point | Workato Skill: Start workflow |
    And Marc goes to AI Hub > Skills > Create skill
    Then Marc sees these rows alone:
      | Recipe        | State   | Project     |
      | Find an order | Stopped | Procurement |
    When Marc clicks "Create a skill of Find an order"
    Then Marc sees "Created the skill 'Find an order'."
    And Marc sees "No MCP server has it as a tool yet."
    When the API client makes the recipe "Find an order" a tool of "Procurement assistant"
    And Marc goes to AI Hub > Skills
    Then Marc sees these rows alone:
      | Skill         | Recipe        | State   | Project     |
      | Find an order | Find an order | Stopped | Procurement |
    When Marc goes to AI Hub > Skills > Find an order
    Then Marc sees "Procurement assistant"
    And Marc sees "Finds an order by its number."

  @HUB-31 @fresh @long
  Scenario: Recipes that are skills already, or begin otherwise, are not offered
    Given Priya, a builder, is signed in to Workato
    When Priya goes to Projects > Procurement > New recipe
    And Priya fills in and clicks "Start building":
      | Name           | Cancel an order               |
      | Starting point | Workato Skill: Start workflow |
    And Priya goes to AI Hub > Skills > Create skill
    Then Priya does not see "List my requisitions"
    When Priya clicks "Create a skill of Cancel an order"
    And Priya goes to AI Hub > Skills > Create skill
    Then Priya sees "There is no recipe that could become a skill."
