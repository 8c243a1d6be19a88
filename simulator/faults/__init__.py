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
from simulator.faults.incidents import INCIDENTS, Incident
from simulator.persons import designation

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["INCIDENTS", "Asked", "Fault", "Faults", "Incident", "Saboteur"]

_ASKED = tuple(each.name for each in fields(Fault) if each.init)


class Faults:
    """The faults of one simulator; without any, a request costs nothing more.

    Args:
        clock: moved on by faults that let simulated time pass.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
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
            **what: the attributes of `Fault`; a person may be named as in `simulator.persons.Who`.

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
        made = [self._checked(**what) for what in Incident.named(name).faults(**how)]
        self._plant(f"incident {name}{_shown(how)}", made)
        return made

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

    def _hold(self, fault: Fault, system: str) -> None:
        """Wait as long as a fault delays; no longer than it is there."""
        if not fault.delay:
            return
        with self._cleared:
            before = self._resets
            self._cleared.wait_for(
                lambda: all(each is not fault for each in self), timeout=fault.delay
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

    def around(self, system: str, wsgi: "WSGIApplication") -> "WSGIApplication":
        """The system as it behaves now; the oldest fault that fits a request strikes it.

        Raises:
            ConnectionResetError: from the application, where a fault ends the connection.
        """
        if not self._active:
            return wsgi

        def misbehaving(
            environ: "WSGIEnvironment", start_response: "StartResponse"
        ) -> Iterable[bytes]:
            asked = Asked(system, environ)
            fault, deed = self._striking(asked)
            if fault is None:
                return wsgi(environ, start_response)
            if deed is not None:
                deed()
            return self._misbehave(fault, asked, wsgi, start_response)

        return misbehaving

    def _misbehave(
        self,
        fault: Fault,
        asked: Asked,
        wsgi: "WSGIApplication",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        self._hold(fault, asked.system)
        # As far as the calendar goes.
        self._clock.travel(min(timedelta(seconds=fault.passes), LATEST - self._clock.now()))
        if fault.rotates_keys and self._saboteur:
            self._saboteur.rotate_keys()
        if fault.reset:
            raise ConnectionResetError(f"a fault ended the connection to {asked.system}")
        with self._clock.ahead(timedelta(seconds=fault.skew)):
            answer, changed = altered(fault, wsgi, asked.environ, start_response)
        if not changed:
            with self._lock:
                fault.hits -= 1
        return answer

    def _striking(self, asked: Asked) -> tuple[Fault | None, Callable[[], None] | None]:
        for fault in self:
            if not fault.fits(asked.system, asked.method, asked.path):
                continue
            meant, deed = self._meant(fault, asked)
            with self._lock:
                if meant and fault.strikes():
                    return fault, deed
        return None, None

    def _meant(self, fault: Fault, asked: Asked) -> tuple[bool, Callable[[], None] | None]:
        """Whether a request has what the fault is about, and what is done to its token."""
        saboteur = self._saboteur
        if fault.fields and not fault.has_fields(asked.fields):
            return False, None
        if saboteur is None:
            return not (fault.person or fault.tool or fault.token), None
        if fault.tool is not None and saboteur.tool(asked) != fault.tool:
            return False, None
        if fault.person is not None:
            person = saboteur.person(asked)
            if person is None or person.casefold() != fault.person.casefold():
                return False, None
        if fault.token is None:
            return True, None
        deed = saboteur.deed(asked, fault.token)
        return deed is not None, deed


def _shown(how: Mapping[str, Any]) -> str:
    said = ", ".join(f"{name}={value!r}" for name, value in how.items() if value is not None)
    return f" ({said})" if said else ""
