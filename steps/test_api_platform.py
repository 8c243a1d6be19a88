"""Binds features/api_platform.feature."""

from pytest_bdd import scenarios

scenarios("api_platform.feature")
