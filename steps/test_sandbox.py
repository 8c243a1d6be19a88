"""Binds features/sandbox.feature."""

from pytest_bdd import scenarios

scenarios("sandbox.feature")
