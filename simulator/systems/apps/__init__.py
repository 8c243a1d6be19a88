"""The third-party apps: each an OAuth provider with pages and a REST API of its own."""
