"""Gmail: mailboxes, and how they are searched."""
