"""Binds features/skills.feature."""

from pytest_bdd import scenarios

scenarios("skills.feature")
