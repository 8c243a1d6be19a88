"""A Coupa-like instance: sign-in, OAuth provider, procurement pages and a REST API."""
