"""Binds features/oauth_profiles.feature."""

from pytest_bdd import scenarios

scenarios("oauth_profiles.feature")
