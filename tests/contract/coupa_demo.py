"""The demo's Coupa on either database, spoken to by programs."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from simulator.db.tables import AppUser
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps._kit.provider import token_store
from simulator.systems.apps.coupa.dialect import DIALECT
from simulator.systems.apps.coupa.scopes import DESCRIPTIONS
from tests.contract.browser import Browser
from tests.postgres.plugin import SECRET_KEY

HOST = "acme.coupacloud.com"
JSON, XML = "application/json", "application/xml"
EVERY_SCOPE = " ".join(DESCRIPTIONS)
LINE = {"description": "Desk lamp", "quantity": 2, "unit-price": "12.75"}


@dataclass
class Demo:
    """An instance, the demo's if nothing else is said, and who calls its API.

    Attributes:
        simulator: that has it.
        host: of the instance.
        client: an OAuth client of it.
    """

    simulator: Simulator
    host: str = HOST
    client: str = "5f2c8e0b7d914a36"
    _tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def token(self, who: str, scope: str = EVERY_SCOPE) -> str:
        """An access token of somebody, issued without a browser."""
        if (who, scope) not in self._tokens:
            world = self.simulator.world
            with world.db.unit() as session:
                own = AppUser.host == self.host, AppUser.login == who
                user = session.scalars(select(AppUser).where(*own)).one()
                issued = token_store(world, self.host, DIALECT).issue(
                    client_id=self.client,
                    subject=str(user.id),
                    scope=scope,
                    family=f"{who} {scope}",
                    auth_time=world.clock.now(),
                )
            self._tokens[who, scope] = issued["access_token"]
        return self._tokens[who, scope]

    def call(
        self,
        method: str,
        path: str,
        who: str = "marc",
        *,
        scope: str = EVERY_SCOPE,
        accept: str | None = JSON,
        **options: Any,
    ) -> TestResponse:
        """One request; `accept` None sends no such header."""
        headers = {"Authorization": f"Bearer {self.token(who, scope)}"}
        if accept:
            headers["Accept"] = accept
        headers |= options.pop("headers", {})
        browser = Browser(self.simulator)
        return browser.request(method, f"https://{self.host}/api{path}", headers=headers, **options)

    def get(self, path: str, who: str = "marc") -> Any:
        """The JSON of what must be there."""
        answer = self.call("GET", path, who)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def send(self, method: str, path: str, who: str = "marc", body: Any = None) -> Any:
        """The JSON of a change that must succeed."""
        answer = self.call(method, path, who, **({} if body is None else {"json": body}))
        assert answer.status_code in (200, 201), answer.text
        return answer.get_json()

    def refused(self, method: str, path: str, who: str = "marc", body: Any = None) -> Any:
        """Status and errors of what must be refused."""
        answer = self.call(method, path, who, **({} if body is None else {"json": body}))
        assert set(answer.get_json()) == {"errors"}, answer.text
        return answer.status_code, answer.get_json()["errors"]

    def requisition(self, who: str = "ada", **members: Any) -> dict[str, Any]:
        """A new requisition."""
        body = {"justification": "Light", "requisition-lines": [LINE], **members}
        return dict(self.send("POST", "/requisitions", who, body))


@pytest.fixture(scope="module")
def started() -> Iterator[Simulator]:
    """One simulator for the tests of a module."""
    with Simulator(Settings(database="memory")) as simulator:
        yield simulator


@pytest.fixture
def demo(started: Simulator) -> Demo:
    """Nothing left of the test before."""
    started.reset("demo")
    return Demo(started)


@pytest.fixture
def on_database(database_url: str) -> Iterator[Demo]:
    """The same on SQLite and on PostgreSQL."""
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        yield Demo(simulator)
