"""Style sheets, scripts and pictures: a browser asks for each once, until it is another one."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, request

#: The parameter of a file's address that changes with its content.
_VERSION = "v"
#: A year, which RFC 9111 (5.2.2.1) does not limit, and RFC 8246: not even a reload asks again.
_FOR_EVER = "max-age=31536000, immutable"


def install(app: Flask) -> None:
    """Name the content of each file in its address; `keep` is for what is asked for by such a one.

    A page has a dozen such files, and asking whether they are still the same took a quarter of
    what a browser and its sandbox need for it.

    Args:
        app: the application, before its first request.
    """

    @app.url_defaults
    def _name_content(endpoint: str, values: dict[str, Any]) -> None:
        blueprint, _, view = endpoint.rpartition(".")
        if view != "static" or _VERSION in values:
            return
        folder = app.blueprints[blueprint].static_folder if blueprint else app.static_folder
        if folder and (version := _version(Path(folder) / values["filename"])):
            values[_VERSION] = version


def keep(response: Response) -> None:
    """Have the browser keep a file that was asked for by its content.

    Args:
        response: to the request that is being answered.
    """
    is_file = (request.endpoint or "").endswith("static") and response.status_code == 200
    if is_file and _VERSION in request.args:
        response.headers["Cache-Control"] = _FOR_EVER


@cache
def _version(path: Path) -> str:
    """Return a few digits of a file's hash; nothing where there is no file."""
    return sha256(path.read_bytes()).hexdigest()[:12] if path.is_file() else ""
