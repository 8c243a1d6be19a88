"""Binds features/developer_api.feature."""

from pytest_bdd import scenarios

scenarios("developer_api.feature")
