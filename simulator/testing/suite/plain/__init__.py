"""The suite of those who have pytest alone: tests that ask for fixtures."""
