"""The browser that a client under test opens: a command that fills in the forms at once."""

import os
import queue
import threading
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from simulator.testing.actors import Actor

#: By these names programs on Linux and macOS look for a browser.
_NAMES = ("xdg-open", "open")
_COMMAND = """#!/bin/sh
printf '%s\\n' "$*" > '{asked}'
if test "$1" = --wait; then read -r _ < '{done}'; fi
"""
#: A client may open the browser a little before it listens for the code: try again, 3 s at most.
_PATIENCE = Retry(total=None, connect=6, backoff_factor=0.05)


class ScriptedBrowser:
    """One person's browser as a command: it signs in, allows, connects the account.

    `xdg-open ADDRESS` returns at once, `xdg-open --wait ADDRESS` when the visit has ended.

    Attributes:
        folder: holds the command, under the names by which programs look for a browser.
        pages: the text that each visit ended with, or the client's address it was sent to.
    """

    def __init__(self, actor: Actor, folder: Path) -> None:
        """Make the command.

        Args:
            actor: whose browser it is.
            folder: made if need be.
        """
        self.folder = folder
        self.pages: queue.Queue[str] = queue.Queue()
        self._actor = actor
        self._failure: Exception | None = None
        folder.mkdir(parents=True, exist_ok=True)
        pipes = {"asked": folder / "asked", "done": folder / "done"}
        for pipe in pipes.values():
            os.mkfifo(pipe)
        for name in _NAMES:
            command = folder / name
            command.write_text(_COMMAND.format(**pipes), encoding="utf-8")
            command.chmod(0o755)
        # Opened for both directions, a pipe neither blocks on opening nor ends.
        self._calls, self._done = (os.fdopen(os.open(p, os.O_RDWR), "r") for p in pipes.values())
        self._thread = threading.Thread(target=self._visit_all, daemon=True)

    @property
    def command(self) -> str:
        """What to put into BROWSER."""
        return str(self.folder / _NAMES[0])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop.

        Raises:
            Exception: what went wrong in a visit.
        """
        os.write(self._calls.fileno(), b"\n")
        self._thread.join()
        self._calls.close()
        self._done.close()
        if self._failure:
            raise self._failure

    def visited(self) -> str:
        """What the next visit ended with: see `pages`.

        Raises:
            queue.Empty: the client has opened nothing, or the visit went wrong.
        """
        return self.pages.get(timeout=10)

    def _visit_all(self) -> None:
        while arguments := self._calls.readline().split():
            try:
                self.pages.put(self._visit(arguments[-1]))
            except Exception as error:  # of another thread: raised at the end of the test
                self._failure = self._failure or error
            if "--wait" in arguments:
                os.write(self._done.fileno(), b"\n")

    def _visit(self, url: str) -> str:
        if urlsplit(url).path.startswith("/connections/"):
            return self._actor.open_link(url)
        forms, person = self._actor.forms.get(url), self._actor.person
        if forms.has_button("Sign in"):
            forms.submit("Sign in", email=person["email"], password=person["password"])
        if not forms.left_for:
            forms.submit("Allow")
        with requests.Session() as session:
            session.mount("http://", HTTPAdapter(max_retries=_PATIENCE))
            answer = session.get(forms.left_for, timeout=10)
        assert answer.ok, answer.text
        return forms.left_for
