"""What a test did wrong is shown at its own line: the way through our code tells it nothing."""

import sys
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


def hide_ours() -> None:
    """Have pytest leave out our modules, as far as they are loaded, where an error says enough.

    Errors of other kinds stay whole, for they may be ours; `--full-trace` shows all.
    """
    for name, module in list(sys.modules.items()):
        if _is_ours(name):
            vars(module).setdefault("__tracebackhide__", _hides)


def says_enough(error: BaseException) -> bool:
    """Whether an error tells its caller what to do, and no code of the caller's is on its way.

    Args:
        error: the error that ended a test.
    """
    if not _has_own_message(error):
        return False
    frames = list(_walk(error.__traceback__))
    modules = [str(each.tb_frame.f_globals.get("__name__")) for each in frames]
    called = [n for n, module in enumerate(modules) if module.partition(".")[0] in _RUNNERS]
    begin = called[-1] + 1 if called else 0
    ours = next((n for n in range(begin, len(modules)) if _is_ours(modules[n])), len(modules))
    return not any(_is_users(each) for each in frames[ours:])


def _hides(failure: "pytest.ExceptionInfo[BaseException] | None") -> bool:
    """Tell pytest whether frames of the module that has this are to be left out."""
    return failure is not None and says_enough(failure.value)


def _walk(trace: TracebackType | None) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _has_own_message(error: BaseException) -> bool:
    is_ours = isinstance(error, SimulatorError)
    # The others are told by name, as what has them may never have been imported.
    return is_ours or type(error).__name__ in (
        "AssertionError",
        "LookupError",
        "ValueError",
        "VerificationError",
        "MCPError",
    )


def _is_users(trace: TracebackType) -> bool:
    """Whether this is the suite's own code, such as a sign-in of its own that ours called."""
    file = trace.tb_frame.f_code.co_filename
    module = str(trace.tb_frame.f_globals.get("__name__"))
    return not module.startswith("simulator.") and not file.startswith(_INSTALLED)


def _is_ours(module: str) -> bool:
    return module.startswith("simulator.") and not module.startswith(_LIKE_TESTS)
