"""Binds features/test_cases.feature."""

from pytest_bdd import scenarios

scenarios("test_cases.feature")
