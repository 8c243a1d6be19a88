"""Programs that use the Developer API of a simulator without sockets."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from werkzeug.test import TestResponse

from simulator.crypto import fingerprint
from simulator.db.tables import ApiClient, ApiWindow, Environment
from simulator.sandbox.simulator import Simulator
from simulator.sandbox.time_travel import TimeTravel
from simulator.testing.api_client import ApiClient as TestingClient
from tests.contract.browser import Browser

API = "https://app.workato.com/api"
CONNECTIONS = "/api/connections"


@dataclass
class Program:
    """A program with a token of its own.

    Attributes:
        simulator: what answers.
        environment: the name of the client's environment.
        token: its own.
    """

    simulator: Simulator
    environment: str = ""
    token: str = "wrkaus-of-these-tests"

    def __post_init__(self) -> None:
        world = self.simulator.world
        with world.db.unit() as session:
            found = session.query(Environment).order_by(Environment.id)
            if self.environment:
                found = found.filter_by(name=self.environment)
            place = found.first()
            assert place is not None
            session.add(
                ApiClient(
                    environment_id=place.id,
                    name="Tests",
                    token_hash=fingerprint(self.token),
                    created_at=world.clock.now(),
                )
            )

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        """One request, to a path of the API or a whole URL; no quota is used up before it."""
        with self.simulator.world.db.unit() as session:
            session.execute(delete(ApiWindow))
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        url = path if path.startswith("https://") else f"{API}/{path}"
        return Browser(self.simulator).request(method, url, headers=headers, **options)

    def call(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        """The JSON of an answer; `body` is sent as JSON where there is any."""
        answer = self.send(method, path, **({"json": body} if body else {}))
        assert answer.status_code == status, answer.text
        return answer.get_json()


def ask_connections(
    api_client: TestingClient, clock: TimeTravel, method: str, path: str, **body: Any
) -> Any:
    """Ask about connections, which is allowed once a second."""
    clock.travel(seconds=1)
    return api_client.request(method, f"{CONNECTIONS}{path}", json=body)
