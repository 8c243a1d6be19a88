"""Recipes as somebody edits them: what a block may have, and what two versions differ in."""
