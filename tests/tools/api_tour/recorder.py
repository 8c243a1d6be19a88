"""Calls endpoints by their names, and keeps what each was first asked and answered."""

import re
from typing import Any

from simulator.net.addresses import DATA_TABLES_HOST
from simulator.sandbox.simulator import Simulator
from simulator.systems.developer_api import ENDPOINTS
from tests.contract.developer_api_world import Program

#: What an example shows of a longer list, and of a longer text.
_MOST, _LONGEST = 2, 400
_PARAMETER = re.compile(r":(\w+)")
_BY_NAME = {each.name: each for each in ENDPOINTS}


class Recorder:
    """A program that takes the tour.

    Args:
        simulator: what it calls.

    Attributes:
        seen: endpoint → its example: `body` where it takes one, `answer` where that is JSON.
    """

    def __init__(self, simulator: Simulator) -> None:
        self.simulator = simulator
        self.seen: dict[str, dict[str, Any]] = {}
        self._program = Program(simulator)

    def act_in(self, environment: str) -> None:
        """Go on as a client of another environment."""
        self._program = Program(self.simulator, environment, f"wrkaus-{environment}")

    def send(self, method: str, path: str, body: Any) -> Any:
        """Call what is no example, below /api/; return the JSON of its answer."""
        return self._program.call(method, path, **body)

    def call(
        self, name: str, body: Any = None, query: str = "", data: bytes = b"", **path: Any
    ) -> Any:
        """Call an endpoint; return the JSON of its answer, or nothing.

        Args:
            name: of its view.
            body: that is sent as JSON.
            query: with its `?`.
            data: a file.
            **path: the parameters of its path.
        """
        endpoint = _BY_NAME[name]
        at = _PARAMETER.sub(lambda found: str(path[found[1]]), endpoint.path)
        sent = {"json": body} if body is not None else {"data": data} if data else {}
        if at.startswith("/api/v1/tables/"):
            at = f"https://{DATA_TABLES_HOST}{at}"
        answer = self._program.send(endpoint.method, at.removeprefix("/api/") + query, **sent)
        document = answer.get_json(silent=True)
        assert answer.status_code < 300, f"{name}: {answer.status} {answer.text}"
        assert not (isinstance(document, dict) and document.get("success") is False), document
        example = {} if body is None else {"body": body}
        if endpoint.answer not in (None, bytes, str):
            example["answer"] = _shorten(document)
        self.seen.setdefault(name, example)
        return document


def _shorten(value: Any) -> Any:
    """Return the beginning of a value: so many of each list, and so much of each text."""
    if isinstance(value, dict):
        return {key: _shorten(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_shorten(each) for each in value[:_MOST]]
    if isinstance(value, str) and len(value) > _LONGEST:
        return value[: _LONGEST - 1] + "…"
    return value
