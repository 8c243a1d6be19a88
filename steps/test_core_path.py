"""Play the ways of docs/core-path.md: each enters the functions that it names, in order."""

import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Any

import pytest
from pytest_bdd import scenario

from tests.tools import core_path
from tests.tools.core_path import Step, Way
from tests.tools.requirements import ROOT

pytestmark = pytest.mark.requirement("RAIL-17")
FIRST, SECOND, CALL = core_path.load()


@pytest.fixture(autouse=True)
def entered() -> Iterator[list[tuple[str, str]]]:
    """Functions of the simulator that other threads enter, in order: each request has a thread."""
    calls: list[tuple[str, str]] = []
    root = f"{ROOT}/"

    def note(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(root):
            calls.append((code.co_filename.removeprefix(root), code.co_qualname))

    threading.setprofile(note)
    yield calls
    threading.setprofile(None)


def _check(way: Way, entered: list[tuple[str, str]]) -> None:
    rest = iter(entered)
    missing = [each.at for each in way.steps if not any(_is(each, call) for call in rest)]
    assert missing == [], "not entered, or not after those before them"


def _is(step: Step, call: tuple[str, str]) -> bool:
    return call == (step.file, step.function)


def _plays(way: Way) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return scenario(way.feature, way.scenario)


@_plays(FIRST)
def test_the_first_procedure(entered: list[tuple[str, str]]) -> None:
    _check(FIRST, entered)


@_plays(SECOND)
def test_the_second_procedure(entered: list[tuple[str, str]]) -> None:
    _check(SECOND, entered)


@_plays(CALL)
def test_one_tool_call(entered: list[tuple[str, str]]) -> None:
    _check(CALL, entered)


def test_the_page_is_fresh() -> None:
    page = core_path.PAGE.read_text(encoding="utf-8")

    assert page == core_path.render(), "stale; run: python -m tests.tools.core_path"
