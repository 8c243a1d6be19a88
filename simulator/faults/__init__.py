"""Have a system misbehave on purpose: late, refusing, cut off, or saying something else."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import fields
from datetime import timedelta
from threading import TIMEOUT_MAX, Condition, Lock
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import SQLAlchemyError

from simulator.clock import LATEST, stopwatch
from simulator.faults.answer import altered
from simulator.faults.effects import FaultEffects
from simulator.faults.fault import Fault
from simulator.faults.header import KEY, OFF, read_request
from simulator.faults.incidents import INCIDENTS, Incident, incident_named
from simulator.faults.incoming import IncomingRequest
from simulator.faults.ledger import Ledger
from simulator.faults.shared_ledger import SharedLedger
from simulator.journal.query import Directory
from simulator.net.addresses import IDENTITY
from simulator.validation.parsing import shorten
from simulator.web.environ import FAULT_HEADER, FAULT_REFUSED, HELD_UP, SCOPES_DEMANDED
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = ["INCIDENTS", "Fault", "Faults", "Incident", "IncomingRequest"]

#: What changes in the world before a system sees a request.
Change = Callable[[], None]
_ATTRIBUTES = tuple(each.name for each in fields(Fault) if each.init)


class Faults:
    """The faults of one simulator; without any, a request costs nothing more.

    Args:
        world: faults change its time, tokens, keys and rows.
        effects: make those changes.
        directory: knows what there is that a fault can be about.
    """

    def __init__(self, world: World, effects: FaultEffects, directory: Directory) -> None:
        self._world, self._effects, self._directory = world, effects, directory
        self._lock = Lock()
        #: Told when a fault is cleared, for what its delay holds goes on then.
        self._cleared = Condition()
        #: When somebody who is delayed last looked for what other processes cleared.
        self._looked = 0.0
        #: How often everything that a delay held was hung up on; see `reset`.
        self._resets = 0
        #: No other process sees a database in memory.
        self._ledger = Ledger() if world.db.in_memory else SharedLedger(world)
        #: What was planted since `watch`: a name, and the faults of which one is to strike.
        self._planted: list[tuple[str, list[Fault]]] = []

    def __repr__(self) -> str:
        return f"<faults, {len(self._ledger.active)} planted>"

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._ledger.active))

    def refresh(self) -> None:
        """Read what other processes planted and cleared; what those delayed goes on."""
        if self._ledger.refresh():
            self._let_go()

    def add(self, request: str = "*", **what: Any) -> Fault:
        """Have something go wrong from now on.

        Args:
            request: see `Fault`.
            **what: the attributes of `Fault`; a person may be named as in
                `simulator.validation.persons.Who`.

        Raises:
            ValueError: a value makes no sense, or there is nothing of the kind that it names.
        """
        fault = self._checked(request, **what)
        self._plant(str(fault), [fault])
        return fault

    def _checked(self, request: str = "*", **what: Any) -> Fault:
        if unknown := [name for name in what if name not in _ATTRIBUTES]:
            known = ", ".join(_ATTRIBUTES)
            raise ValueError(f"A fault has no '{unknown[0]}'. It has: {known}.")
        if what.get("person") is not None:
            what["person"] = self._directory.email(what["person"])
        fault = Fault(request=request, **what)
        self._check_possible(fault)
        return fault

    def _check_possible(self, fault: Fault) -> None:
        """Be sure that a fault can happen, for a slip of the pen would never strike.

        Raises:
            ValueError: nothing would go wrong; or no such system, request, parameter or tool is
                there, or none that could be of this person or tool.
        """
        if not fault.changes_anything:
            raise ValueError(
                "Nothing would go wrong: say what does, such as status=503, delay=2 or "
                "drop_connection=True."
            )
        if not fault.probability:
            raise ValueError(
                "With a probability of 0 it would never happen: say a probability above 0."
            )
        directory = self._directory
        directory.check_system(fault.system)
        directory.check_request(fault.request, fault.system, advice="")
        directory.check_members(fault.fields, fault.request, fault.system)
        if fault.tool is not None:
            directory.check_tool(fault.tool)
            directory.check_part(fault.request, fault.system)
        if fault.person is not None:
            directory.check_person(fault.request, fault.system)

    def _plant(self, name: str, faults: list[Fault]) -> None:
        self._ledger.plant(faults)
        with self._lock:
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
        self._hang_up()
        self.clear()

    def leave(self) -> None:
        """Let go what this process holds, for it ends, or its world does; elsewhere faults stay."""
        self._hang_up()
        self._ledger.forget()
        self._let_go()

    def _hang_up(self) -> None:
        with self._cleared:
            self._resets += 1

    def clear(self, fault: Fault | None = None) -> None:
        """Have one fault, or everything, go right again; what its delay holds goes on."""
        self._ledger.clear(fault)
        self._let_go()

    def _let_go(self) -> None:
        with self._cleared:
            self._cleared.notify_all()

    def _hold(self, fault: Fault, delay: float, system: str, before: int) -> None:
        """Wait as long as a fault delays; no longer than it is there, if it was planted.

        `before` is how many resets there were when the request came: one that happened since then,
        also before the wait began, ends it.
        """
        if not delay:
            return

        def is_over() -> bool:
            return self._resets != before or (
                fault.number > 0 and all(each is not fault for each in self)
            )

        ends, patience = stopwatch() + delay, self._ledger.patience
        while not is_over() and (left := ends - stopwatch()) > 0:
            with self._cleared:
                is_cleared = self._cleared.wait_for(is_over, min(left, patience))
            if is_cleared:
                break
            if self._is_due():
                patience = self._ledger.patience
                self.refresh()
            else:  # somebody else looks, and tells: one is enough
                patience = min(4 * self._ledger.patience, TIMEOUT_MAX)
        if self._resets != before:
            raise ConnectionResetError(f"the world of {system} is over")

    def _is_due(self) -> bool:
        """Whether this one of all who are delayed is to look for what other processes cleared."""
        with self._lock:
            waited = stopwatch() - self._looked
            is_due = waited >= self._ledger.patience
            if is_due:
                self._looked += waited
        return is_due

    def during(self, request: str = "*", **what: Any) -> AbstractContextManager[Fault]:
        """As `add`, for a `with` block."""
        return self._during(self._checked(request, **what))

    @contextmanager
    def _during(self, fault: Fault) -> Iterator[Fault]:
        self._plant(str(fault), [fault])
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
            environ: the WSGI environment of the request, which may ask for something.

        Raises:
            ConnectionResetError: from the application, where a fault ends the connection.
        """
        if not self._ledger.active and KEY not in environ:
            return wsgi
        if system == IDENTITY and (scopes := self.demanded_scopes()):
            environ[SCOPES_DEMANDED] = scopes

        def misbehaving(
            environ: "WSGIEnvironment", start_response: "StartResponse"
        ) -> Iterable[bytes]:
            request = IncomingRequest(system, environ)
            before = self._resets
            try:
                found = self._requested(request) or self._match(request)
            except ValueError as error:
                environ[FAULT_REFUSED] = str(error)
                found = None
            except SQLAlchemyError:  # the system needs the database, too, and says so
                found = None
            if found is None:
                return wsgi(environ, start_response)
            fault, outcome, changes = found
            for change in changes:
                change()
            return self._misbehave(fault, outcome, request, before, wsgi, start_response)

        return misbehaving

    def _misbehave(
        self,
        fault: Fault,
        outcome: Fault,
        request: IncomingRequest,
        before: int,
        wsgi: "WSGIApplication",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        self._hold(fault, outcome.delay, request.system, before)
        if outcome.advance_clock_by:
            request.environ[HELD_UP] = outcome.advance_clock_by
            self._world.clock.travel(  # as far as the calendar goes
                min(timedelta(seconds=outcome.advance_clock_by), LATEST - self._world.clock.now())
            )
        if outcome.rotates_keys:
            self._effects.rotate_keys()
        if outcome.drop_connection:
            raise ConnectionResetError(f"a fault ended the connection to {request.system}")
        with self._world.clock.skewed(timedelta(seconds=outcome.skew)):
            answer, changed = altered(
                outcome, wsgi, request.environ, start_response, self._effects.reissue
            )
        if not changed:
            self._ledger.discount(fault, outcome)
        return answer

    def _requested(self, request: IncomingRequest) -> tuple[Fault, Fault, list[Change]] | None:
        """What a request asks for itself; None where it does not.

        Raises:
            ValueError: it may not, or that makes no sense; what to say.
        """
        text = request.environ.get(KEY)
        if text is None:
            return None
        if not self._world.settings.request_faults:
            raise ValueError(OFF)
        try:
            faults = read_request(text, request.system)
        except ValueError as error:
            raise ValueError(f"The header {FAULT_HEADER} makes no sense: {error}") from None
        for fault in faults:
            if fault.fits(request.system, request.method, request.path):
                changes = self._changes(fault, fault.steps[0], request)
                if changes is not None:
                    return fault, fault.steps[0], changes
        raise ValueError(
            f"The header {FAULT_HEADER} asks for '{shorten(text)}', and this request has nothing "
            "that it is about: send it with another one."
        )

    def _match(self, request: IncomingRequest) -> tuple[Fault, Fault, list[Change]] | None:
        """The fault that strikes a request, what comes of it, and what changes before."""
        for fault in self:
            if not fault.fits(request.system, request.method, request.path):
                continue
            while (outcome := fault.outcome()) is not None:
                changes = self._changes(fault, outcome, request)
                fires = False if changes is None else self._ledger.strike(fault, outcome)
                if fires is None:
                    continue  # another request took the last of this step meanwhile
                if fires and changes is not None:
                    return fault, outcome, changes
                break
        return None

    def _changes(
        self, fault: Fault, outcome: Fault, request: IncomingRequest
    ) -> list[Change] | None:
        """What an outcome changes in a request's world; None where it is not about the request."""
        effects = self._effects
        if fault.fields and not fault.has_fields(request.fields):
            return None
        if fault.tool is not None and effects.tool(request) != fault.tool:
            return None
        if fault.person is not None:
            person = effects.person(request)
            if person is None or person.casefold() != fault.person.casefold():
                return None
        changes: list[Change | None] = []
        if outcome.token is not None:
            changes.append(effects.token_effect(request, outcome.token))
        if outcome.effect is not None:
            changes.append(effects.change(request, outcome.effect))
        if outcome.scopes:
            changes.append(effects.step_up(request, outcome.scopes))
        found = [each for each in changes if each is not None]
        return found if len(found) == len(changes) else None


def _shown(how: Mapping[str, Any]) -> str:
    text = ", ".join(f"{name}={value!r}" for name, value in how.items() if value is not None)
    return f" ({text})" if text else ""
