"""People act wherever the code under test acts, at each app with their account there."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest
import requests
from sqlalchemy import select

from simulator.connectors import CONNECTORS
from simulator.db.tables import Connection, Recipe
from simulator.sandbox.simulator import Simulator
from simulator.scenarios.files import folder
from simulator.settings import Settings
from simulator.systems.apps.coupa.connector import CONNECTOR as COUPA
from simulator.testing import Actor, Workspace, acting, production_names
from tests.production_client import CALLBACK, IDENTITY, SERVER, call
from tests.production_client import sign_in as production_sign_in

pytestmark = [pytest.mark.wire, pytest.mark.requirement("HARN-31")]
NAME, TOOL = "Procurement assistant", "List_my_requisitions"
CONTRACTS = replace(COUPA, provider="contracts", name="Contracts")


@pytest.fixture(scope="module")
def silent() -> Iterator[Simulator]:
    """A simulator that listens nowhere."""
    with Simulator(Settings(database="memory")) as simulator:
        yield simulator


def gets_own_rows(actor: Actor, first: str = "ada") -> None:
    """After the prompt and the consent at the app."""
    assert "Connected" in actor.connect_account(actor.call(TOOL))
    rows = actor.call(TOOL).structured_content["requisitions"]
    assert {row["requested-by"]["login"] for row in rows} == {first}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_without_ports(silent: Simulator, mode: str) -> None:
    silent.reset("demo")
    with acting(silent) as actor:
        ada = actor("Ada")
        client = ada.connect(NAME, mode=mode)
        gets_own_rows(ada)

    assert client.url == SERVER
    assert {httpx2.URL(url).scheme for _, url, _ in client.exchanges} == {"https"}


@pytest.mark.parametrize("listens", [True, False])
def test_under_interception(workspace: Workspace, silent: Simulator, listens: bool) -> None:
    """A program with `requests` asks at production addresses; its person follows it there."""
    simulator = workspace.simulator if listens else silent
    simulator.reset("demo")
    with acting(simulator) as actor, simulator.intercept():
        ada = actor("Ada")
        about = {"client_name": "Agent", "redirect_uris": [CALLBACK]}
        client = requests.post(f"{IDENTITY}/oauth/register", json=about).json()["client_id"]
        query = {
            "response_type": "code",
            "client_id": client,
            "redirect_uri": CALLBACK,
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            "code_challenge_method": "S256",
        }
        url = requests.Request("GET", f"{IDENTITY}/oauth/authorize", params=query).prepare().url
        assert ada.authorize(str(url)).startswith(f"{CALLBACK}?code=")

        token = production_sign_in(actor("Ada").forms.__class__(ada.stage.network))
        assert "Connected" in ada.open_link(call(token)["auth_url"])
        rows = call(token)["requisitions"]
    assert {row["requested-by"]["login"] for row in rows} == {"ada"}


def test_a_client_connects_under_interception(workspace: Workspace) -> None:
    """The official SDK at the ports, its person's code brought back past the interception."""
    ada = workspace.person("Ada")
    with workspace.intercept():
        ada.connect(NAME)
        gets_own_rows(ada)


def test_with_a_proxy_to_production_names(workspace: Workspace) -> None:
    """As documented, with the plugin: the person goes there as well, though it listens on ports."""
    ada = workspace.person("Ada")
    with production_names(workspace.simulator) as names:
        client = ada.connect(NAME, http_options={"proxy": names.proxy, "verify": names.ssl_context})
        gets_own_rows(ada)

    assert client.url == SERVER
    assert {httpx2.URL(url).host for _, url, _ in client.exchanges} == {
        "2107.apim.mcp.workato.com",
        "id.workato.com",
    }


def test_with_a_transport_and_options_of_ones_own(workspace: Workspace) -> None:
    """Ours and the caller's go together."""
    seen: list[str | None] = []

    async def note(request: httpx2.Request) -> None:
        seen.append(request.headers.get("X-Trace"))

    ada = workspace.person("Ada")
    options = {
        "transport": workspace.simulator.async_transport(httpx2),
        "headers": {"X-Trace": "t-1"},
        "timeout": 20,
        "event_hooks": {"request": [note]},
    }
    client = ada.connect(NAME, http_options=options)
    gets_own_rows(ada)

    assert "t-1" in seen  # requests of the SDK's OAuth provider are its own
    assert len(seen) == len(client.exchanges)


@pytest.fixture
def two_apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, silent: Simulator) -> Simulator:
    """A tool that needs Contracts at one host, then Coupa at another; Ida's accounts differ."""
    text = (folder() / "minimal.yaml").read_text(encoding="utf-8")
    start, end = text.index("  - kind: coupa"), text.index("\nconnections:")
    app = text[start:end]
    other = app.replace("small.coupacloud", "contracts.coupacloud").replace(
        "login: i", "login: c-i"
    )
    other = other.replace("coupa-Pass-1", "contracts-Pass-1")
    file = tmp_path / "two.yaml"
    file.write_text(text[:start] + app + other[: other.index("    data:")] + text[end:])
    monkeypatch.setitem(CONNECTORS, CONTRACTS.provider, CONTRACTS)
    silent.reset(str(file))
    with silent.world.db.unit() as session:
        coupa = session.scalars(select(Connection)).one()
        columns = {c.key: getattr(coupa, c.key) for c in Connection.__table__.columns}
        fields = {**coupa.input, "host": "https://contracts.coupacloud.com"}
        row = {"id": 99, "name": "Contracts", "provider": CONTRACTS.provider, "input": fields}
        session.add(Connection(**(columns | row)))
        recipe = session.scalars(select(Recipe)).one()
        search, returns = recipe.code["block"]
        first = search | {"provider": CONTRACTS.provider}
        blocks = [first, search | {"number": 2}, returns | {"number": 3}]
        recipe.code = recipe.code | {"block": blocks}
        entry = recipe.config[0] | {"provider": CONTRACTS.provider, "account_id": 99}
        recipe.config = [*recipe.config, entry]
    return silent


def test_each_consent_has_the_account_of_its_app(two_apps: Simulator) -> None:
    with acting(two_apps) as actor:
        ida = actor("Ida")
        ida.connect("Buying", mode="legacy")
        prompt = ida.call(TOOL)
        assert [one["app"] for one in prompt.structured_content["connections"]] == [
            "Contracts",
            "Coupa",
        ]
        assert "Connected" in ida.connect_account(prompt)
        assert "requisitions" in ida.call(TOOL).structured_content
        accounts = {
            app["production_host"]: ida.account_at(app["address"])["login"]
            for app in ida.stage.description["apps"]
        }

    signed_in = {
        each.system.removeprefix("app:"): each.fields["login"]
        for each in two_apps.journal.find("POST *sessions*", system="app:*")
    }
    assert signed_in == accounts
    assert set(accounts.values()) == {"ida", "c-ida"}
