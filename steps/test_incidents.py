"""Binds features/incidents.feature."""

from pytest_bdd import scenarios

scenarios("incidents.feature")
