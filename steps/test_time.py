"""Binds features/time.feature."""

from pytest_bdd import scenarios

scenarios("time.feature")
