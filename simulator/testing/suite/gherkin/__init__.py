"""The suite of those who have pytest-bdd: a feature, and its steps."""
