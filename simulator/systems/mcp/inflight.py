"""Questions to clients that wait in this process for their answers."""

import queue
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
    """The questions of one process; each ends with the HTTP exchange that it belongs to.

    Args:
        randomness: makes the ids of questions.
    """

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._questions: dict[str, Box] = {}

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
