"""A part of the pytest plugin: judge after each phase of a test what the isolation oracles saw.

Loads nothing; a run in which nobody made a simulator is not slowed down.
"""

import sys
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # pragma: no cover
    from simulator.call_record import AppCall

#: The test that was last torn down.
_last = pytest.StashKey[str]()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, Any, Any]:
    """Report what happened between two tests: the next one is not to be blamed for it.

    A test whose own setup passed has still to judge what happened there.
    """
    earlier = _unjudged()
    try:
        value = yield
    except BaseException as error:
        _fail([*earlier, *_unjudged(wait=False)], error)
        raise
    _fail(earlier, when=f"after {item.config.stash.get(_last, 'no test')} had ended, ")
    return value


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail a test whose people got each other's data, whatever it asserts.

    A test that is marked to fail by an error of some kind (`xfail(raises=…)`) was not marked for
    this.
    """
    marks = item.iter_markers("xfail")
    return (yield from _judging(is_expected=any("raises" in mark.kwargs for mark in marks)))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item) -> Generator[None, Any, Any]:
    """Fail it also if that happens while its fixtures are torn down, of wider scope included."""
    item.config.stash[_last] = item.nodeid
    return (yield from _judging())


def _judging(*, is_expected: bool = False) -> Generator[None, Any, Any]:
    try:
        value = yield
    except BaseException as error:
        # What was interrupted ends at once.
        _fail(_unjudged(wait=False), error, is_expected=is_expected)
        raise
    _fail(_unjudged())
    return value


def _unjudged(*, wait: bool = True) -> "list[AppCall]":
    """What every simulator of this process saw, whoever made it."""
    if "simulator.oracle" not in sys.modules:
        return []
    from simulator.oracle import end_judgements

    return end_judgements(wait=wait)


def _fail(
    violations: "list[AppCall]",
    error: BaseException | None = None,
    when: str = "",
    *,
    is_expected: bool = False,
) -> None:
    if violations:
        from simulator.oracle import fail

        fail(violations, error, when, is_expected=is_expected)
