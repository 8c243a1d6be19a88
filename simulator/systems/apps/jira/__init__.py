"""A Jira Cloud-like site: Atlassian's authorization server, an API gateway, and issues."""
