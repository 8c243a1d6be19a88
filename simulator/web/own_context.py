"""Run the generator of a streamed response in a context of its own (PEP 567)."""

from collections.abc import Iterable, Iterator
from contextvars import Context
from typing import Generic, TypeVar

Chunk = TypeVar("Chunk")


class ContextIterable(Generic[Chunk]):
    """An iterable whose every step runs in a given context.

    Args:
        context: the context.
        chunks: the response's iterable.
    """

    def __init__(self, context: Context, chunks: Iterable[Chunk]) -> None:
        self._context, self._chunks = context, chunks

    def __iter__(self) -> Iterator[Chunk]:
        chunks = self._context.run(iter, self._chunks)
        while True:
            try:
                chunk = self._context.run(next, chunks)
            except StopIteration:
                return
            yield chunk

    def close(self) -> None:
        """Close the wrapped iterable (PEP 3333)."""
        close = getattr(self._chunks, "close", None)
        if close:
            self._context.run(close)
