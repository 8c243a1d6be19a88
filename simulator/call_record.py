"""Whose access token and whose rows an app call had: the engine and the apps write it down."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from simulator.clock import Clock


@dataclass(frozen=True, kw_only=True)
class CallContext:
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
        context: on whose.
        app: host name of the app.
        at: the simulated moment.
        exchange: its number in the journal.
        account: e-mail address of the owner of the access token that the app was shown.
        sees_all: the app lets this account see everybody's rows.
        rows: owner (e-mail address) → how many of their rows were returned or made.
        is_judged: a test took note of it, or failed because of it.
    """

    context: CallContext
    app: str
    at: datetime
    exchange: int | None
    account: str
    sees_all: bool
    rows: Counter[str] = field(default_factory=Counter)
    is_judged: bool = False

    @property
    def served_by_another(self) -> bool:
        """Whether the person was served with an account that is not theirs."""
        person = self.context.person
        return (
            self.context.as_person and person is not None and not same_address(person, self.account)
        )

    @property
    def foreign_rows(self) -> int:
        """Rows of somebody whom the account may not see."""
        if self.sees_all:
            return 0
        return sum(
            number for owner, number in self.rows.items() if not same_address(owner, self.account)
        )

    def __str__(self) -> str:
        """One sentence, for messages of failed tests."""
        rows = ", ".join(f"{number} of {owner}" for owner, number in sorted(self.rows.items()))
        return (
            f"{self.context.person} called {self.context.tool} of '{self.context.server}', and "
            f"{self.app} was asked with the access token of {self.account} "
            f"(rows: {rows or 'none'}; exchange #{self.exchange})"
        )


class Observer:
    """Looks on while app calls are made; this one does nothing."""

    def begin(self) -> None:
        """A block of calls on somebody's behalf begins."""

    def end(self) -> None:
        """A block of calls on somebody's behalf is over."""

    def add(self, call: AppCall) -> None:
        """An app was shown a live access token."""

    def update(self, call: AppCall) -> None:
        """An app answers a call with rows."""

    def rename_person(self, before: str, now: str) -> None:
        """A person has another e-mail address."""


class CallRecord:
    """The app calls of one simulator, told to whoever observes them.

    Args:
        clock: dates them.
        current_exchange: returns the journal's number of the exchange that is under way.
        observer: who looks on.
    """

    def __init__(
        self, clock: Clock, current_exchange: Callable[[], int | None], observer: Observer
    ) -> None:
        self._clock, self._current_exchange = clock, current_exchange
        self._observer = observer
        self._context: ContextVar[CallContext | None] = ContextVar("call_context", default=None)
        self._call: ContextVar[AppCall | None] = ContextVar("app_call", default=None)

    @property
    def context(self) -> CallContext | None:
        """On whose behalf an app is being called now."""
        return self._context.get()

    @contextmanager
    def on_behalf(self, context: CallContext) -> Iterator[None]:
        """Call apps on somebody's behalf within this block."""
        before = self._context.set(context), self._call.set(None)
        self._observer.begin()
        try:
            yield
        finally:
            self._observer.end()
            self._context.reset(before[0])
            self._call.reset(before[1])

    def record_token_use(self, app: str, account: str, *, sees_all: bool) -> None:
        """Note that an app was shown a live access token; nothing outside of `on_behalf`.

        Args:
            app: its host name.
            account: e-mail address of the token's owner.
            sees_all: whether this account may see everybody's rows.
        """
        context = self._context.get()
        if context is None:
            return
        call = AppCall(
            context=context,
            app=app,
            at=self._clock.now(),
            exchange=self._current_exchange(),
            account=account,
            sees_all=sees_all,
        )
        self._call.set(call)
        self._observer.add(call)

    def record_rows(self, owners: Iterable[str]) -> None:
        """Note that the app answers with rows.

        Args:
            owners: e-mail address of the owner of each row.
        """
        call = self._call.get()
        if call is None:
            return
        call.rows.update(owners)
        self._observer.update(call)

    def rename_person(self, before: str, now: str) -> None:
        """Note that a person has another e-mail address."""
        self._observer.rename_person(before, now)


def same_address(one: str, other: str) -> bool:
    """Tell whether two e-mail addresses are the same, whatever their case."""
    return one.casefold() == other.casefold()
