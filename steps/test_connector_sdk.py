"""Binds features/connector_sdk.feature."""

from pytest_bdd import scenarios

scenarios("connector_sdk.feature")
