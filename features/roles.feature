Feature: Roles of collaborators
  As an owner of a Workato workspace
  I say what each collaborator may do, and where; they feel it at their next click.

  Background:
    Given Priya, a builder, is signed in to Workato
    And Olivia, an owner, is signed in to Workato

  @USR-74 @USR-75 @fresh
  Scenario: A collaborator gets a role that does not open Tools
    When Priya goes to Tools > Properties
    And Olivia goes to Workspace admin > Roles > + Add role
    And Olivia fills in and clicks "Add role":
      | Recipes | View, Run |
    Then the field "Name" says "1 to 100 characters"
    When Olivia fills in and clicks "Add role":
      | Name | Runner |
    And Olivia goes to Workspace admin > Priya Nair
    And Olivia fills in and clicks "Save":
      | Role | Runner |
    Then Olivia sees "Priya Nair is Runner now."
    When Priya clicks "Lookup tables"
    Then Priya sees "lacks the privilege 'Lookup tables: View'"
    And Priya does not see "Tools"
    When Priya goes to Projects > Procurement
    Then Priya sees "Get procurement policy"
    But Priya does not see "Coupa (end users)"
    When Olivia goes to Workspace admin > Roles > Delete Runner
    Then Olivia sees "It cannot be deleted while somebody has it: Priya Nair"

  @USR-74 @USR-77 @fresh
  Scenario: A collaborator is added to a project, and removed from it
    When Olivia goes to Workspace admin > Roles > + Add role
    And Olivia fills in and clicks "Change kind":
      | Kind | Environment role |
    And Olivia fills in and clicks "Add role":
      | Name          | Desk |
      | Lookup tables | View |
    And Olivia goes to Workspace admin > Roles > + Add role
    And Olivia fills in and clicks "Change kind":
      | Kind | Project role |
    And Olivia fills in and clicks "Add role":
      | Name    | Reader |
      | Recipes | View   |
    And Olivia goes to Workspace admin > Priya Nair
    And Olivia fills in and clicks "Save":
      | Role | Desk |
    And Priya goes to Tools
    Then Priya does not see "Projects"
    When Olivia fills in and clicks "Add to project":
      | Project      | Procurement |
      | Project role | Reader      |
    And Priya goes to Tools
    And Priya goes to Projects
    Then Priya sees "Procurement"
    But Priya does not see "Finance"
    When Priya goes to Projects > Procurement > Get procurement policy
    And Olivia clicks "Remove the role in Procurement"
    Then Olivia sees "Without a role, the project is not shown to them."
    When Olivia clicks "Yes, remove"
    And Priya clicks "Versions"
    Then Priya sees "lacks the privilege 'Recipes: View'"

  @USR-74 @USR-77 @USR-81 @fresh
  Scenario: A group is added to a project, and its members with it
    When Olivia goes to Workspace admin > Roles > + Add role
    And Olivia fills in and clicks "Change kind":
      | Kind | Environment role |
    And Olivia fills in and clicks "Add role":
      | Name          | Desk |
      | Lookup tables | View |
    And Olivia goes to Workspace admin > Roles > + Add role
    And Olivia fills in and clicks "Change kind":
      | Kind | Project role |
    And Olivia fills in and clicks "Add role":
      | Name    | Reader |
      | Recipes | View   |
    And Olivia goes to Workspace admin > Priya Nair
    And Olivia fills in and clicks "Save":
      | Role | Desk |
    And Olivia goes to Workspace admin > Collaborator groups > + Create group
    And Olivia fills in and clicks "Create group":
      | Group name | Developers                     |
      | Members    | Priya Nair (priya@acme.example) |
    And Olivia fills in and clicks "Add to project":
      | Project      | Procurement |
      | Project role | Reader      |
    Then Olivia sees "Developers is Reader in Procurement now."
    When Priya goes to Tools
    And Priya goes to Projects
    Then Priya sees "Procurement"
    But Priya does not see "Finance"
    When Olivia goes to Workspace admin > Roles > Delete Reader
    Then Olivia sees "It cannot be deleted while somebody has it: the group 'Developers'"
    When Olivia goes to Workspace admin > Collaborator groups > Developers
    And Olivia clicks "Delete group"
    Then Olivia sees "Its 1 member loses what the group has in: Procurement"
    When Olivia clicks "Yes, delete"
    Then Olivia sees these rows alone:
      | Name              | Members |
      | All collaborators | 3       |
    When Priya clicks "Procurement"
    Then Priya sees "lacks the privilege"
