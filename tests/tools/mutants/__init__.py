"""Bugs planted on purpose, one at a time, to see which test notices each: `make mutants`."""
