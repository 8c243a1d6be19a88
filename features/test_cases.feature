Feature: Test cases of recipes
  As a Workato builder
  I know at once whether a recipe still does what it did, without calling its apps.

  @TEST-1 @fresh
  Scenario: A test case fails once the recipe was changed
    Given Marc, an admin, is signed in to Workato
    And the API client makes the recipe "Status of an order" in "Procurement":
      """
      trigger: recipe_function
      running: false
      parameters: [{name: id}]
      result: [{name: status}]
      steps:
        - action: coupa.get_requisition
          as: found
          input: {id: "#{_('data.workato_recipe_function.trigger.id')}"}
        - return: {status: "#{_('data.coupa.found.status')}"}
      """
    When Marc goes to Projects > Procurement > Status of an order > Test cases
    Then Marc sees "This recipe has no test cases yet."
    When Marc clicks "+ Add test case"
    And Marc fills in and clicks "Save":
      | Name         | Approved                                                          |
      | Trigger      | {"id": "7"}                                                       |
      | Mocked steps | [{"step": 2, "output": {"status": "approved"}}]                   |
      | Checks       | [{"step": 3, "of": "output", "field": "state", "value": "approved" |
    Then the field "Checks" says "This is not JSON"
    When Marc fills in and clicks "Save":
      | Checks | [{"step": 3, "of": "output", "field": "status", "value": "approved"}] |
    And Marc clicks "Run all"
    Then Marc sees "1 of 1 passed."
    And Marc sees these rows alone:
      | Name     | Mocked | Checks | Last run |
      | Approved | 1 step | 1      | Passed   |
    When Marc goes to Projects > Procurement > Status of an order > Edit
    And Marc clicks "3 Action Return result"
    And Marc fills in and clicks "Save step":
      | Status (required) | draft |
    And Marc goes to Projects > Procurement > Status of an order > Test cases
    And Marc clicks "Run Approved"
    Then Marc sees "0 of 1 passed."
    And Marc sees these rows alone:
      | Name     | Last run                                                                            |
      | Approved | Status in the output of step 3 is "draft", and should be one that equals "approved" |
    When Marc goes to Projects > Procurement > Status of an order > Edit
    And Marc clicks "Undo last change"
    And Marc goes to Projects > Procurement > Status of an order > Test cases
    And Marc clicks "Run all"
    Then Marc sees "1 of 1 passed."

  @TEST-1 @EDIT-24 @fresh @long
  Scenario: A job that went well becomes a test case
    Given Marc, an admin, is signed in to Workato
    When Marc goes to Projects > Procurement > Get procurement policy > Test
    And Marc clicks "Run test"
    Then Marc sees "Succeeded"
    When Marc clicks "Make a test case"
    And Marc fills in and clicks "Save":
      | Name | As ever |
    And Marc clicks "Run all"
    Then Marc sees "1 of 1 passed."
    When Marc clicks "As ever"
    And Marc clicks "Delete"
    Then Marc sees "The jobs that it ran are kept."
    When Marc clicks "Delete"
    Then Marc sees "Deleted the test case 'As ever'."
