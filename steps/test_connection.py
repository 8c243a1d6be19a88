"""Binds features/connection.feature."""

from pytest_bdd import scenarios

scenarios("connection.feature")
