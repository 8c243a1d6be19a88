"""Have a system misbehave on purpose: late, refusing, cut off, or saying something else."""

import random
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from http import HTTPStatus
from itertools import count
from threading import Event, Lock
from typing import TYPE_CHECKING, Any

from simulator.clock import Clock

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@dataclass(kw_only=True)
class Fault:
    """One kind of misbehaviour.

    Attributes:
        request: method and path it applies to, such as `POST /oauth2/token`; `*` is anything.
        system: name of the system it applies to, or a pattern: `identity`, `app:*`.
        status: answers with this HTTP status instead of asking the system.
        body: what is sent with `status`; without `status`, replaces the body of the real answer.
        headers: go with the answer, such as `Retry-After`, in place of its own of that name.
        delay: real seconds to wait before anything else.
        passes: simulated seconds that go by before the answer.
        reset: ends the connection without an answer.
        truncated: sends half of the body that was announced.
        times: how often it happens; None for until it is cleared.
        probability: how often it happens to a request that fits, 0 to 1.
        seed: makes chance repeat.
        hits: how often it happened.
        number: counts from 1 since all faults were cleared; 0 before it is added.
    """

    request: str = "*"
    system: str = "*"
    status: int | None = None
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    passes: float = 0.0
    reset: bool = False
    truncated: bool = False
    times: int | None = None
    probability: float = 1.0
    seed: int = 0
    hits: int = field(default=0, init=False)
    number: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        if self.status is not None and self.status not in {each.value for each in HTTPStatus}:
            raise ValueError(f"status must be an HTTP status, not {self.status}.")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"probability must be 0 to 1, not {self.probability}.")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be 1 or more, not {self.times}.")
        self._chance = random.Random(self.seed)  # noqa: S311  # chance here is no secret

    def strikes(self, system: str, method: str, path: str) -> bool:
        """Whether it happens to this request; if so, that is counted."""
        wanted = self.request if " " in self.request else f"* {self.request}"
        fits = fnmatchcase(system, self.system) and fnmatchcase(f"{method} {path}", wanted)
        spent = self.times is not None and self.hits >= self.times
        if not fits or spent or self._chance.random() >= self.probability:
            return False
        self.hits += 1
        return True


class Faults:
    """The faults of one simulator; without any, a request costs nothing more.

    Args:
        clock: moved on by faults that let simulated time pass.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._active: list[Fault] = []
        self._numbers = count(1)

    def __iter__(self) -> Iterator[Fault]:
        return iter(list(self._active))

    def add(self, request: str = "*", **what: Any) -> Fault:
        """Have something go wrong from now on.

        Args:
            request: as in `Fault`.
            **what: the attributes of `Fault`.

        Raises:
            ValueError: a value makes no sense.
        """
        fault = Fault(request=request, **what)
        with self._lock:
            fault.number = next(self._numbers)
            self._active.append(fault)
        return fault

    def clear(self, fault: Fault | None = None) -> None:
        """Have one fault, or everything, go right again."""
        with self._lock:
            self._active = [each for each in self._active if fault and each is not fault]
            if fault is None:
                self._numbers = count(1)

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
            fault = self._striking(system, environ)
            if fault is None:
                return wsgi(environ, start_response)
            Event().wait(fault.delay)
            self._clock.travel(timedelta(seconds=fault.passes))
            if fault.reset:
                raise ConnectionResetError(f"a fault ended the connection to {system}")
            return _answered(fault, wsgi, environ, start_response)

        return misbehaving

    def _striking(self, system: str, environ: "WSGIEnvironment") -> Fault | None:
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO") or "/"
        with self._lock:
            return next((f for f in self._active if f.strikes(system, method, path)), None)


def _answered(
    fault: Fault,
    wsgi: "WSGIApplication",
    environ: "WSGIEnvironment",
    start_response: "StartResponse",
) -> Iterable[bytes]:
    said: dict[str, Any] = {}

    def keep(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
        said.update(status=status, headers=headers)
        return lambda _chunk: None

    if fault.status is None:
        chunks = wsgi(environ, keep)
        body = b"".join(chunks)
        getattr(chunks, "close", lambda: None)()
    else:
        keep(f"{fault.status} {HTTPStatus(fault.status).phrase}", [("Content-Type", "text/plain")])
        body = b"This is a fault that was asked for.\n"
    body = body if fault.body is None else fault.body
    own = {"Content-Length": str(len(body)), **fault.headers}
    if fault.truncated:
        own["Connection"] = "close"
    replaced = {name.lower() for name in own}
    kept = [(name, text) for name, text in said["headers"] if name.lower() not in replaced]
    start_response(said["status"], [*kept, *own.items()])
    return [body[: len(body) // 2] if fault.truncated else body]
