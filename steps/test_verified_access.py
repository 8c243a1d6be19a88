"""Binds features/verified_access.feature."""

from pytest_bdd import scenarios

scenarios("verified_access.feature")
