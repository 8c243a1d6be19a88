"""A connection to PostgreSQL that closes by itself."""

from contextlib import suppress
from typing import Any

import psycopg


class ForgottenConnection(psycopg.Connection[Any]):
    """A connection that is closed when it is forgotten, of which psycopg warns otherwise.

    A pool that is disposed of forgets what is in use then, such as by a request whose client hung
    up; and tests forget whole databases.
    """

    def __del__(self, *_: Any) -> None:
        with suppress(Exception):  # it may never have been opened
            self.close()
