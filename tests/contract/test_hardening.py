"""Attacks and accidents that were once possible; each is refused."""

import logging
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from simulator.connectors.auth_types import AUTHORIZATION_CODE_GRANT
from simulator.crypto import fingerprint, load_master_key
from simulator.db.tables import Collaborator, Connection, EndUser
from simulator.domain import connection_forms, connections, servers
from simulator.errors import StartupError
from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.actors import Actor, acting

Actors = Callable[[str], Actor]
TOOL = "List_my_requisitions"


@pytest.fixture
def people(simulator: Simulator) -> Iterator[Actors]:
    """Actors of the worker's simulator."""
    with acting(simulator) as actor:
        yield actor


@pytest.mark.requirement("SEC-1")
def test_nobody_can_have_another_person_consent_for_him(
    simulator: Simulator, people: Actors
) -> None:
    """Bob gives Ada the authorization URL of his own flow; her consent is not his.

    1. Bob opens his setup link and keeps the Coupa URL, which holds his `state`.
    2. Ada opens that URL and allows it at Coupa; she comes back without Bob's session.
    3. Bob, who knows `state`, cannot finish; nor can Ada, once she signs in as herself.
    """
    ada, bob = people("Ada"), people("Bob")
    identity = simulator.world.addresses.base_url("identity")
    bob.connect("Procurement assistant")
    link = bob.call(TOOL).structured_content["auth_url"]
    coupa_url = _login_target(bob.forms.get(link).url, simulator)
    state = parse_qs(urlsplit(coupa_url).query)["state"][0]

    ada.forms.get(coupa_url)
    ada.forms.submit("Sign in", **_login(ada))
    ada.forms.submit("Allow")
    for guess in (state, fingerprint(state)):
        assert bob.forms.get(f"{identity}/connections/finish/{guess}").status == 400
    ada.forms.submit("Sign in", email=ada.person["email"], password=ada.person["password"])

    assert "made for somebody else" in ada.forms.text
    with simulator.world.db.unit() as session:
        children = session.scalars(select(Connection).where(Connection.parent_id.is_not(None)))
        assert children.all() == []


BOB = "bob@acme.example"


def _login_target(login_page: str, simulator: Simulator) -> str:
    target = parse_qs(urlsplit(login_page).query)["next"][0]
    return simulator.world.addresses.base_url("app:acme.coupacloud.com") + target


def _login(actor: Actor) -> dict[str, str]:
    return {"login": actor.app_account["login"], "password": actor.app_account["password"]}


@pytest.mark.requirement("SEC-2")
def test_a_consent_for_one_server_is_none_for_another(simulator: Simulator, people: Actors) -> None:
    """The page named one server; the next one is asked for again."""
    with simulator.world.db.unit():
        other = servers.find_server_by_number(simulator.world, 2108)
        assert other is not None
        servers.switch_to_workato_identity(simulator.world, other)
    ada = people("Ada")
    client = ada.connect("Procurement assistant")
    assert client.storage.client is not None
    query = {
        "response_type": "code",
        "client_id": client.storage.client.client_id,
        "redirect_uri": str((client.storage.client.redirect_uris or [])[0]),
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }
    authorize = simulator.world.addresses.base_url("identity") + "/oauth/authorize?"

    def ask(number: int) -> str:
        resource = simulator.world.addresses.mcp_url(number)
        return ada.forms.get(authorize + urlencode(query | {"resource": resource})).left_for

    assert "code=" in ask(2107)
    assert ask(2108) == ""
    assert "Finance assistant" in ada.forms.text


@pytest.mark.requirement("SEC-3")
def test_tokens_are_not_sent_to_a_host_they_were_not_issued_by(
    simulator: Simulator, people: Actors
) -> None:
    """A builder who changes the settings loses the children: their owners are asked anew."""
    ada = people("Ada")
    ada.connect("Procurement assistant")
    ada.connect_account(ada.call(TOOL))
    world = simulator.world
    with world.db.unit() as session:
        parent = session.scalars(
            select(Connection).where(
                Connection.name == "Coupa (end users)", Connection.parent_id.is_(None)
            )
        ).one()
        form = connection_forms.ConnectionForm(
            name=parent.name,
            project_id=str(parent.project_id),
            auth_type=AUTHORIZATION_CODE_GRANT,
            client_id="another",
            client_secret="",
            host=parent.input["host"],
            scopes=tuple(parent.input["scopes"]),
        )
        builder = session.scalars(select(Collaborator)).first()
        assert builder is not None
        connector = connections.get_connector(parent)
        connection_forms.save(world, builder, parent.environment_id, connector, form, parent)
        child = session.scalars(select(Connection).where(Connection.parent_id == parent.id)).one()

    assert (child.connected, child.access_token_sealed, child.refresh_token_sealed) == (
        False,
        None,
        None,
    )


@pytest.mark.requirement("SEC-4")
@pytest.mark.parametrize("contents, mode", [("", 0o600), ("a-key-that-is-long-enough", 0o644)])
def test_a_key_file_that_protects_nothing_is_refused(
    tmp_path: Path, contents: str, mode: int
) -> None:
    """Empty, or open to others."""
    path = tmp_path / "sandbox.db.key"
    path.write_text(contents, encoding="utf-8")
    path.chmod(mode)

    with pytest.raises(StartupError, match="key"):
        load_master_key(path)


