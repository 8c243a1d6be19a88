"""Google Calendar: the primary calendar of each account."""
