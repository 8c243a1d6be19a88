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
