"""What the systems were asked and what they answered, newest last; secrets are never in it."""

from collections import deque
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

from simulator.clock import Clock, stopwatch
from simulator.journal.counting import CAPACITY
from simulator.journal.exchange import (
    RECORDED,
    Exchange,
    RawExchange,
    called_tool,
    fields,
    read,
    secrets,
)
from simulator.journal.masking import one_line
from simulator.journal.query import Directory, Query, check_request, fits
from simulator.journal.verification import Verification
from simulator.validation.parsing import parse_whole_number

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

__all__ = [
    "CAPACITY",
    "MOST_BYTES",
    "Directory",
    "Exchange",
    "Journal",
    "Query",
    "RawExchange",
    "called_tool",
    "check_request",
    "current",
    "fields",
    "fits",
    "peek",
]

#: Larger bodies are not looked into, in bytes.
_LOOKED_INTO = 65_536
#: What all exchanges may hold together, in bytes, and for how long, in real seconds.
MOST_BYTES = 64 * 1024 * 1024
LONGEST_SECONDS = 24 * 60 * 60
#: After so many exchanges somebody looks whether the oldest have to go.
_LOOK_EVERY = 100

_current: ContextVar[RawExchange | None] = ContextVar("exchange", default=None)


class Journal(Verification):
    """The exchanges of one simulator, in memory.

    Args:
        clock: dates them.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._exchanges: deque[RawExchange] = deque(maxlen=CAPACITY)
        self._numbers = count(1)

    def clear(self) -> None:
        """Forget everything; count from 1 again."""
        self._exchanges.clear()
        self._verified.clear()
        self._numbers = count(1)

    def __repr__(self) -> str:
        return f"<journal, {len(self._exchanges)} exchanges>"

    def __iter__(self) -> Iterator[Exchange]:
        return iter([read(raw) for raw in self._recorded()])

    def _recorded(self) -> list[RawExchange]:
        return [raw for raw in list(self._exchanges) if raw.ended]

    @property
    def forgotten(self) -> int:
        """Return how many exchanges are no longer in the journal: too many, too large, too old."""
        exchanges = list(self._exchanges)
        return exchanges[0].number - 1 if exchanges else 0

    def _forget_oldest(self) -> None:
        """Forget what is too old, and what is too much."""
        exchanges, since = list(self._exchanges), stopwatch() - LONGEST_SECONDS
        room, first = MOST_BYTES, len(exchanges)
        done = first - _LOOK_EVERY
        while first and (each := exchanges[first - 1]).began > since:
            room -= each.final_size if first <= done and each.ended else each.size
            if room < 0:
                break
            first -= 1
        for each in exchanges[:first]:
            if self._exchanges and self._exchanges[0] is each:
                self._exchanges.popleft()

    def secrets(self) -> set[str]:
        """Return every secret that was exchanged, unmasked, for whoever must scrub them."""
        return {each for raw in list(self._exchanges) for each in secrets(raw) if each}

    def diagram(self) -> str:
        """Draw the exchanges as a Mermaid sequence diagram."""
        names: dict[str, str] = {}
        lines = ["sequenceDiagram"]
        for each in self:
            for system in (each.caller, each.system):
                if system not in names:
                    names[system] = f"p{len(names)}"
                    lines.append(f"  participant {names[system]} as {system}")
            ends = names[each.caller], names[each.system]
            lines.append(f"  {ends[0]}->>+{ends[1]}: {_label(each)}")
            lines.append(f"  {ends[1]}-->>-{ends[0]}: {each.status}")
        return "\n".join(lines) + "\n"

    def record(
        self,
        system: str,
        wsgi: "WSGIApplication",
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
    ) -> Iterable[bytes]:
        """Have a system answer a request, and record the exchange.

        Args:
            system: its name.
            wsgi: what answers.
            environ: the WSGI environment of the request.
            start_response: the start response of the request, likewise (PEP 3333).

        Returns:
            The body of the answer.
        """
        outer = _current.get()
        raw = RawExchange(
            number=next(self._numbers),
            cause=outer.number if outer else None,
            caller=outer.system if outer else "outside",
            system=system,
            environ={name: str(environ.get(name, "")) for name in RECORDED},
            body=peek(environ),
            behalf=self._directory.on_behalf() if outer and self._directory else None,
            at=self._clock.now(),
            began=stopwatch(),
        )
        self._exchanges.append(raw)
        if raw.number % _LOOK_EVERY == 0:
            self._forget_oldest()

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            raw.status, raw.headers = int(status.split(" ", 1)[0]), headers
            raw.seconds = stopwatch() - raw.began
            self._end(raw)
            return start_response(status, headers, *rest)

        token = _current.set(raw)
        try:
            chunks = wsgi(environ, start)
        finally:
            if not raw.ended:
                self._end(raw)
            _current.reset(token)
        kind = next((text for name, text in raw.headers if name.lower() == "content-type"), "")
        is_json = "json" in kind.lower()
        if is_json or "event-stream" in kind:
            return _Read(chunks, raw, records_answer=is_json)
        return chunks

    def _end(self, raw: RawExchange) -> None:
        """Note that an exchange has its answer, and wake up those who wait."""
        with self._answered:
            raw.ended = True
            self._answers += 1
            self._answered.notify_all()


class _Read:
    """An answer while it is read: what its making asks of other systems belongs to it, too.

    Args:
        chunks: the answer.
        raw: its exchange.
        records_answer: whether the exchange is to have it, unless it turns out too large.
    """

    def __init__(self, chunks: Iterable[bytes], raw: RawExchange, *, records_answer: bool) -> None:
        self._chunks, self._raw, self._room = chunks, raw, _LOOKED_INTO if records_answer else 0

    def __iter__(self) -> Iterator[bytes]:
        chunks = iter(self._chunks)
        while True:
            token = _current.set(self._raw)
            try:
                chunk = next(chunks)
            except StopIteration:
                return
            finally:
                _current.reset(token)
            self._record_chunk(chunk)
            yield chunk

    def _record_chunk(self, chunk: bytes) -> None:
        self._room -= len(chunk)
        if self._room >= 0:
            self._raw.answer.append(chunk)
        else:
            self._raw.answer.clear()

    def close(self) -> None:
        """Close what was wrapped (PEP 3333)."""
        close = getattr(self._chunks, "close", None)
        if close:
            close()


def _label(exchange: Exchange) -> str:
    """A request as Mermaid takes it: in one line, without what ends or escapes a text there."""
    line = one_line(f"{exchange.method} {exchange.path}")
    return line.replace("#", "#35;").replace(";", "#59;").replace("#35#59;", "#35;")


def current() -> int | None:
    """Return the number of the exchange that is being answered; None outside of one."""
    raw = _current.get()
    return raw.number if raw else None


def peek(environ: "WSGIEnvironment") -> bytes:
    """Return the body of a form or JSON message, and leave it in place for the system to read."""
    kind = environ.get("CONTENT_TYPE", "").lower()
    if not ("json" in kind or "urlenc" in kind):
        return b""
    length = parse_whole_number(environ.get("CONTENT_LENGTH"))
    if not length or length > _LOOKED_INTO:
        return b""
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    return body
