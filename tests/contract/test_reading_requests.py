"""While somebody writes, whoever only reads is answered; what is the same for all reads nothing."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import event, text
from werkzeug.test import Client, TestResponse

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.identity_world import ID

#: Only a test that fails waits so long.
SECONDS = 20


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """A simulator on a database file, for all: nobody changes anything here."""
    folder = tmp_path_factory.mktemp("sandbox")
    with Simulator(Settings(database=f"sqlite:///{folder}/sandbox.db")) as simulator:
        yield simulator


def fetch(simulator: Simulator, path: str) -> TestResponse:
    """Workato Identity's answer to somebody who has its cookie."""
    client = Client(simulator)
    client.get("/login", base_url=ID)
    return client.get(path, base_url=ID)


@pytest.mark.requirement("SPEED-21")
@pytest.mark.parametrize(
    "path",
    ["/oauth/jwks", "/.well-known/openid-configuration", "/login", "/healthz", "/oauth/userinfo"],
)
def test_who_reads_does_not_wait_for_who_writes(simulator: Simulator, path: str) -> None:
    expected = fetch(simulator, path).status_code
    answers: list[int] = []
    reader = threading.Thread(
        target=lambda: answers.append(fetch(simulator, path).status_code), daemon=True
    )

    with simulator.world.db.unit() as session:
        session.execute(text("UPDATE sandbox_facts SET updated_at = updated_at"))
        reader.start()
        reader.join(SECONDS)
        in_time = list(answers)

    assert in_time == [expected]


@pytest.mark.requirement("SPEED-22")
@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/oauth-authorization-server",
        "/.well-known/openid-configuration",
        "/oauth/jwks",
        "/static/shared/look.css",
        "/bootstrap/static/css/bootstrap.min.css",
    ],
)
def test_what_is_the_same_for_all_asks_the_database_nothing(
    simulator: Simulator, path: str
) -> None:
    client = Client(simulator)
    if "static" in path:  # programs have no cookie
        client.get("/login", base_url=ID)
    client.get(path, base_url=ID).close()  # keys are read once
    begun: list[Any] = []
    note = begun.append
    event.listen(simulator.world.db.engine, "begin", note)

    with client.get(path, base_url=ID) as answer:
        assert answer.status_code == 200, path
    event.remove(simulator.world.db.engine, "begin", note)
    assert begun == []
