Feature: Tags
  As a Workato builder
  I find what belongs together, whatever project it is in.

  Background:
    Given Marc, an admin, is signed in to Workato

  @TAG-1 @TAG-2 @fresh
  Scenario: A tag finds recipes and connections of every project
    When Marc goes to Projects > Tags
    Then Marc sees "This workspace has no tags yet."
    When Marc clicks "New tag"
    And Marc fills in and clicks "Create tag":
      | Title       | Accounting   |
      | Description | Of the books |
      | Color       | Green        |
    And Marc gives the recipe "List my invoices" of "Finance" the tag "Accounting"
    And Marc gives the recipe "Get procurement policy" of "Procurement" the tag "accounting"
    And Marc gives the connection "Coupa (shared)" of "Finance" the tag "Accounting"
    And Marc goes to Projects > Finance > List my invoices > Settings
    And Marc fills in and clicks "Add tag":
      | Add a tag | Nothing |
    Then the field "Add a tag" says "There is no tag 'Nothing'."
    When Marc goes to Projects > Tags
    Then Marc sees these rows alone:
      | Tag        | Description  | Author     | Recipes | Connections |
      | Accounting | Of the books | Marc Adler | 2       | 1           |
    When Marc clicks "Accounting"
    Then Marc sees "Get procurement policy"
    And Marc sees "List my invoices"
    And Marc sees "Coupa (shared)"
    When Marc goes to Projects > Finance
    And Marc fills in and clicks "Filter":
      | Recipes and connections with the tag | Accounting |
    Then Marc sees "List my invoices"
    But Marc does not see "List my purchase orders"
    When Marc takes the tag "Accounting" from the recipe "List my invoices" of "Finance"
    And Marc goes to Projects > Finance
    And Marc fills in and clicks "Filter":
      | Recipes and connections with the tag | Accounting |
    Then Marc sees "No recipe here has the tag Accounting."

  @TAG-1 @fresh
  Scenario: A tag is changed, and deleted after a question
    When Marc goes to Projects > Tags > New tag
    And Marc fills in and clicks "Create tag":
      | Title | Accounting |
    And Marc goes to Projects > Tags > New tag
    And Marc fills in and clicks "Create tag":
      | Title | accounting |
    Then the field "Title" says "The title has already been taken."
    When Marc gives the recipe "List my invoices" of "Finance" the tag "Accounting"
    And Marc goes to Projects > Tags > Edit Accounting
    And Marc fills in and clicks "Save":
      | Title | Books |
      | Color | Red   |
    And Marc goes to Projects > Tags > Delete Books
    Then Marc sees "1 recipe and 0 connections have this tag"
    When Marc clicks "Delete"
    Then Marc sees "Deleted the tag 'Books'."
    When Marc goes to Projects > Finance > List my invoices
    Then Marc does not see "Books"

  @TAG-3 @fresh @long
  Scenario: Owners and admins keep the tags in order, and everybody uses them
    Given Priya, a builder, is signed in to Workato
    When Priya goes to Projects > Tags > New tag
    And Priya fills in and clicks "Create tag":
      | Title | Mine |
    And Marc goes to Workspace admin > Settings
    And Marc fills in and clicks "Save":
      | Restrict users from creating and editing tags | yes |
    And Priya goes to Projects > Tags
    Then Priya sees "Owners and admins alone create, edit and delete them."
    And Priya does not see "New tag"
    And Priya does not see "Edit"
    When Priya gives the recipe "List my invoices" of "Finance" the tag "Mine"
    And Marc goes to Projects > Tags > Delete Mine
    Then Marc sees "1 recipe and 0 connections have this tag"
