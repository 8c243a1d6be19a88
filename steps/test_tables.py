"""Binds features/tables.feature."""

from pytest_bdd import scenarios

scenarios("tables.feature")
