"""Sign-in at Workato Identity by SAML 2.0: what is set up, requests, responses, and who comes."""
