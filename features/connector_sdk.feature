Feature: Custom connectors and their versions
  As a Workato builder
  I change a connector in peace, and recipes get it once it is released.

  Background:
    Given Marc, an admin, is signed in to Workato
    When Marc goes to Tools > Connector SDK
    And Marc clicks "New connector"
    And Marc fills in and clicks "Create connector":
      | Connector name | Orders                   |
      | Source code    | { /   title: 'One' / }   |

  @HUB-30 @fresh
  Scenario: A version is saved, compared, released and restored
    Then Marc sees "Not released"
    When Marc fills in and clicks "Save changes":
      | Source code  | { /   title: 'Two' / } |
      | Version note | Renamed                |
    Then Marc sees "Saved version 2"
    When Marc clicks "Release latest version"
    And Marc fills in and clicks "Release":
      | Summarize the changes | It says two |
    Then Marc sees "Successfully released version 2."
    When Marc clicks "Versions"
    Then Marc sees these rows alone:
      | Version                   | Version note | Saved         | Released at   |
      | Version 2 Latest In use   | It says two  | by Marc Adler | by Marc Adler |
      | Version 1                 | –            | by Marc Adler | –             |
    When Marc clicks "What version 2 changed"
    Then Marc sees "-  title: 'One'"
    And Marc sees "+  title: 'Two'"
    When Marc goes to Tools > Connector SDK > Orders > Versions > Version 1
    And Marc clicks "Restore this version"
    Then Marc sees "Restored version 1 as version 3"
    When Marc goes to Tools > Connector SDK
    Then Marc sees these rows alone:
      | Connector | Latest version | Released version |
      | Orders    | 3              | 2                |

  @HUB-30 @fresh @long
  Scenario: A connector is renamed, and found by its name
    When Marc clicks "Settings"
    And Marc fills in and clicks "Save":
      | Connector name |  |
    Then the field "Connector name" says "1 to 255 characters"
    When Marc fills in and clicks "Save":
      | Connector name | Invoices    |
      | Description    | All of them |
    And Marc goes to Tools > Connector SDK
    And Marc fills in and clicks "Filter":
      | Filter by name | inv |
    Then Marc sees these rows alone:
      | Connector | Latest version |
      | Invoices  | 1              |
    When Marc fills in and clicks "Filter":
      | Filter by name | orders |
    Then Marc sees "No connector fits this filter."
