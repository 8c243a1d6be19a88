"""Binds features/slack.feature."""

from pytest_bdd import scenarios

scenarios("slack.feature")
