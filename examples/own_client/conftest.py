"""Loads the step library, and puts a client of one's own in the place of everybody's."""

import pytest
from own_client import OwnClient

pytest_plugins = ["simulator.testing.steps"]


@pytest.fixture
def client_factory():
    """Makes a person's client; `actor.authorize` signs them in, without a page."""
    return lambda url, actor: OwnClient(url, actor.authorize)
