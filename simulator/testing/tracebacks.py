"""What a test did wrong is shown at its own line: the way through our code tells it nothing."""

from collections.abc import Iterator
from sysconfig import get_path
from types import TracebackType
from typing import TYPE_CHECKING

from simulator.errors import SimulatorError

if TYPE_CHECKING:  # pragma: no cover
    import pytest

#: Steps and page objects are as good as the test: what fails there is looked at there.
_LIKE_TESTS = ("simulator.testing.steps", "simulator.testing.pages")
#: Where the code of others lies; `<` begins what was never in a file.
_INSTALLED = (*(get_path(each) for each in ("stdlib", "purelib", "platlib")), "<")
#: Who calls tests and fixtures.
_RUNNERS = ("pluggy", "_pytest")


def shorten(failure: "pytest.ExceptionInfo[BaseException]") -> None:
    """End the traceback of an error that tells its caller what to do where our code begins.

    Errors of other kinds stay whole, for they may be ours.
    """
    if not _has_own_message(failure.value):
        return
    frames = list(_walk(failure.tb))
    modules = [str(each.tb_frame.f_globals.get("__name__")) for each in frames]
    called = [n for n, module in enumerate(modules) if module.partition(".")[0] in _RUNNERS]
    begin = called[-1] + 1 if called else 0
    ours = next((n for n in range(begin, len(modules)) if _is_ours(modules[n])), None)
    if ours is None or any(_is_users(each) for each in frames[ours:]):
        return
    if ours == begin:  # the test has no part in it; pytest says then what shows the rest
        failure.traceback = failure.traceback[:0]
        return
    last = frames[ours - 1]
    last.tb_next = None
    context = failure.value.__context__
    if context and context.__traceback__ and context.__traceback__.tb_frame is not last.tb_frame:
        failure.value.__suppress_context__ = True  # the test did not handle that one: we did


def _walk(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _has_own_message(error: BaseException) -> bool:
    is_ours = isinstance(error, SimulatorError)
    # What an MCP server answered is told by name, as the SDK may never have been imported.
    return is_ours or type(error).__name__ in (
        "AssertionError",
        "LookupError",
        "ValueError",
        "MCPError",
    )


def _is_users(trace: TracebackType) -> bool:
    """Whether this is the suite's own code, such as a sign-in of its own that ours called."""
    file = trace.tb_frame.f_code.co_filename
    module = str(trace.tb_frame.f_globals.get("__name__"))
    return not module.startswith("simulator.") and not file.startswith(_INSTALLED)


def _is_ours(module: str) -> bool:
    return module.startswith("simulator.") and not module.startswith(_LIKE_TESTS)
