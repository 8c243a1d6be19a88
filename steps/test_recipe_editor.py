"""Binds features/recipe_editor.feature."""

from pytest_bdd import scenarios

scenarios("recipe_editor.feature")
