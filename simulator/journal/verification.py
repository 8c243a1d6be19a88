"""Questions to the journal: find, verify, in order, nothing else, wait."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from functools import partial
from threading import Condition
from typing import Any

from simulator.clock import stopwatch
from simulator.journal.counting import Count
from simulator.journal.exchange import Exchange, RawExchange, read
from simulator.journal.query import Directory, Query

#: A day, in seconds: who waits longer has slipped, and a lock takes no number that is much larger.
_LONGEST_WAIT = 86_400.0
#: The parameters of `Journal.find` that are no members of a request.
_FILTERS = ("request", "system", "status", "person", "tool", "headers", "members")


class VerificationError(AssertionError):
    """The answer to a question is no.

    Args:
        reason: what is not so, in one sentence.
        details: what follows it in the message, such as what there was instead.
    """

    def __init__(self, reason: str, details: str = "") -> None:
        super().__init__(f"{reason}{details}")
        self.reason = reason


class Verification(ABC):
    """Questions about exchanges, whoever recorded them."""

    def __init__(self) -> None:
        self._directory: Directory | None = None
        #: Told whenever an exchange has its answer, and how many had theirs so far.
        self._answered = Condition()
        self._answers = 0
        #: Numbers of the exchanges that were verified, for `nothing_else`.
        self._verified: set[int] = set()

    @abstractmethod
    def _recorded(self) -> list[RawExchange]:
        """Every exchange that has its answer, oldest first."""

    @property
    @abstractmethod
    def forgotten(self) -> int:
        """Return how many exchanges are no longer in the journal, as there were too many."""

    def use_directory(self, directory: Directory) -> None:
        """Set the directory: it knows the systems, people, tools and parameters that there are."""
        self._directory = directory

    def query(self, request: str = "*", **filters: Any) -> Query:
        """Read the filters of `find`, and check that something could fit them.

        Raises:
            ValueError: nothing ever could.
        """
        own = {name: value for name, value in filters.items() if name in _FILTERS}
        fields = {name: value for name, value in filters.items() if name not in _FILTERS}
        members = own.pop("members", None) or {}
        if not isinstance(members, Mapping):
            raise ValueError(f"members must map names to values, not be {members!r}.")
        return Query.checked(self._directory, request=request, members={**members, **fields}, **own)

    def find(
        self,
        request: str = "",
        *,
        system: str = "*",
        status: int | None = None,
        person: object = None,
        tool: str | None = None,
        headers: Mapping[str, str] | None = None,
        members: Mapping[str, Any] | None = None,
        **fields: Any,
    ) -> list[Exchange]:
        """Return the exchanges that fit every filter, oldest first.

        Args:
            request: method and path, such as `POST /oauth/token`; `*` stands for anything.
            system: its name (`identity`, `mcp`, `aihub`, `app:acme.coupacloud.com`), or a pattern.
            status: the status of the answer.
            person: on whose behalf it was made, by name, e-mail address or actor; the token, code
                or state that it carries or brings says so, or the tool call that it is part of.
                Pages of a browser are nobody's.
            tool: name of the tool whose call it is, or is part of.
            headers: name → value or pattern, of those that the journal records.
            members: the members as `fields`, for names that Python has no keyword for; a dot leads
                to a member of a member, such as `{"params.name": "List_my_requisitions"}`.
            **fields: parameters of the query or body, such as `grant_type="refresh_token"`; a
                secret as it was sent, or as the journal shows it. None fits what is not there.

        Raises:
            ValueError: nothing could ever fit: no system serves such a request, or a system,
                person, tool, header, parameter or status is none that there is.
        """
        query = self.query(
            request,
            system=system,
            status=status,
            person=person,
            tool=tool,
            headers=headers,
            members=members,
            **fields,
        )
        return self.select(query)

    def select(self, query: Query) -> list[Exchange]:
        """Return the exchanges that fit a query, oldest first.

        Raises:
            ValueError: none do, and no system serves such a request.
        """
        matches = self._matching(query)
        # Requests to nowhere are answered with an error: who looks for those says so.
        if not matches and self._directory and (query.status is None or query.status < 400):
            self._directory.check_request(query.request, query.system)
        return matches

    def verify(
        self,
        request: str,
        *,
        times: int | None = None,
        at_least: int | None = None,
        at_most: int | None = None,
        **filters: Any,
    ) -> list[Exchange]:
        """Return what `find` does, and fail unless there are as many as there should be.

        Args:
            request: see `find`.
            times: exactly so many.
            at_least: so many, or more.
            at_most: so many, or fewer; may go with `at_least`.
            **filters: the further parameters of `find`.

        Raises:
            VerificationError: there are more or fewer; the message lists what there was instead.
            ValueError: nothing could ever fit, or no number is given.
        """
        count = Count.checked(times, at_least, at_most)
        query = self.query(request, **filters)
        matches = self.select(query)
        if not count.holds(len(matches)):
            reason = f"{query}: expected {count}, found {len(matches)}."
            raise VerificationError(reason, self._listing())
        if count.most is not None:
            self._check_complete()
        self.note_verified(matches)
        return matches

    def in_order(self, *steps: str | Mapping[str, Any]) -> list[Exchange]:
        """Check that these requests were made one after the other; others may lie between.

        Args:
            *steps: each a request, such as `POST /oauth/register`, or the parameters of `find`,
                such as `{"request": "POST /oauth/token", "grant_type": "authorization_code"}`.

        Returns:
            The exchanges, one for each step.

        Raises:
            VerificationError: one is missing, or came earlier; the message tells which.
            ValueError: nothing could ever fit a step, or there are fewer than two.
        """
        if len(steps) < 2:
            raise ValueError("An order is that of two requests or more: verify(…) is for one.")
        queries = [
            self.query(**({"request": each} if isinstance(each, str) else dict(each)))
            for each in steps
        ]
        matches: list[Exchange] = []
        # All are read first: a slip in the last one is told before that the first is missing.
        candidate_lists = [self.select(each) for each in queries]
        for number, (query, candidates) in enumerate(zip(queries, candidate_lists, strict=True), 1):
            last = matches[-1].number if matches else 0
            match = next((each for each in candidates if each.number > last), None)
            if match is None:
                after = f" after #{last}" if last else ""
                reason = f"Step {number}, {query}: not found{after}."
                raise VerificationError(reason, self._listing())
            matches.append(match)
        self.note_verified(matches)
        return matches

    def nothing_else(self, request: str = "*", **filters: Any) -> None:
        """Check that whatever fits has been verified: by `verify`, `in_order` or `wait`.

        Requests to other systems that a verified exchange caused are part of it.

        Args:
            request: as in `find`; by default anything.
            **filters: the further parameters of `find`, such as `system="identity"`.

        Raises:
            VerificationError: there is more; the message lists it.
            ValueError: nothing could ever fit.
        """
        query = self.query(request, **filters)
        if others := self.unverified(query):
            listing = "\n".join(f"  {each}" for each in others)
            reason = f"{query}: nothing else was expected, but there is more."
            raise VerificationError(reason, f"\n{listing}")
        self._check_complete()

    def wait(
        self, request: str = "*", *, within: float, times: int = 1, **filters: Any
    ) -> list[Exchange]:
        """Wait until requests have been answered, for clients that run by themselves.

        Args:
            request: see `find`.
            within: seconds of real time, at most.
            times: how many are waited for; it returns as soon as there are so many, or more.
            **filters: the further parameters of `find`.

        Returns:
            Those that fit, oldest first.

        Raises:
            VerificationError: there were fewer in that time; the message lists what there was.
            ValueError: nothing could ever fit, or nobody can wait so long.
        """
        count = Count.checked(None, times, None)
        if not _is_number(within) or not 0 < within <= _LONGEST_WAIT:
            raise ValueError(
                f"within must be seconds, more than 0 and at most a day, not {within!r}."
            )
        query = self.query(request, **filters)
        end = stopwatch() + within
        answers_before, matches = self._answers, self.select(query)
        while not count.holds(len(matches)) and (left := end - stopwatch()) > 0:
            # What is found is looked up outside of the lock, which those who answer need, too.
            with self._answered:
                if self._answers == answers_before:
                    self._answered.wait(left)
                answers_before = self._answers
            matches = self._matching(query)
        if not count.holds(len(matches)):
            reason = f"{query}: expected {count} within {within:g} s, found {len(matches)}."
            raise VerificationError(reason, self._listing())
        self.note_verified(matches)
        return matches

    def note_verified(self, matches: Iterable[Exchange]) -> None:
        """Count these as expected, for `nothing_else`."""
        self._verified |= {each.number for each in matches}

    def unverified(self, query: Query) -> list[Exchange]:
        """Return those that fit and neither were verified nor are part of such, oldest first."""
        causes = {raw.number: raw.cause for raw in self._recorded()}

        def is_verified(number: int | None) -> bool:
            while number is not None and number not in self._verified:
                number = causes.get(number)
            return number is not None

        return [each for each in self.select(query) if not is_verified(each.number)]

    def _matching(self, query: Query) -> list[Exchange]:
        return [
            exchange
            for raw in self._recorded()
            if query.matches(exchange := read(raw), partial(self._owner, raw))
        ]

    def _owner(self, raw: RawExchange) -> str | None:
        if raw.behalf is not None:
            return raw.behalf[0]
        return self._directory.person_of(raw) if self._directory else None

    def _listing(self) -> str:
        listing = "\n".join(f"  {read(raw)}" for raw in self._recorded()) or "  nothing"
        return f" The journal has:\n{listing}"

    def _check_complete(self) -> None:
        if self.forgotten:
            raise VerificationError(
                f"The journal has forgotten its oldest {self.forgotten} exchanges, so nobody knows "
                "how often it was: clear() it before what is to be verified."
            )


def _is_number(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)  # type: ignore[arg-type]
