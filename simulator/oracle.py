"""The isolation oracle: judges who was served with whose account and rows, and fails tests."""

import logging
from collections import deque
from collections.abc import Callable, Iterable
from threading import Condition

from simulator.call_record import AppCall, Observer, same_address
from simulator.journal.masking import one_line
from simulator.validation.persons import Who, get_designation

#: Calls of apps that are kept; older ones are forgotten, violations are not.
CAPACITY = 2000
#: How long a judgement waits for calls of apps that are under way, in real seconds.
_PATIENCE_SECONDS = 2.0
_WHAT_TO_DO = "Where that is meant to happen, ask for `violations`, and judge them."

log = logging.getLogger("simulator.isolation")

#: The oracles of this process that have seen anything since they were last judged.
_active: "set[IsolationOracle]" = set()


class IsolationOracle(Observer):
    """Judges who was served with whose account and whose rows, in one simulator, in memory.

    Who is who is told by e-mail addresses, as they are in Workato Identity and in the app. Somebody
    who connects an account under another address on purpose is accepted by `accept`.

    `calls` and `violations` are of the present world. Apart from that, every violation is kept
    until somebody judges it, whatever becomes of its world meanwhile.
    """

    def __init__(self) -> None:
        #: Tells the e-mail address of whoever is named (`simulator.validation.persons.Who`).
        self.resolve: Callable[[object], str] = get_designation
        #: Tells the e-mail address of somebody's account in an app.
        self.resolve_account: Callable[[object], str] = get_designation
        self._calls: deque[AppCall] = deque(maxlen=CAPACITY)
        self._suspects: list[AppCall] = []
        self._accepted: frozenset[tuple[str, str]] = frozenset()
        #: Suspects of the present world that no `end_judgement` has reported.
        self._open: list[AppCall] = []
        #: Violations of worlds that ended before they were judged; the newest, as memory is finite.
        self._inherited: deque[AppCall] = deque(maxlen=CAPACITY)
        self._under_way = 0
        self._settled = Condition()

    def clear(self, accepted: frozenset[tuple[str, str]] = frozenset()) -> None:
        """Begin with another world; violations that nobody judged stay to be judged.

        Args:
            accepted: the accounts that are used on purpose there, as `accepted` had them.
        """
        with self._settled:
            self._inherited += [call for call in self._among(self._open) if not call.is_judged]
            self._calls.clear()
            self._suspects, self._open = [], []
            self._accepted = accepted

    def begin(self) -> None:
        """Note that calls on somebody's behalf are under way."""
        _active.add(self)
        self._count(1)

    def end(self) -> None:
        """Note that they are over."""
        self._count(-1)

    def _count(self, more: int) -> None:
        with self._settled:
            self._under_way += more
            self._settled.notify_all()

    def add(self, call: AppCall) -> None:
        """Take note of a call, and of a token that is not the person's."""
        self._calls.append(call)
        if call.served_by_another:
            self._suspect(call)

    def update(self, call: AppCall) -> None:
        """Take note of rows that the account may not see."""
        if call.foreign_rows and not call.served_by_another:
            self._suspect(call)

    def _suspect(self, call: AppCall) -> None:
        with self._settled:
            self._suspects.append(call)
            self._open.append(call)
        _active.add(self)
        log.warning("Isolation broken: %s", one_line(str(call), 1000))

    def accept(self, person: Who, account: Who) -> None:
        """Have a person use somebody else's account on purpose.

        Args:
            person: a name, an e-mail address at Workato Identity, or an actor.
            account: the account whose account it is: an e-mail address in the app, a name, or an
                actor.

        Raises:
            NobodyError: there is nobody, or several are called this.
        """
        self._accept(self.resolve(person), self.resolve_account(account))

    def _accept(self, person: str, account: str) -> None:
        with self._settled:
            self._accepted |= {(person.casefold(), account.casefold())}

    @property
    def accepted(self) -> frozenset[tuple[str, str]]:
        """Who uses which account on purpose, both by e-mail address, casefolded."""
        return self._accepted

    def rename_person(self, before: str, now: str) -> None:
        """A person has another e-mail address; the accounts under the one before stay theirs."""
        accounts = {account for person, account in self._accepted if same_address(person, before)}
        for account in (before, *accounts):
            self._accept(now, account)

    @property
    def calls(self) -> list[AppCall]:
        """The newest calls of apps on somebody's behalf, oldest first."""
        return list(self._calls)

    @property
    def violations(self) -> list[AppCall]:
        """The calls that served somebody with another's account or rows, oldest first."""
        with self._settled:
            return self._among(self._suspects)

    def judge(self, person: str | None = None) -> list[AppCall]:
        """Take note of every violation since the last `end_judgement`, worlds before this included.

        Whoever calls this judges what it returns: it makes nothing fail any more. What occurs later
        does.

        Args:
            person: e-mail address of whoever was served; by default anybody's count.

        Returns:
            The violations, oldest first.
        """
        with self._settled:
            found = [*self._inherited, *self._among(self._open)]
            if person is not None:
                found = [call for call in found if same_address(str(call.context.person), person)]
            for call in found:
                call.is_judged = True
            return found

    @property
    def unjudged(self) -> list[AppCall]:
        """The violations that nobody has judged so far, oldest first; nobody does by this."""
        with self._settled:
            found = [*self._inherited, *self._among(self._open)]
            return [call for call in found if not call.is_judged]

    def end_judgement(self, *, wait: bool = True) -> list[AppCall]:
        """Draw a line under what happened so far, as at the end of a test.

        Args:
            wait: for calls of apps that are under way, two real seconds at most; what happens in
                them later is left to the next judgement.

        Returns:
            The violations that nobody has judged, oldest first; they count as judged from now on.
        """
        with self._settled:
            if wait:
                self._settled.wait_for(lambda: not self._under_way, timeout=_PATIENCE_SECONDS)
            _active.discard(self)
            found = [*self._inherited, *self._among(self._open)]
            unjudged = [call for call in found if not call.is_judged]
            for call in unjudged:
                call.is_judged = True
            # What is none yet may become one: a call that is under way has not answered all rows.
            self._open = [call for call in self._open if not call.is_judged]
            self._inherited.clear()
            return unjudged

    def _among(self, suspects: Iterable[AppCall]) -> list[AppCall]:
        return [
            call
            for call in suspects
            if call.foreign_rows
            or (str(call.context.person).casefold(), call.account.casefold()) not in self._accepted
        ]


def end_judgements(*, wait: bool = True) -> list[AppCall]:
    """As `IsolationOracle.end_judgement`, for every simulator of this process."""
    return [call for oracle in list(_active) for call in oracle.end_judgement(wait=wait)]


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
        when: see `message`.
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
    mentioned = "\n".join((str(error), *getattr(error, "__notes__", ())))
    if unmentioned := [call for call in violations if str(call) not in mentioned]:
        error.add_note(message(unmentioned, when))


def _is_failure(error: BaseException) -> bool:
    """Whether whoever sees it takes it for a failure: no skip, xfail or good exit is one.

    Those of pytest and unittest go by their names, as a script may have loaded neither.
    """
    if isinstance(error, SystemExit):
        return error.code not in (None, 0)
    return type(error).__name__ not in ("Skipped", "SkipTest", "XFailed", "GeneratorExit")
