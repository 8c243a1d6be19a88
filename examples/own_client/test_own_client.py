"""Binds steps.feature."""

from pytest_bdd import scenarios

scenarios("steps.feature")
