"""Binds features/google.feature."""

from pytest_bdd import scenarios

scenarios("google.feature")
