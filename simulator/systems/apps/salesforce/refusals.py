"""Refusals in Salesforce's shape: a list of `{message, errorCode, fields}`."""

from collections.abc import Sequence
from typing import Any


class Refused(Exception):
    """A request that is refused.

    Args:
        status: the HTTP status.
        code: Salesforce's error code.
        message: a sentence.
        fields: which fields are to blame; None where the answer does not say.
    """

    def __init__(
        self, status: int, code: str, message: str, fields: Sequence[str] | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.code, self.fields = status, code, fields

    @property
    def body(self) -> list[dict[str, Any]]:
        """What the API answers."""
        named = {} if self.fields is None else {"fields": list(self.fields)}
        return [{"message": str(self), "errorCode": self.code, **named}]

    @property
    def as_result(self) -> dict[str, Any]:
        """The same as the result of one record among several."""
        error = {
            "statusCode": self.code,
            "message": str(self),
            "fields": list(self.fields or ()),
        }
        return {"success": False, "errors": [error]}
