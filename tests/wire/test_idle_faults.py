"""A fault that never struck is told of by the test that planted it, or fails it."""

import pytest

from tests.runs import RunHere

pytestmark = [pytest.mark.wire, pytest.mark.requirement("FLT-9")]

SUITE = """
import pytest
import requests


def ask(workspace):
    requests.get(workspace.description["systems"]["identity"] + "/healthz", timeout=5)


def test_never(faults):
    faults.add("POST /oauth/token", system="identity", status=503)


def test_cleared(faults):
    faults.incident("app-down", person="Ada", tool=None)
    faults.clear()


def test_during(workspace, faults):
    with faults.during("/login", system="identity", status=503, fields={"next": "b"}):
        ask(workspace)


def test_reset(workspace, faults):
    workspace.snapshot("now")
    faults.add("/oauth/jwks", delay=1)
    workspace.restore("now")


def test_simulator_alone(simulator):
    simulator.faults.add("/oauth/userinfo", drop_connection=True)


def test_struck(workspace, faults):
    faults.add("/healthz", system="identity", status=503)
    ask(workspace)
    faults.clear()


def test_one_of_two_struck(workspace, faults):
    faults.incident("app-refresh-down")
    url = workspace.description["systems"]["app:acme.coupacloud.com"] + "/oauth2/token"
    requests.post(url, data={"grant_type": "refresh_token"}, timeout=5)


def test_none_planted(workspace):
    ask(workspace)


def test_failed_anyway(faults):
    faults.add("/oauth/jwks", status=500)
    assert not faults
"""
NAMES = {
    "test_never": "fault POST /oauth/token (system='identity', status=503)",
    "test_cleared": "incident app-down (person='Ada')",
    "test_during": "fault /login (system='identity', fields={'next': 'b'}, status=503)",
    "test_reset": "fault /oauth/jwks (delay=1)",
    "test_simulator_alone": "fault /oauth/userinfo (drop_connection=True)",
}


def test_it_is_a_warning_by_default(pytester: pytest.Pytester, run_here: RunHere) -> None:
    pytester.makepyfile(SUITE)

    result = run_here("--color=no", "-W", "default")

    result.assert_outcomes(passed=8, failed=1, warnings=5)
    shown = result.stdout.str()
    for test, name in NAMES.items():
        assert f"::{test}" in shown
        assert name in shown
    assert "IdleFaultWarning: This happened to no request, so the test shows nothing" in shown
    assert "Captured faults call" in shown
    assert "fault /oauth/jwks (status=500)" in shown


def test_it_fails_the_test_where_faults_are_strict(
    pytester: pytest.Pytester, run_here: RunHere
) -> None:
    pytester.makepyfile(SUITE)
    pytester.makeini("[pytest]\nsimulator_strict_faults = true\n")

    result = run_here("--color=no")

    result.assert_outcomes(passed=3, failed=6)
    for test, name in NAMES.items():
        result.stdout.fnmatch_lines([f"FAILED *::{test}*"])
        assert name in result.stdout.str()
