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
