"""Plays in today's navigation what features/access.feature and connection.feature say."""

import pytest
from pytest_bdd import scenarios

from steps.enterprise_mcp import simulator

__all__ = ["simulator"]  # the fixture

pytestmark = [pytest.mark.long, pytest.mark.requirement("HUB-20")]

scenarios("access.feature", "connection.feature")
