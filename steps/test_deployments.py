"""Binds features/deployments.feature."""

from pytest_bdd import scenarios

scenarios("deployments.feature")