@pytest.mark.requirement("SEC-4")
def test_the_key_file_is_made_once_and_for_its_owner(tmp_path: Path) -> None:
    """And found again."""
    path = tmp_path / "new" / "sandbox.db.key"

    first = load_master_key(path)

    assert load_master_key(path) == first
    assert path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.requirement("SEC-4")
def test_a_database_file_is_made_for_its_owner_alone(tmp_path: Path) -> None:
    """With what SQLite keeps beside it; one that is there keeps its mode."""
    url = f"sqlite:///{tmp_path / 'sandbox.db'}"
    with Simulator(Settings(database=url)):
        files = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    (tmp_path / "sandbox.db").chmod(0o640)
    with Simulator(Settings(database=url)):
        pass

    assert {"sandbox.db", "sandbox.db-wal", "sandbox.db.key"} <= files.keys()
    assert set(files.values()) == {0o600}
    assert (tmp_path / "sandbox.db").stat().st_mode & 0o777 == 0o640


@pytest.mark.requirement("SEC-5")
@pytest.mark.parametrize(
    "url",
    [
        "https://app.workato.com/recipes/99999999999999999999",
        "https://app.workato.com/workspace_admin/groups?environment=99999999999999999999",
        "https://app.workato.com/workspace_admin/groups?environment=²",
        "https://id.workato.com/login?next=https://[x",
        "https://id.workato.com/oauth/authorize?resource=https://[bad&client_id=x",
        "https://id.workato.com/connections/finish/nothing",
        "https://2107.apim.mcp.workato.com/.well-known/oauth-protected-resource",
        "https://acme.coupacloud.com/requisitions/99999999999999999999",
    ],
)
def test_odd_numbers_and_addresses_are_no_server_errors(simulator: Simulator, url: str) -> None:
    """A 4xx or a redirect, never a 5xx."""
    parts = urlsplit(url)
    browser = Client(simulator)

    answer = browser.get(f"{parts.path}?{parts.query}", base_url=f"https://{parts.netloc}")

    assert answer.status_code < 500


@pytest.mark.requirement("SEC-5")
@pytest.mark.parametrize(
    "url",
    [
        "https://id.workato.com/login",
        "https://app.workato.com/users/sign_in",
        "https://acme.coupacloud.com/sessions/new",
    ],
)
def test_a_form_without_its_csrf_token_is_refused(simulator: Simulator, url: str) -> None:
    """400, in each system."""
    parts = urlsplit(url)

    answer = Client(simulator).post(parts.path, base_url=f"https://{parts.netloc}", data={"a": "b"})

    assert answer.status_code == 400


@pytest.mark.requirement("SEC-6")
def test_the_log_holds_no_secret(caplog: pytest.LogCaptureFixture) -> None:
    """The whole story at INFO: no password, token, code, state, link or client secret."""
    caplog.set_level(logging.INFO)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # the client's own log
    with running(Settings(database="memory", port_base=0)) as simulator, acting(simulator) as actor:
        ada = actor("Ada")
        client = ada.connect("Procurement assistant")
        prompt = ada.call(TOOL)
        link = prompt.structured_content["auth_url"]
        ada.connect_account(prompt)
        Client(simulator).post(f"/connections/setup/{'s' * 43}/", base_url="https://id.workato.com")
        app = ada.stage.app
        assert client.storage.tokens is not None
        secrets = [
            ada.person["password"],
            ada.app_account["password"],
            app["client_secret"],
            client.storage.tokens.access_token,
            client.storage.tokens.refresh_token or "",
            link.rsplit("/", 1)[1],
            "s" * 43,
        ]
    lines = [r.getMessage() for r in caplog.records if r.name.startswith("simulator")]

    assert any("POST /2107 200" in line for line in lines)
    assert [line for line in lines if any(secret in line for secret in secrets)] == []
    assert [line for line in lines if re.search(r"(code|state|token)=", line)] == []


@pytest.mark.requirement("SEC-7")
def test_a_reset_signs_everybody_out(simulator: Simulator) -> None:
    """An old session must not open somebody else's account of the new world."""
    browser = Client(simulator)
    base = "https://id.workato.com"
    page = browser.get("/login", base_url=base).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"csrf_token": token[1], "email": BOB, "password": "demo-Pass-1"}
    browser.post("/login", base_url=base, data=form, headers={"Referer": f"{base}/login"})
    assert browser.get("/", base_url=base).status_code == 200

    simulator.reset()

    assert browser.get("/", base_url=base).status_code == 302


@pytest.mark.requirement("SEC-8")
def test_a_removed_member_is_refused_while_his_token_lives(
    simulator: Simulator, people: Actors
) -> None:
    """From the next request on."""
    bob = people("Bob")
    client = bob.connect("Procurement assistant")
    world = simulator.world
    with world.db.unit() as session:
        person = session.scalars(select(EndUser).where(EndUser.email == BOB)).one()
        server = servers.find_server_by_number(world, 2107)
        assert server is not None
        server.groups[0].members.remove(person)

    with pytest.raises(Exception, match=r"403|group"):
        client.list_tools()
    assert client.exchanges[-1][2] == 403
