"""Have a system misbehave on purpose: late, refusing, cut off, or saying something else."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import timedelta
from itertools import count
from threading import Condition, Lock
from typing import TYPE_CHECKING, Any

from simulator.clock import LATEST, Clock
from simulator.faults.answer import altered
from simulator.faults.asked import Asked, Saboteur
from simulator.faults.fault import Fault
from simulator.faults.incidents import INCIDENTS, Incident, incident_named
from simulator.faults.requested import HEADER, KEY, OFF, REFUSED, read_request
from simulator.validation.parsing import shortened
from simulator.validation.persons import designation

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["INCIDENTS", "Asked", "Fault", "Faults", "Incident", "Saboteur"]

#: What changes in the world before a system sees a request.
Change = Callable[[], None]
_ASKED = tuple(each.name for each in fields(Fault) if each.init)


class Faults:
    """The faults of one simulator; without any, a request costs nothing more.

    Args:
        clock: moved on by faults that let simulated time pass.
        requested: whether a request may ask for its own outcome, by a header.
    """

    def __init__(self, clock: Clock, *, requested: bool = False) -> None:
        self._clock = clock
        self._requested = requested
        self._lock = Lock()
        #: Told when a fault is cleared, for what its delay holds goes on then.
        self._cleared = Condition()
        #: How often everything that a delay held was hung up on; see `reset`.
        self._resets = 0
        self._active: list[Fault] = []
        self._numbers = count(1)
        self._saboteur: Saboteur | None = None
        #: What was planted since `watch`: a name, and the faults of which one is to strike.
        self._planted: list[tuple[str, list[Fault]]] = []

    def __repr__(self) -> str:
        return f"<faults, {len(self._active)} planted>"

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._active))

    def employ(self, saboteur: Saboteur) -> None:
        """Name who knows people, tokens and keys."""
        self._saboteur = saboteur

    def add(self, request: str = "*", **what: Any) -> Fault:
        """Have something go wrong from now on.

        Args:
            request: as in `Fault`.
            **what: the attributes of `Fault`; a person may be named as in
                `simulator.validation.persons.Who`.

        Raises:
            ValueError: a value makes no sense, or there is nothing of the kind that it names.
        """
        fault = self._checked(request, **what)
        self._plant(str(fault), [fault])
        return fault

    def _checked(self, request: str = "*", **what: Any) -> Fault:
        if unknown := [name for name in what if name not in _ASKED]:
            known = ", ".join(_ASKED)
            raise ValueError(f"A fault has no '{unknown[0]}'. It has: {known}.")
        if what.get("person") is not None:
            what["person"] = self._address_of(what["person"])
        fault = Fault(request=request, **what)
        if self._saboteur is not None:
            self._saboteur.check(fault)
        return fault

    def _address_of(self, who: object) -> str:
        return self._saboteur.address_of(who) if self._saboteur else designation(who)

    def _plant(self, name: str, faults: list[Fault]) -> None:
        with self._lock:
            for fault in faults:
                fault.number = next(self._numbers)
            self._active += faults
            self._planted.append((name, faults))

    def incident(self, name: str, **how: Any) -> list[Fault]:
        """Have a classic go wrong: `incident("app-down", person="Ada", times=1)`.

        Args:
            name: one of docs/faults.md, such as `mix-up`.
            **how: `person`, `tool`, `times`, `probability` and `seed`, as in `Fault`.

        Returns:
            The faults that it is made of.

        Raises:
            ValueError: there is no such incident, or it cannot happen like this.
        """
        made = [self._checked(**what) for what in incident_named(name).faults(**how)]
        self._plant(f"incident {name}{_shown(how)}", made)
        return made

    def demanded_scopes(self) -> list[str]:
        """Scopes that faults have MCP servers ask for: whoever asks Workato Identity gets them."""
        return [name for each in self for step in each.steps for name in step.scopes.split()]

    def watch(self) -> None:
        """Look out from now on for faults that never strike."""
        with self._lock:
            self._planted = []

    def never_struck(self) -> list[str]:
        """Name what was planted since `watch`, and happened to no request, cleared or not.

        An incident of several faults has happened when one of them has.
        """
        with self._lock:
            return [name for name, faults in self._planted if not any(f.hits for f in faults)]

    def reset(self) -> None:
        """Forget every fault, and hang up on requests that one of them delays now."""
        with self._cleared:
            self._resets += 1
        self.clear()

    def clear(self, fault: Fault | None = None) -> None:
        """Have one fault, or everything, go right again; what its delay holds goes on."""
        with self._lock:
            self._active = [each for each in self._active if fault and each is not fault]
            if fault is None:
                self._numbers = count(1)
        with self._cleared:
            self._cleared.notify_all()

    def _hold(self, fault: Fault, delay: float, system: str, before: int) -> None:
        """Wait as long as a fault delays; no longer than it is there, if it was planted.

        `before` is how many resets there were when the request came: one that happened since then,
        also before the wait began, ends it.
        """
        if not delay:
            return
        with self._cleared:
            self._cleared.wait_for(
                lambda: (
                    self._resets != before
                    or (fault.number > 0 and all(each is not fault for each in self))
                ),
                timeout=delay,
            )
            if self._resets != before:
                raise ConnectionResetError(f"the world of {system} is over")

    @contextmanager
    def during(self, request: str = "*", **what: Any) -> Iterator[Fault]:
        """As `add`, for a `with` block."""
        fault = self.add(request, **what)
        try:
            yield fault
        finally:
            self.clear(fault)

    def around(
        self, system: str, wsgi: "WSGIApplication", environ: "WSGIEnvironment"
    ) -> "WSGIApplication":
        """The system as it behaves now; the oldest fault that fits a request strikes it.

        What a request asks for itself comes before.

        Args:
            system: its name.
            wsgi: its application.
            environ: of the request, which may ask for something.

        Raises:
            ConnectionResetError: from the application, where a fault ends the connection.
        """
        if not self._active and KEY not in environ:
            return wsgi

        def misbehaving(
            environ: "WSGIEnvironment", start_response: "StartResponse"
        ) -> Iterable[bytes]:
            asked = Asked(system, environ)
            before = self._resets
            try:
                striking = self._asked_for(asked) or self._striking(asked)
            except ValueError as error:
                environ[REFUSED] = str(error)
                striking = None
            if striking is None:
                return wsgi(environ, start_response)
            fault, outcome, changes = striking
            for change in changes:
                change()
            return self._misbehave(fault, outcome, asked, before, wsgi, start_response)

        return misbehaving

    def _misbehave(
        self,
        fault: Fault,
        outcome: Fault,
        asked: Asked,
        before: int,
        wsgi: "WSGIApplication",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        self._hold(fault, outcome.delay, asked.system, before)
        # As far as the calendar goes.
        self._clock.travel(
            min(timedelta(seconds=outcome.advance_clock_by), LATEST - self._clock.now())
        )
        if outcome.rotates_keys and self._saboteur:
            self._saboteur.rotate_keys()
        if outcome.drop_connection:
            raise ConnectionResetError(f"a fault ended the connection to {asked.system}")
        with self._clock.skewed(timedelta(seconds=outcome.skew)):
            answer, changed = altered(outcome, wsgi, asked.environ, start_response, self._reissue)
        if not changed:
            with self._lock:
                fault.discount(outcome)
        return answer

    def _reissue(self, token: str, outcome: Fault) -> str | None:
        return self._saboteur.reissue(token, outcome) if self._saboteur else None

    def _asked_for(self, asked: Asked) -> tuple[Fault, Fault, list[Change]] | None:
        """What a request asks for itself; None where it does not.

        Raises:
            ValueError: it may not, or that makes no sense; what to say.
        """
        text = asked.environ.get(KEY)
        if text is None:
            return None
        if not self._requested:
            raise ValueError(OFF)
        try:
            faults = read_request(text, asked.system)
        except ValueError as error:
            raise ValueError(f"The header {HEADER} makes no sense: {error}") from None
        for fault in faults:
            if fault.fits(asked.system, asked.method, asked.path):
                changes = self._meant(fault, fault.steps[0], asked)
                if changes is not None:
                    return fault, fault.steps[0], changes
        raise ValueError(
            f"The header {HEADER} asks for '{shortened(text)}', and this request has nothing that "
            "it is about: send it with another one."
        )

    def _striking(self, asked: Asked) -> tuple[Fault, Fault, list[Change]] | None:
        """The fault that strikes a request, what comes of it, and what changes before."""
        for fault in self:
            if not fault.fits(asked.system, asked.method, asked.path):
                continue
            while (outcome := fault.outcome()) is not None:
                changes = self._meant(fault, outcome, asked)
                with self._lock:
                    if fault.outcome() is not outcome:
                        continue  # another request took the last of this step meanwhile
                    if changes is not None and fault.should_fire(outcome):
                        return fault, outcome, changes
                break
        return None

    def _meant(self, fault: Fault, outcome: Fault, asked: Asked) -> list[Change] | None:
        """What an outcome changes in a request's world; None where it is not about the request."""
        saboteur = self._saboteur
        if fault.fields and not fault.has_fields(asked.fields):
            return None
        if saboteur is None:
            needs = (fault.person, fault.tool, outcome.token, outcome.effect, outcome.scopes)
            return None if any(needs) else []
        if fault.tool is not None and saboteur.tool(asked) != fault.tool:
            return None
        if fault.person is not None:
            person = saboteur.person(asked)
            if person is None or person.casefold() != fault.person.casefold():
                return None
        changes: list[Change | None] = []
        if outcome.token is not None:
            changes.append(saboteur.deed(asked, outcome.token))
        if outcome.effect is not None:
            changes.append(saboteur.change(asked, outcome.effect))
        if outcome.scopes:
            changes.append(saboteur.step_up(asked, outcome.scopes))
        found = [each for each in changes if each is not None]
        return found if len(found) == len(changes) else None


def _shown(how: Mapping[str, Any]) -> str:
    said = ", ".join(f"{name}={value!r}" for name, value in how.items() if value is not None)
    return f" ({said})" if said else ""
