"""Binds features/single_sign_on.feature."""

from pytest_bdd import scenarios

scenarios("single_sign_on.feature")
