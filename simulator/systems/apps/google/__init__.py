"""Google: one authorization server, and the APIs of Gmail, Calendar and Drive."""
