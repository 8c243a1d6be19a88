Feature: Verified user access at run time
  Each end user acts in the app with their own account, and sees their own data alone.

  Rule: A user is asked once, and then acts as themselves

    @VUA-11 @ui @fresh
    Scenario: Sign in, be asked to connect, consent, and get one's own requisitions
      Given Ada's MCP client is connected to "Procurement assistant" after they signed in
      When Ada's client calls "List_my_requisitions"
      Then the answer is an authentication prompt with a connection setup link for Coupa
      When Ada opens the link and allows the connection in Coupa
      Then the window says that the connection is stored
      When Ada's client calls "List_my_requisitions"
      Then they get their own requisitions and nobody else's
      When Ada's client calls "Get_requisition" for one of their requisitions
      Then they get that requisition without being asked again
      Given Bob has connected their Coupa account through "Procurement assistant"
      When Bob's client calls "Get_requisition" for one of Ada's requisitions
      Then Bob is not given that requisition

    @VUA-12 @ui
    Scenario: A second user sees only their own
      Given Ada has connected their Coupa account through "Procurement assistant"
      And Bob has connected their Coupa account through "Procurement assistant"
      When Ada's client calls "List_my_requisitions"
      Then they get their own requisitions and nobody else's
      When Bob's client calls "List_my_requisitions"
      Then they get their own requisitions and nobody else's
      # Nor one by one, when somebody tells the other the number:
      When Ada's client calls "Get_requisition" for one of Bob's requisitions
      Then Ada is not given that requisition
      When Bob's client calls "Get_requisition" for one of Ada's requisitions
      Then Bob is not given that requisition

    @VUA-11 @VUA-12 @JIRA-1 @SALESFORCE-1 @ui @fresh
    Scenario Outline: In <app>, too, everybody signs in, consents, and gets their own <rows>
      Given Ada's MCP client is connected to "<server>" after they signed in
      When Ada's client calls "<list>"
      Then the answer is an authentication prompt with a connection setup link for <app>
      When Ada opens the link and allows the connection in <app>
      Then the window says that the connection is stored
      And the window says that <app> is connected as Ada's account
      When Ada's client calls "<list>"
      Then they get their own <rows> and nobody else's
      When Ada's client calls "<get>" for one of their <rows>
      Then they get that <row> without being asked again
      Given Bob has connected their <app> account through "<server>"
      When Bob's client calls "<list>"
      Then they get their own <rows> and nobody else's
      When Ada's client calls "<get>" for one of Bob's <rows>
      Then Ada is not given that <row>

      Examples:
        | app        | server          | list                  | rows          | get             | row         |
        | Jira       | Service desk    | List_my_issues        | issues        | Get_issue       | issue       |
        | Salesforce | Sales assistant | List_my_opportunities | opportunities | Get_opportunity | opportunity |

    @MCP-35 @JIRA-1 @ui @fresh
    Scenario: A tool that needs Coupa and Jira asks for both
      Given Ada's MCP client is connected to "Service desk" after they signed in
      When Ada's client calls "Report_a_problem_with_a_requisition" with:
        | argument       | value          |
        | requisition_id | 1042           |
        | problem        | Wrong quantity |
      Then the answer is an authentication prompt with a connection setup link for Coupa and Jira
      When Ada opens the link and allows the connections in Coupa and Jira
      Then the window says that the connection is stored
      When Ada's client calls "Report_a_problem_with_a_requisition" with:
        | argument       | value          |
        | requisition_id | 1042           |
        | problem        | Wrong quantity |
      Then the answer says "BUY-5"

    @VUA-13 @ui @simulator
    Scenario: The link belongs to the person who called the tool
      Given Ada's MCP client is connected to "Procurement assistant" after they signed in
      And Ada's client calls "List_my_requisitions"
      When Bob opens Ada's link in their own browser
      Then the page tells Bob that the link was made for somebody else
      And Bob has no connection
      And nobody was sent to Coupa

    @VUA-14 @ui @fresh
    Scenario: A denied consent stores nothing, and the next call offers a new link
      Given Ada's MCP client is connected to "Procurement assistant" after they signed in
      And Ada's client calls "List_my_requisitions"
      When Ada opens the link and denies the connection in Coupa
      Then the window says that the connection was not allowed
      When Ada's client calls "List_my_requisitions"
      Then the answer is an authentication prompt with another connection setup link

    @VUA-14 @ui @simulator
    Scenario: A denied consent ends at Workato, and nobody asks the app for tokens
      Given Ada's MCP client is connected to "Procurement assistant" after they signed in
      And Ada's client calls "List_my_requisitions"
      When Ada opens the link and denies the connection in Coupa
      Then a browser was sent to Coupa once, and back with a denial
      And Ada has no connection

  Rule: A wrong account is seen and undone

    @CONN-1 @ui @fresh
    Scenario: Connect somebody else's account, see it, disconnect, and connect one's own
      Given Ada's MCP client is connected to "Procurement assistant" after they signed in
      And Ada's client calls "List_my_requisitions"
      When Ada opens the link and connects Bob's account in Coupa
      Then the window says that Coupa is connected as Bob's account
      When Ada opens My connections at Workato Identity
      Then Ada sees Bob's account in Coupa there
      When Ada disconnects their only connection there
      And Ada's client calls "List_my_requisitions"
      Then the answer is an authentication prompt with a connection setup link for Coupa
      When Ada opens the link and connects Ada's account in Coupa
      Then the window says that Coupa is connected as Ada's account
      When Ada's client calls "List_my_requisitions"
      Then they get their own requisitions and nobody else's

  Rule: Only members of an assigned group get in

    @VUA-15
    Scenario Outline: <person> is refused, although the sign-in succeeds
      When <person> signs in with an MCP client for "Procurement assistant"
      Then the server refuses <person> with 403 and says which groups page to go to

      Examples:
        | person |
        | Eve    |
        | Marc   |
        | Olivia |

  Rule: Token-based access does not support verified user access

    @VUA-16 @simulator
    Scenario: A tool that needs verified access is refused, and says why
      Given "Procurement assistant" was switched to token-based access with a token
      When a client with the token calls "List_my_requisitions"
      Then the answer is an error that names Workato Identity as the remedy
      When a client with the token calls "Get_procurement_policy"
      Then the answer says "up to 500 EUR no approval is needed"
