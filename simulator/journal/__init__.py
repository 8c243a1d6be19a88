"""What the systems were asked and what they answered, newest last; secrets are never in it."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Any

from simulator.clock import Clock, stopwatch
from simulator.journal.counting import CAPACITY
from simulator.journal.exchange import (
    KEPT,
    Exchange,
    Seen,
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
    "Directory",
    "Exchange",
    "Journal",
    "Query",
    "Seen",
    "called_tool",
    "check_request",
    "current",
    "fields",
    "fits",
    "peek",
]

#: Larger bodies are not looked into, in bytes.
_LOOKED_INTO = 65_536

_current: ContextVar[Seen | None] = ContextVar("exchange", default=None)


class Journal(Verification):
    """The exchanges of one simulator, in memory.

    Args:
        clock: dates them.
    """

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock
        self._kept: deque[Seen] = deque(maxlen=CAPACITY)
        self._numbers = count(1)

    def clear(self) -> None:
        """Forget everything; count from 1 again."""
        self._kept.clear()
        self._verified.clear()
        self._numbers = count(1)

    def __repr__(self) -> str:
        return f"<journal, {len(self._kept)} exchanges>"

    def __iter__(self) -> Iterator[Exchange]:
        return iter([read(raw) for raw in self._recorded()])

    def _recorded(self) -> list[Seen]:
        return [raw for raw in list(self._kept) if raw.ended]

    @property
    def forgotten(self) -> int:
        """How many exchanges there were that are not kept any more."""
        kept = list(self._kept)
        return kept[0].number - 1 if kept else 0

    def secrets(self) -> set[str]:
        """Every secret that was said, as it was said: for those who must keep them out of sight."""
        return {each for raw in list(self._kept) for each in secrets(raw) if each}

    def diagram(self) -> str:
        """The exchanges as a Mermaid sequence diagram."""
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

    def recording(
        self, system: str, wsgi: "WSGIApplication", environ: "WSGIEnvironment"
    ) -> "Callable[[StartResponse], Iterable[bytes]]":
        """Have a system answer, and keep what was said.

        Args:
            system: its name.
            wsgi: what answers.
            environ: of the request.
        """
        outer = _current.get()
        raw = Seen(
            number=next(self._numbers),
            cause=outer.number if outer else None,
            at=self._clock.now(),
            caller=outer.system if outer else "outside",
            system=system,
            environ={name: str(environ.get(name, "")) for name in KEPT},
            body=peek(environ),
            behalf=self._directory.on_behalf() if self._directory else None,
        )
        self._kept.append(raw)

        def answer(start_response: "StartResponse") -> Iterable[bytes]:
            began = stopwatch()

            def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
                raw.status, raw.headers = int(status.split(" ", 1)[0]), headers
                raw.seconds = stopwatch() - began
                self._end(raw)
                return start_response(status, headers, *rest)

            token = _current.set(raw)
            try:
                chunks = wsgi(environ, start)
            finally:
                self._end(raw)
                _current.reset(token)
            kind = next((text for name, text in raw.headers if name.lower() == "content-type"), "")
            kept = "json" in kind.lower()
            return _Read(chunks, raw, kept=kept) if kept or "event-stream" in kind else chunks

        return answer


class _Read:
    """An answer while it is read: what its making asks of other systems belongs to it, too.

    Args:
        chunks: the answer.
        raw: its exchange.
        kept: whether the exchange keeps it, unless it turns out too large.
    """

    def __init__(self, chunks: Iterable[bytes], raw: Seen, *, kept: bool) -> None:
        self._chunks, self._raw, self._room = chunks, raw, _LOOKED_INTO if kept else 0

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
            self._keep(chunk)
            yield chunk

    def _keep(self, chunk: bytes) -> None:
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
    """The number of the exchange that is being answered."""
    raw = _current.get()
    return raw.number if raw else None


def peek(environ: "WSGIEnvironment") -> bytes:
    """The body of a form or JSON message, left in place for the system to read."""
    kind = environ.get("CONTENT_TYPE", "").lower()
    length = parse_whole_number(environ.get("CONTENT_LENGTH"))
    if not length or length > _LOOKED_INTO or not ("json" in kind or "urlenc" in kind):
        return b""
    body: bytes = environ["wsgi.input"].read(length)
    environ["wsgi.input"] = BytesIO(body)
    return body
