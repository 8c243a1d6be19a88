"""Requests that the server sent to clients and that wait for a response (MCP, Requests)."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from simulator.randomness import Randomness

#: How long a client may take to answer a request that a call sends it (our choice), in seconds.
ANSWER_SECONDS = 60


#: Where the client's response to one request arrives.
ResponseQueue = queue.Queue[dict[str, Any]]


class RequestFailed(Exception):
    """The client answered a request with an error, or not in time."""


class PendingRequests:
    """The requests of one process; each ends with the HTTP exchange that it belongs to.

    Args:
        randomness: makes the ids of requests.
    """

    def __init__(self, randomness: Randomness) -> None:
        self._randomness = randomness
        self._queues: dict[str, ResponseQueue] = {}

    @contextmanager
    def open_request(self) -> Iterator[tuple[str, ResponseQueue]]:
        """Open a request; return its unguessable id and the queue for its response."""
        request_id, responses = self._randomness.hex("request to client"), ResponseQueue()
        self._queues[request_id] = responses
        try:
            yield request_id, responses
        finally:
            del self._queues[request_id]

    def deliver(self, response: dict[str, Any]) -> None:
        """Deliver a client's response to the call that waits for it; drop it if none does."""
        responses = self._queues.get(str(response.get("id")))
        if responses is not None:
            responses.put(response)


def wait_for_result(responses: ResponseQueue) -> dict[str, Any]:
    """Wait for the response to a request, and return its result.

    Raises:
        RequestFailed: it is an error, or there was none in time.
    """
    try:
        response = responses.get(timeout=ANSWER_SECONDS)
    except queue.Empty:
        raise RequestFailed(f"The client did not answer within {ANSWER_SECONDS} seconds.") from None
    if "error" in response:
        error = response["error"]
        raise RequestFailed(str(error.get("message") if isinstance(error, dict) else error))
    result: dict[str, Any] = response["result"]
    return result
