Feature: Lookup tables, data tables and properties
  As a Workato builder
  I keep values outside of recipes, and whoever calls a tool gets what stands there now.

  Background:
    Given Marc, an admin, is signed in to Workato

  @SRV-21 @fresh
  Scenario: An entry is changed on its page, and the tool reads the new value
    When Marc goes to Tools > Lookup tables
    Then Marc sees "No lookup tables yet."
    When Marc clicks "New lookup table"
    And Marc fills in and clicks "Create table":
      | Name    | Rates           |
      | Project | Procurement     |
      | Columns | Currency / Rate |
    And Marc adds these entries to the lookup table:
      | Currency | Rate |
      | USD      | 1.1  |
      | CHF      | 0.9  |
    And the API client makes the recipe "Rate of a currency" in "Procurement":
      """
      trigger: recipe_function
      parameters: [{name: currency}]
      result: [{name: rate}]
      steps:
        - action: lookup_table.get_entry
          as: found
          input:
            lookup_table_id: Rates
            parameters: {Currency: "#{_('data.workato_recipe_function.trigger.currency')}"}
        - return: {rate: "#{_('data.lookup_table.found.entry.Rate')}"}
      """
    And the API client makes the recipe "Rate of a currency" a tool of "Procurement assistant"
    Given Ada's MCP client is connected to "Procurement assistant" after they signed in
    When Ada's client calls "Rate_of_a_currency" with:
      | argument | value |
      | currency | USD   |
    Then the answer says "1.1"
    When Marc goes to Tools > Lookup tables > Rates > Edit entry 1
    And Marc fills in and clicks "Save":
      | Rate | 1.25 |
    And Ada's client calls "Rate_of_a_currency" with:
      | argument | value |
      | currency | USD   |
    Then the answer says "1.25"
    When Marc goes to Tools > Lookup tables > Rates > Delete table
    Then Marc sees "is deleted with its 2 entries."
    And Marc sees "Recipes use this table, and have to be changed: Rate of a currency"

  @SRV-22 @SRV-23 @fresh
  Scenario: Records of a data table have types, defaults and filters
    When Marc goes to Projects > Procurement > Data tables > New data table
    And Marc fills in "New column" and clicks "Create table":
      | Column name | Name |
      | Required    | yes  |
    Then the field "Data table name" says "1 to 100 characters"
    When Marc fills in and clicks "Create table":
      | Data table name | Things |
    Then Marc sees "Name Short text, required"
    When Marc clicks "Edit table"
    And Marc fills in "New column" and clicks "Save":
      | Column name   | Pieces  |
      | Column type   | Integer |
      | Default value | 5       |
    And Marc goes to Projects > Procurement > Data tables > Things > Add record
    And Marc fills in and clicks "Save":
      | Name   | Lamp |
      | Pieces | few  |
    Then the field "Pieces" says "Pieces must be a whole number."
    When Marc fills in and clicks "Save":
      | Pieces | 3 |
    And Marc clicks "Add record"
    And Marc fills in and clicks "Save":
      | Name | Desk |
    Then Marc sees these rows alone:
      | Name | Pieces |
      | Lamp | 3      |
      | Desk | 5      |
    When Marc fills in and clicks "Add filter":
      | Column | Pieces          |
      | Filter | Is greater than |
      | Value  | 3               |
    Then Marc sees these rows alone:
      | Name | Pieces |
      | Desk | 5      |
    When Marc clicks "Remove the filter Pieces is greater than “3”"
    And Marc clicks "Delete all records"
    Then Marc sees "2 records are deleted."
    When Marc clicks "Delete all records"
    Then Marc sees "No records yet."

  @SRV-20 @fresh @long
  Scenario: A property of the project goes before that of the workspace
    When Marc goes to Tools > Properties
    And Marc fills in and clicks "Save property":
      | Name  | region |
      | Value | EU     |
    And the API client makes the recipe "Our region" in "Procurement":
      """
      trigger: recipe_function
      result: [{name: region}]
      steps:
        - return: {region: "#{_dp('{\"pill_type\":\"project_property\",\"property_name\":\"region\"}')}"}
      """
    And the API client makes the recipe "Our region" a tool of "Procurement assistant"
    Given Ada's MCP client is connected to "Procurement assistant" after they signed in
    When Ada's client calls "Our_region"
    Then the answer says "EU"
    When Marc goes to Projects > Procurement > Properties
    And Marc fills in and clicks "Save property":
      | Name  | region |
      | Value | APAC   |
    And Ada's client calls "Our_region"
    Then the answer says "APAC"
    When Marc goes to Projects > Procurement > Properties > Delete region
    And Marc clicks "Delete"
    And Ada's client calls "Our_region"
    Then the answer says "EU"
