"""A planted mix-up is noticed wherever it happens, and by the test that it happened in."""

import re

import pytest

from tests.runs import RunHere
from tests.wire.oracle_suite import HELPER, SUITE

pytestmark = pytest.mark.wire

_LINE = re.compile(r"(?m)^(PASSED|FAILED|ERROR|SKIPPED) (?:\[.*?\] )?test_it\.py::(?:\w+::)?(\w+)")

#: A failure of its own that stays, with a note about the oracle's.
_TWOFOLD = re.compile(r"(?m)^E +assert \(1 \+ 1\) == 3\nE +Somebody was served")


@pytest.mark.long
@pytest.mark.requirement("ISO-4")
@pytest.mark.timeout(300)
def test_no_way_leads_past_the_oracle(pytester: pytest.Pytester, run_here: RunHere) -> None:
    """Each test of the suite ends as the end of its name says, and blames no other test."""
    pytester.makepyfile(helper=HELPER, test_it=SUITE)

    result = run_here("-rA")

    found: dict[str, set[str]] = {}
    for outcome, name in _LINE.findall(result.stdout.str()):
        found.setdefault(name, set()).add(outcome.lower())
    expected = {name: _expected(name) for name in re.findall(r"def (test_\w+)", SUITE)}
    assert found == expected
    twofold = _TWOFOLD.findall(result.stdout.str())
    assert len(twofold) == sum(name.endswith("_twofold") for name in expected)


def _expected(name: str) -> set[str]:
    return {each for each in ("passed", "failed", "error") if each in name.split("_")}


@pytest.mark.requirement("ISO-4")
def test_what_happens_between_two_tests_is_told_as_that(
    pytester: pytest.Pytester, run_here: RunHere
) -> None:
    """The next test reports it, and names the one after which it happened."""
    pytester.makepyfile(
        conftest="""
        import pytest

        @pytest.hookimpl(wrapper=True, tryfirst=True)
        def pytest_runtest_teardown(item):
            simulator = item.name == "test_a" and item.funcargs["workspace"].simulator
            yield
            if simulator:
                from simulator.call_record import CallContext

                ada = CallContext(person="ada@acme.example", server="A", tool="T", as_person=True)
                with simulator.world.calls.on_behalf(ada):
                    bob = "bob@acme.example"
                    simulator.world.calls.record_token_use("an.app", bob, sees_all=False)
        """,
        test_it="""
        def test_a(workspace):
            pass

        def test_b(workspace):
            pass

        def test_c(workspace):
            pass
        """,
    )

    result = run_here()

    result.assert_outcomes(passed=2, errors=1)
    result.stdout.fnmatch_lines(["*ERROR at setup of test_b*", "*After test_it.py::test_a had*"])
