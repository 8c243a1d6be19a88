"""A test run that uses the plugin finds its process as it was, also while a simulator starts."""

import pytest

pytestmark = pytest.mark.wire

SUITE = """
import gc
import sys
import threading

import pytest
import requests

from simulator.serving import server


def process():
    return {
        "collects": gc.isenabled(),
        "frozen": gc.get_freeze_count(),
        "importers": list(sys.meta_path),
        "thread": threading.current_thread(),
    }


@pytest.fixture(scope="session")
def meanwhile():
    running, seen = server.running, []

    def watched(settings):
        seen.append(process())
        return running(settings)

    server.running = watched
    yield seen
    server.running = running


def test_first_simulator(meanwhile, request):
    before = process()

    workspace = request.getfixturevalue("workspace")

    assert requests.get(workspace.description["systems"]["identity"]).ok
    assert meanwhile == [before]
    assert process() == before
"""


@pytest.mark.requirement("HARN-33")
def test_a_simulator_changes_nothing_of_the_process(pytester: pytest.Pytester) -> None:
    """Not the garbage collector, nor who imports modules; and it is made where it is asked for."""
    pytester.makepyfile(SUITE)

    result = pytester.runpytest_subprocess("-p", "no:randomly")

    result.assert_outcomes(passed=1)
