"""Binds features/tags.feature."""

from pytest_bdd import scenarios

scenarios("tags.feature")
