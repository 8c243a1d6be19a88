"""The isolation oracle: who was served with whose account and whose rows."""

import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from threading import Condition

from simulator.clock import Clock
from simulator.journal import current
from simulator.journal.masking import one_line
from simulator.validation.persons import Who, designation

#: Calls of apps that are kept; older ones are forgotten, violations are not.
CAPACITY = 2000
#: How long a judgement waits for calls of apps that are under way, in real seconds.
_PATIENCE_SECONDS = 2.0

log = logging.getLogger("simulator.isolation")

#: The oracles of this process that have seen anything since they were last judged.
_active: "set[Isolation]" = set()


@dataclass(frozen=True, kw_only=True)
class Errand:
    """On whose behalf Workato calls an app.

    Attributes:
        person: e-mail address of the person in the MCP token; None with token-based access.
        server: the MCP server.
        tool: the tool that was called.
        as_person: whether the recipe acts with the End user's connection, not the builder's.
    """

    person: str | None
    server: str
    tool: str
    as_person: bool


@dataclass(kw_only=True)
class AppCall:
    """One call of an app on somebody's behalf.

    Attributes:
        errand: on whose.
        app: host name of the app.
        at: the simulated moment.
        exchange: its number in the journal.
        account: e-mail address of the owner of the access token that the app was shown.
        sees_all: the app lets this account see everybody's rows.
        rows: owner (e-mail address) → how many rows of hers were returned or made.
        is_judged: a test took note of it, or failed because of it.
    """

    errand: Errand
    app: str
    at: datetime
    exchange: int | None
    account: str
    sees_all: bool
    rows: Counter[str] = field(default_factory=Counter)
    is_judged: bool = False

    @property
    def served_by_another(self) -> bool:
        """Whether the person was served with an account that is not hers."""
        person = self.errand.person
        return self.errand.as_person and person is not None and not _same(person, self.account)

    @property
    def foreign_rows(self) -> int:
        """Rows of somebody whom the account may not see."""
        if self.sees_all:
            return 0
        return sum(number for owner, number in self.rows.items() if not _same(owner, self.account))

    def __str__(self) -> str:
        """One sentence, for messages of failed tests."""
        rows = ", ".join(f"{number} of {owner}" for owner, number in sorted(self.rows.items()))
        return (
            f"{self.errand.person} called {self.errand.tool} of '{self.errand.server}', and "
            f"{self.app} was asked with the access token of {self.account} "
            f"(rows: {rows or 'none'}; exchange #{self.exchange})"
        )


class Isolation:
    """What the oracle of one simulator saw, in memory.

    Who is who is told by e-mail addresses, as they are in Workato Identity and in the app. Somebody
    who connects an account under another address on purpose is accepted by `accept`.

    `calls` and `violations` are of the present world. Apart from that, every violation is kept
    until somebody judges it, whatever becomes of its world meanwhile.

    Args:
        clock: dates what is seen.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._errand: ContextVar[Errand | None] = ContextVar("errand", default=None)
        self._call: ContextVar[AppCall | None] = ContextVar("app_call", default=None)
        #: Tells the e-mail address of whoever is named (`simulator.validation.persons.Who`).
        self.resolve: Callable[[object], str] = designation
        #: Tells the e-mail address of somebody's account in an app.
        self.resolve_account: Callable[[object], str] = designation
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

    @property
    def errand(self) -> Errand | None:
        """On whose behalf an app is being called now."""
        return self._errand.get()

    @contextmanager
    def on_behalf(self, errand: Errand) -> Iterator[None]:
        """Whatever is asked of apps in this block is asked on somebody's behalf."""
        before = self._errand.set(errand), self._call.set(None)
        _active.add(self)
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)
            self._errand.reset(before[0])
            self._call.reset(before[1])

    def _count(self, more: int) -> None:
        with self._settled:
            self._under_way += more
            self._settled.notify_all()

    def shown(self, app: str, account: str, *, sees_all: bool) -> None:
        """An app was shown a live access token; nothing is noted outside of an errand.

        Args:
            app: its host name.
            account: e-mail address of the token's owner.
            sees_all: whether this account may see everybody's rows.
        """
        errand = self._errand.get()
        if errand is None:
            return
        call = AppCall(
            errand=errand,
            app=app,
            at=self._clock.now(),
            exchange=current(),
            account=account,
            sees_all=sees_all,
        )
        self._call.set(call)
        self._calls.append(call)
        if call.served_by_another:
            self._suspect(call)

    def returned(self, owners: Iterable[str]) -> None:
        """The app answers with rows; told by the e-mail addresses of their owners."""
        call = self._call.get()
        if call is None:
            return
        call.rows.update(owners)
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
            account: whose account it is: an e-mail address in the app, a name, or an actor.

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

    def renamed(self, before: str, now: str) -> None:
        """A person has another e-mail address; the accounts under the one before stay hers."""
        accounts = {account for person, account in self._accepted if _same(person, before)}
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
                found = [call for call in found if _same(str(call.errand.person), person)]
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
            or (str(call.errand.person).casefold(), call.account.casefold()) not in self._accepted
        ]


def end_judgements(*, wait: bool = True) -> list[AppCall]:
    """As `Isolation.end_judgement`, for every simulator of this process."""
    return [call for oracle in list(_active) for call in oracle.end_judgement(wait=wait)]


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
