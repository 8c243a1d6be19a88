"""The recipe engine, without a database and without an app."""
