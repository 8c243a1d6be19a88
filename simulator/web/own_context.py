"""Answers that are made in a context of their own (PEP 567), piece by piece, to the end."""

from collections.abc import Iterable, Iterator
from contextvars import Context
from typing import Generic, TypeVar

Piece = TypeVar("Piece")


class Within(Generic[Piece]):
    """An answer that is made in a context of its own, to the end.

    Args:
        context: its own.
        chunks: the answer.
    """

    def __init__(self, context: Context, chunks: Iterable[Piece]) -> None:
        self._context, self._chunks = context, chunks

    def __iter__(self) -> Iterator[Piece]:
        chunks = self._context.run(iter, self._chunks)
        while True:
            try:
                chunk = self._context.run(next, chunks)
            except StopIteration:
                return
            yield chunk

    def close(self) -> None:
        """Close what was wrapped (PEP 3333)."""
        close = getattr(self._chunks, "close", None)
        if close:
            self._context.run(close)
