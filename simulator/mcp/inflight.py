"""What is under way in this process: calls that can be cancelled, questions that wait."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from simulator.randomness import Randomness

#: How long a client may take to answer a question that a call asks it (our choice), in seconds.
PATIENCE = 60


#: What the client's response to one question comes to.
Box = queue.Queue[dict[str, Any]]


class NoAnswer(Exception):
    """The client refused a question, or did not answer it in time."""


class InFlight:
    """Calls and questions of one process; both end with the HTTP exchange that they belong to.

    Args:
        randomness: makes the ids of questions.
    """

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._questions: dict[str, Box] = {}
        self._calls: dict[tuple[str, Any], threading.Event] = {}

    @contextmanager
    def question(self) -> Iterator[tuple[str, Box]]:
        """A request id nobody can guess, and the box that the client's response comes to."""
        question_id, box = self._randomness.hex("question"), Box()
        self._questions[question_id] = box
        try:
            yield question_id, box
        finally:
            del self._questions[question_id]

    def deliver(self, response: dict[str, Any]) -> None:
        """Hand a client's response to whoever asked; one that nobody waits for is dropped."""
        box = self._questions.get(str(response.get("id")))
        if box is not None:
            box.put(response)

    @contextmanager
    def call(self, session: str | None, request_id: Any) -> Iterator[threading.Event]:
        """A call under way; the event says that its client cancelled it.

        Ids are unique within a session only, so a call without one cannot be cancelled by id.
        """
        cancelled = threading.Event()
        if session is None:
            yield cancelled
            return
        key = (session, request_id)
        self._calls[key] = cancelled
        try:
            yield cancelled
        finally:
            self._calls.pop(key, None)

    def cancel(self, session: str, request_id: Any) -> None:
        """`notifications/cancelled`: the call stops at its next step; else nothing happens."""
        event = self._calls.get((session, request_id))
        if event is not None:
            event.set()


def result_of(box: Box) -> dict[str, Any]:
    """The result in the response that comes to a question's box.

    Raises:
        NoAnswer: it is an error, or there was none in time.
    """
    try:
        response = box.get(timeout=PATIENCE)
    except queue.Empty:
        raise NoAnswer(f"The client did not answer within {PATIENCE} seconds.") from None
    if "error" in response:
        error = response["error"]
        raise NoAnswer(str(error.get("message") if isinstance(error, dict) else error))
    result: dict[str, Any] = response["result"]
    return result
