"""Paths as clients spell them: with a slash at the end, or the suffix `.json`.

Workato is written in Rails, whose routes take both; no document says so of its API (our choice).
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import Flask

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


def strip_suffix(path: str) -> str:
    """Return a path without what clients add to it: slashes at its end, and the suffix `.json`."""
    return path.rstrip("/").removesuffix(".json").rstrip("/")


def take_every_spelling(app: Flask, *literal: str) -> None:
    """Have an application find its routes by paths without what clients add to them.

    Args:
        app: the application.
        literal: paths that are meant as they are.
    """
    answer = app.wsgi_app

    def spelt(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        bare = strip_suffix(path)
        if bare in ("", path, "/api") or path in literal:
            return answer(environ, start_response)
        return answer({**environ, "PATH_INFO": bare}, start_response)

    app.wsgi_app = spelt  # type: ignore[method-assign]
