Feature: Sign-in at Workato Identity by SAML
  A company's identity provider says who its people are, and which groups they are in.

  @SAML-1 @SAML-4 @SAML-12 @ui @fresh @simulator
  Scenario: An admin sets SAML up, and an end user's client signs in by it
    Given Marc, an admin, is signed in to Workato
    # The documented steps; a provider has to be there before it can be selected:
    When Marc goes to the Authentication tab of Authentication & Groups
    And Marc clicks + Set up new provider and names it "Company login"
    And Marc copies the Single Sign-On URL and the SP entity ID into the identity provider
    And Marc provides the Metadata URL of the identity provider and saves
    And Marc switches SAML-based SSO authentication on, by "Company login"
    And Marc enforces it for the selected domains "acme.example"
    And Marc enables JIT provisioning and user groups syncing, and saves
    Then Marc reads that people of "acme.example" sign in with "Company login"
    Given Ada's MCP client is connected to "Procurement assistant" after they signed in
    Then Workato Identity took the word of the identity provider

  @SAML-4 @SAML-7 @SAML-12 @fresh @simulator
  Scenario: The identity provider's groups open an MCP server, and close it
    Given Marc has the end users sign in with the identity provider
    And the identity provider names "Procurement team" and "All of Acme" as Eve's groups
    And Eve's MCP client is connected to "Procurement assistant" after they signed in
    Then Workato Identity took the word of the identity provider
    When Eve's client calls "List_my_requisitions"
    Then the answer is an authentication prompt with a connection setup link for Coupa
    When the identity provider names "Contractors" as Eve's groups
    And Eve signs out of Workato Identity and signs in again
    Then the server refuses Eve's next call with 403 and says which groups page to go to
