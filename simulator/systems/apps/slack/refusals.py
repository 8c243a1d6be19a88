"""Refusals in Slack's shape: HTTP 200, and a word."""

from typing import Any

from flask import Response, jsonify

#: HTTP status → its word; what is not here is told with 200.
_WORDS = {413: "request_too_large", 429: "ratelimited", 503: "service_unavailable"}
_OTHER_WORDS = {404: "unknown_method", 405: "invalid_post_type", 500: "internal_error"}
#: So many seconds a client is told to wait (our choice: that of Slack's documentation).
RETRY_AFTER = 30


class Refused(Exception):
    """A call that is refused.

    Args:
        word: the error's code.
        **members: what the answer says besides.
    """

    def __init__(self, word: str, **members: Any) -> None:
        super().__init__(word)
        self.word, self.members = word, members

    @property
    def answer(self) -> Response:
        """The answer."""
        return jsonify({"ok": False, "error": self.word, **self.members})


class TooMany(Refused):
    """A call beyond a limit; status 429.

    Args:
        seconds: after which the next one is taken.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__("ratelimited")
        self.seconds = seconds

    @property
    def answer(self) -> Response:
        answer = error_answer(429)
        answer.headers["Retry-After"] = str(self.seconds)
        return answer


def error_answer(status: int) -> Response:
    """Return a refusal by an HTTP status: only limits and outages keep one of their own."""
    answer = Refused(_WORDS.get(status) or _OTHER_WORDS.get(status, "invalid_arguments")).answer
    if status in _WORDS:
        answer.status_code = status
    if status == 429:
        answer.headers["Retry-After"] = str(RETRY_AFTER)
    return answer
