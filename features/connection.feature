Feature: Configure an OAuth 2.0 authorization code grant connection
  As a Workato builder
  I give a tool the End user's connection, following the documented procedure click by click.

  Background:
    Given Marc, an admin, is signed in to Workato

  @VUA-6 @ui @fresh
  Scenario: Add the connection to a tool's action step
    # The documented steps, one by one:
    When Marc goes to AI Hub and selects the MCP servers tab
    And Marc clicks the MCP server "Finance assistant"
    And Marc selects the tool "List my purchase orders" and the recipe editor opens
    And Marc clicks Edit
    And Marc selects the action step "Search purchase orders in Coupa"
    And Marc selects End user's connection
    And Marc provides "Coupa of our end users" in the Name field
    And Marc uses the Location drop-down menu to select the project "Finance"
    And Marc uses the Authentication type drop-down menu to select "Authorization code grant"
    And Marc enters the client ID of Coupa's OAuth client in the Client ID field
    And Marc enters the client secret of Coupa's OAuth client in the Client secret field
    And Marc provides "https://acme.coupacloud.com" in the Host field, which is what Coupa requires
    And Marc uses the Scopes drop-down menu to select "core.common.read, core.purchase_order.read"
    And Marc clicks Connect
    # Connect runs the grant with the builder's own Coupa account:
    And Marc signs in to Coupa and allows the connection
    # What Marc sees then:
    Then the step shows the connection "Coupa of our end users" as connected
    And the tool "List my purchase orders" needs verified user access

  @VUA-6 @JIRA-1 @ui @fresh
  Scenario: Add a connection to Jira to a tool's action step
    # The same documented steps, with Jira's own fields:
    When Marc goes to AI Hub and selects the MCP servers tab
    And Marc clicks the MCP server "Service desk"
    And Marc selects the tool "List open issues" and the recipe editor opens
    And Marc clicks Edit
    And Marc selects the action step "Search issues by JQL in Jira"
    And Marc selects End user's connection
    And Marc provides "Jira of our end users" in the Name field
    And Marc uses the Location drop-down menu to select the project "Procurement"
    And Marc uses the Authentication type drop-down menu to select "OAuth 2.0"
    And Marc enters the client ID of Jira's OAuth client in the Client ID field
    And Marc enters the client secret of Jira's OAuth client in the Client secret field
    And Marc provides "https://acme.atlassian.net" in the Host name field, which is what Jira requires
    And Marc uses the Scopes drop-down menu to select "read:jira-work, read:jira-user, offline_access"
    And Marc clicks Connect
    And Marc signs in to Jira and allows the connection
    Then the step shows the connection "Jira of our end users" as connected
    And the tool "List open issues" of "Service desk" needs verified user access

  @VUA-6 @SALESFORCE-1 @SALESFORCE-26 @ui @fresh
  Scenario: Add a connection to Salesforce to a tool's action step
    When Marc goes to AI Hub and selects the MCP servers tab
    And Marc clicks the MCP server "Sales assistant"
    And Marc selects the tool "List all opportunities" and the recipe editor opens
    And Marc clicks Edit
    And Marc selects the action step "Search records in Salesforce"
    And Marc selects End user's connection
    And Marc provides "Salesforce of our end users" in the Name field
    And Marc uses the Location drop-down menu to select the project "Procurement"
    And Marc uses the Authentication type drop-down menu to select "Authorization code grant"
    And Marc enters the client ID of Salesforce's OAuth client in the Client ID field
    And Marc enters the client secret of Salesforce's OAuth client in the Client secret field
    # Sandbox stays at No: the grant begins at login.salesforce.com.
    And Marc provides "" in the Salesforce custom domain URL field, which is what Salesforce requires
    And Marc uses the Scopes drop-down menu to select "api, id, refresh_token"
    And Marc clicks Connect
    And Marc signs in to Salesforce and allows the connection
    Then the step shows the connection "Salesforce of our end users" as connected
    And the tool "List all opportunities" of "Sales assistant" needs verified user access

  @VUA-7 @ui @fresh
  Scenario Outline: What is wrong stands next to its field, and what was typed stays
    When Marc fills in the connection form of "List my purchase orders" with "<value>" in the field "<field>"
    And Marc clicks Connect
    Then the field "<field>" says "<sentence>"
    And everything else they typed is still there, the secret aside

    Examples: refused before anything is sent
      | field     | value                               | sentence                         |
      | Host      | https://acme.example.com            | https://your-instance-name       |

    @long
    Examples: refused before anything is sent, the other fields
      | field     | value                               | sentence                         |
      | Name      |                                     | Enter a name                     |
      | Client ID |                                     | Enter the client ID              |
      | Host      | http://acme.coupacloud.com          | https://your-instance-name       |
      | Host      | https://acme.coupacloud.com/home    | https://your-instance-name       |
      | Scopes    | core.requisition.read               | core.common.read                 |

    Examples: what Coupa has to say
      | field     | value                                 | sentence                       |
      | Client ID | (a client without the redirect URI)   | lacks the redirect URI         |

    @long
    Examples: what else Coupa has to say
      | field     | value                                 | sentence                       |
      | Client ID | no-such-client                        | does not know this client ID   |
      | Host      | https://elsewhere.coupacloud.com      | does not answer                |
      | Scopes    | core.common.read, core.contract.read  | core.contract.read             |

  @VUA-7 @JIRA-1 @ui @fresh
  Scenario Outline: So it is with Jira's fields
    When Marc fills in the connection form of "List open issues" for Jira with "<value>" in the field "<field>"
    And Marc clicks Connect
    Then the field "<field>" says "<sentence>"

    Examples: refused before anything is sent
      | field     | value                         | sentence                      |
      | Host name | https://acme.example.com      | your-site.atlassian.net       |

    @long
    Examples: what Jira has to say
      | field     | value                         | sentence                      |
      | Client ID | no-such-client                | does not know this client ID  |

  @VUA-9 @JIRA-2 @ui @fresh
  Scenario: A site that the account cannot reach is found out after the consent
    When Marc fills in the connection form of "List open issues" for Jira with "https://else.atlassian.net" in the field "Host name"
    And Marc clicks Connect
    And Marc signs in to Jira and allows the connection
    Then the field "Host name" says "no access to this Jira site"

  @VUA-8 @ui @fresh
  Scenario: Only the authorization code grant is supported
    When Marc fills in the connection form of "List my purchase orders" with "Client credentials" in the field "Authentication type"
    And Marc clicks Connect
    Then the field "Authentication type" says "Authorization code grant"

  @VUA-9 @ui @fresh
  Scenario: A wrong client secret is found out after the consent
    When Marc fills in the connection form of "List my purchase orders" with "not-the-secret" in the field "Client secret"
    And Marc clicks Connect
    And Marc signs in to Coupa and allows the connection
    Then the field "Client secret" says "does not accept this client secret"

  @VUA-10 @ui @fresh
  Scenario: A denied consent leads back to the form
    When Marc fills in the connection form of "List my purchase orders" without a mistake
    And Marc clicks Connect
    And Marc signs in to Coupa and denies the connection
    Then the recipe editor says that the consent was denied
    And everything else they typed is still there, the secret aside
