"""Two hundred tests with a world of their own, and as many that share one."""

import pytest


@pytest.mark.parametrize("number", range(200))
def test_isolated(workspace, number):  # type: ignore[no-untyped-def]
    assert workspace.given_simulator
    assert number < 200


@pytest.mark.parametrize("number", range(200))
def test_shared(simulator, number):  # type: ignore[no-untyped-def]
    assert simulator.world
    assert number < 200
