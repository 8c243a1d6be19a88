"""Fail whoever let the isolation oracle's findings go unjudged: a test, a script, a block."""

from collections.abc import Iterable

from simulator.call_record import AppCall

_WHAT_TO_DO = "Where that is meant to happen, ask for `violations`, and judge them."


def message(violations: Iterable[AppCall], when: str = "") -> str:
    """Return what a failure says: a line for each violation, and what to do.

    Args:
        violations: one at least.
        when: begins the sentence, such as `After test_it had ended, `.
    """
    lines = "\n".join(f"  {call}" for call in violations)
    sentence = f"{when}somebody was served with another person's account or rows:"
    return f"{sentence[0].upper()}{sentence[1:]}\n{lines}\n{_WHAT_TO_DO}"


def fail(
    violations: list[AppCall],
    error: BaseException | None = None,
    when: str = "",
    *,
    is_expected: bool = False,
) -> None:
    """Fail because of violations; what fails by itself keeps its own failure, with a note.

    Args:
        violations: those that nobody judged; without any, nothing happens.
        error: what is being raised anyway; what it or its notes tell already is not told again.
        when: as in `message`.
        is_expected: a failure may be taken for the one that somebody expects; that one counts for
            nothing here.

    Raises:
        AssertionError: there are violations, and `error` would not make anything fail.
    """
    if not violations:
        return
    if error is None or not _is_failure(error):
        raise AssertionError(message(violations, when))
    if is_expected and isinstance(error, Exception):
        raise AssertionError(message(violations, when)) from error
    told = "\n".join((str(error), *getattr(error, "__notes__", ())))
    if untold := [call for call in violations if str(call) not in told]:
        error.add_note(message(untold, when))


def _is_failure(error: BaseException) -> bool:
    """Whether whoever sees it takes it for a failure: no skip, xfail or good exit is one.

    Those of pytest and unittest go by their names, as a script may have loaded neither.
    """
    if isinstance(error, SystemExit):
        return error.code not in (None, 0)
    return type(error).__name__ not in ("Skipped", "SkipTest", "XFailed", "GeneratorExit")
