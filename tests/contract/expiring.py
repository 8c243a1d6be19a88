"""Everything that expires, each with how long it lives and how to see whether it is good."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from simulator.crypto import Purpose
from simulator.db.tables import ApiClient, AppUser, ClientDocument, Connection, EndUser, McpServer
from simulator.db.tables.limits import RATE_LIMIT
from simulator.domain import (
    api_clients,
    authorizations,
    connection_attempts,
    limits,
    lockout,
    tokens,
)
from simulator.domain.catalogue import PublishedTool
from simulator.errors import SimulatorError
from simulator.net.addresses import IDENTITY, app_system
from simulator.sandbox.simulator import Simulator
from simulator.systems.apps._kit.provider import token_store
from simulator.systems.apps.coupa.dialect import DIALECT
from simulator.systems.identity import client_documents
from simulator.systems.mcp import prompt
from simulator.systems.mcp.errors import ToolFailed
from tests.contract.browser import Browser
from tests.contract.identity_visitor import ID, Visitor

COUPA = "acme.coupacloud.com"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

#: Says whether it is still good.
Good = Callable[[], bool]
#: Makes something that expires; returns how long it lives, and whether it is good.
Kind = Callable[[Simulator], tuple[timedelta, Good]]


def signed_in(simulator: Simulator) -> Visitor:
    """Ada, signed in, with a public client."""
    visitor = Visitor(simulator)
    visitor.sign_in()
    return visitor


def tokens_of(visitor: Visitor) -> dict[str, Any]:
    """A fresh token response."""
    answer: dict[str, Any] = visitor.redeem(visitor.authorize()["code"]).json or {}
    return answer


def access_token_at_mcp(simulator: Simulator) -> tuple[timedelta, Good]:
    """Shown to an MCP server."""
    visitor = signed_in(simulator)
    token = tokens_of(visitor)["access_token"]
    return HOUR, lambda: visitor.ping(token) == 200


def access_token_at_userinfo(simulator: Simulator) -> tuple[timedelta, Good]:
    """Shown to Workato Identity itself."""
    visitor = signed_in(simulator)
    headers = {"Authorization": f"Bearer {tokens_of(visitor)['access_token']}"}
    get = visitor.browser.get
    return HOUR, lambda: get("/oauth/userinfo", base_url=ID, headers=headers).status_code == 200


def access_token_introspected(simulator: Simulator) -> tuple[timedelta, Good]:
    """Asked about (RFC 7662)."""
    visitor = signed_in(simulator)
    form = {
        "token": tokens_of(visitor)["access_token"],
        "client_id": visitor.registered["client_id"],
    }

    def good() -> bool:
        answer: Any = visitor.browser.post("/oauth/introspect", base_url=ID, data=form).json
        return bool(answer["active"])

    return HOUR, good


def code_at_identity(simulator: Simulator) -> tuple[timedelta, Good]:
    """Redeemed by its client."""
    visitor = signed_in(simulator)
    code = visitor.authorize()["code"]
    return MINUTE, lambda: visitor.redeem(code).status_code == 200


def sign_in_at_identity(simulator: Simulator) -> tuple[timedelta, Good]:
    """Its beginning is kept in whole seconds."""
    visitor = signed_in(simulator)
    return 8 * HOUR, lambda: visitor.browser.get("/", base_url=ID).status_code == 200


def sign_in_at_ai_hub(simulator: Simulator) -> tuple[timedelta, Good]:
    """A page of the web app is shown."""
    browser = Browser(simulator).get("https://app.workato.com/users/sign_in")
    browser.press("Sign in", email="marc@acme.example", password="demo-Pass-1")
    url = "https://app.workato.com/workspace_admin"
    return 8 * HOUR, lambda: browser.request("GET", url).status_code == 200


def sign_in_at_an_app(simulator: Simulator) -> tuple[timedelta, Good]:
    """A page of Coupa is shown."""
    url = f"https://{COUPA}/requisitions"
    browser = Browser(simulator).get(f"https://{COUPA}/sessions/new")
    browser.press("Sign in", login="ada", password="coupa-Pass-1")
    return 8 * HOUR, lambda: browser.request("GET", url).status_code == 200


def lock_after_wrong_passwords(simulator: Simulator) -> tuple[timedelta, Good]:
    """It holds as long as it is good."""
    with simulator.world.db.unit():
        for _ in range(lockout.MOST_FAILURES):
            lockout.count_failure(simulator.world, IDENTITY, "ada@acme.example")

    def good() -> bool:
        with simulator.world.db.unit():
            return bool(
                lockout.explain_lock(
                    simulator.world, IDENTITY, "ADA@acme.example", "e-mail address"
                )
            )

    return lockout.LOCK, good


def memory_of_wrong_passwords(simulator: Simulator) -> tuple[timedelta, Good]:
    """The fifth locks if the four before are remembered."""
    with simulator.world.db.unit():
        for _ in range(lockout.MOST_FAILURES - 1):
            lockout.count_failure(simulator.world, IDENTITY, "ada@acme.example")

    def good() -> bool:
        with simulator.world.db.unit():
            lockout.count_failure(simulator.world, IDENTITY, "ada@acme.example")
            return bool(
                lockout.explain_lock(
                    simulator.world, IDENTITY, "ada@acme.example", "e-mail address"
                )
            )

    return timedelta(days=1), good


def setup_link(simulator: Simulator) -> tuple[timedelta, Good]:
    """Opened by the person it was made for."""
    with simulator.world.db.unit():
        _, link = _attempt(simulator)
    secret = link.rsplit("/", 1)[1]

    def use() -> None:
        ada = simulator.world.db.session.scalars(_ada()).one()
        connection_attempts.get_attempt_by_link(simulator.world, secret, ada)

    return connection_attempts.LINK_LIFETIME, _passes(
        simulator, use, connection_attempts.LinkNotUsable
    )


def prompt_to_be_followed(simulator: Simulator) -> tuple[timedelta, Good]:
    """What a modern client brings back with its retry."""
    world = simulator.world
    with world.db.unit():
        attempt, _ = _attempt(simulator)
        seal = world.keys.seal
        tool = PublishedTool.read(_server(simulator).tools[0])
        about = f'"person": "{attempt.end_user_id}", "tool": {tool.id}'
        content = f'{{{about}, "attempts": ["{attempt.id}"]}}'
        state = seal(Purpose.MCP_REQUEST_STATE, content)

    def use() -> None:
        ada = world.db.session.scalars(_ada()).one()
        prompt.check_answers(world, ada, tool, state, None)

    return connection_attempts.LINK_LIFETIME, _passes(simulator, use, ToolFailed)


def state_at_an_app(simulator: Simulator) -> tuple[timedelta, Good]:
    """Brought back by a browser."""
    state = app_state(simulator)

    def use() -> None:
        authorizations.handle_callback(simulator.world, {"state": state, "code": "c0de"})

    return authorizations.LIFETIME, _passes(simulator, use, authorizations.NotStartedHere)


def completion_token_of_who_came_back(simulator: Simulator) -> tuple[timedelta, Good]:
    """Counted from the return, which came at the last moment."""
    state = app_state(simulator)
    simulator.world.clock.travel(authorizations.LIFETIME - SECOND)
    with simulator.world.db.unit():
        _, completion_token = authorizations.handle_callback(
            simulator.world, {"state": state, "code": "c0de"}
        )

    def use() -> None:
        authorizations.redeem(simulator.world, completion_token)

    return authorizations.LIFETIME, _passes(simulator, use, authorizations.NotStartedHere)


def access_token_at_an_app(simulator: Simulator) -> tuple[timedelta, Good]:
    """Shown to its API."""
    browser = Visitor(simulator).browser
    with simulator.world.db.unit() as session:
        client = session.scalars(select(Connection)).first()
        user = session.scalars(select(AppUser).where(AppUser.host == COUPA)).first()
        assert client is not None
        assert user is not None
        answer = token_store(simulator.world, COUPA, DIALECT).issue(
            client_id=client.input["client_id"],
            subject=str(user.id),
            scope="core.common.read core.requisition.read",
            family="f",
            auth_time=simulator.world.clock.now(),
        )
    headers = {"Authorization": f"Bearer {answer['access_token']}", "Accept": "application/json"}
    url = f"https://{COUPA}"

    def good() -> bool:
        return browser.get("/api/requisitions", base_url=url, headers=headers).status_code == 200

    return timedelta(seconds=answer["expires_in"]), good


def code_at_an_app(simulator: Simulator) -> tuple[timedelta, Good]:
    """Looked up by its own provider."""
    store = token_store(simulator.world, COUPA, DIALECT)
    assert store.provider == app_system(COUPA)
    with simulator.world.db.unit():
        now = simulator.world.clock.now()
        store.store_code("c0de", client_id="c", subject="1", scope="s", auth_time=now)

    def good() -> bool:
        with simulator.world.db.unit():
            return store.find_code("c0de", "c") is not None

    return MINUTE, good


def connection_that_needs_no_refresh(simulator: Simulator) -> tuple[timedelta, Good]:
    """Workato's side of an app's token."""
    with simulator.world.db.unit() as session:
        row = session.scalars(select(Connection).where(Connection.parent_id.is_(None))).first()
        assert row is not None
        number = row.id
        assert row.connected
        # A seeded one counts from the seed.
        before = tokens.get_live_access_token(simulator.world, row, force_refresh=True)

    def good() -> bool:
        with simulator.world.db.unit() as session:
            row = session.get_one(Connection, number)
            return tokens.get_live_access_token(simulator.world, row) == before

    return timedelta(seconds=86_399), good


def document_of_a_client(simulator: Simulator) -> tuple[timedelta, Good]:
    """When it is stale it is fetched again, which nobody answers here."""
    url = "https://client.example/client.json"
    document = {"client_id": url, "client_name": "C", "redirect_uris": ["https://client.example/"]}
    with simulator.world.db.unit() as session:
        fresh_until = simulator.world.clock.now() + MINUTE
        session.add(ClientDocument(url=url, document=document, fresh_until=fresh_until))

    def use() -> None:
        client_documents.client_row(simulator.world, url, ("openid",))

    return MINUTE, _passes(simulator, use, client_documents.BadDocument)


def quota_of_an_api_client(simulator: Simulator) -> tuple[timedelta, Good]:
    """A window that is full refuses as long as it is open."""
    world = simulator.world
    quota = api_clients.Quota(name="anything", requests=1, interval=MINUTE)

    def count() -> None:
        client = world.db.session.scalars(select(ApiClient)).first()
        assert client is not None
        api_clients.count_request(world, client, quota)

    with world.db.unit():
        count()
    passes = _passes(simulator, count, api_clients.TooManyRequests)
    return MINUTE, lambda: not passes()


def limit_of_a_server(simulator: Simulator) -> tuple[timedelta, Good]:
    """As the quota."""
    with simulator.world.db.unit():
        limits.set_limit(simulator.world, _server(simulator), RATE_LIMIT, 1, "minute")
        limits.count_call(simulator.world, _server(simulator))

    def count() -> None:
        limits.count_call(simulator.world, _server(simulator))

    passes = _passes(simulator, count, limits.LimitReached)
    return MINUTE, lambda: not passes()


KINDS: tuple[Kind, ...] = (
    access_token_at_mcp,
    access_token_at_userinfo,
    access_token_introspected,
    code_at_identity,
    sign_in_at_identity,
    sign_in_at_ai_hub,
    sign_in_at_an_app,
    lock_after_wrong_passwords,
    memory_of_wrong_passwords,
    setup_link,
    prompt_to_be_followed,
    state_at_an_app,
    completion_token_of_who_came_back,
    access_token_at_an_app,
    code_at_an_app,
    connection_that_needs_no_refresh,
    document_of_a_client,
    quota_of_an_api_client,
    limit_of_a_server,
)


def _passes(simulator: Simulator, use: Callable[[], None], refusal: type[Exception]) -> Good:
    def good() -> bool:
        try:
            with simulator.world.db.unit():
                use()
        except refusal:
            return False
        return True

    assert issubclass(refusal, (SimulatorError, client_documents.BadDocument))
    return good


def _ada() -> Any:
    return select(EndUser).where(EndUser.email == "ada@acme.example")


def _server(simulator: Simulator) -> McpServer:
    return simulator.world.db.session.get_one(McpServer, 2107)


def _attempt(simulator: Simulator) -> tuple[Any, str]:
    session = simulator.world.db.session
    server = _server(simulator)
    parents = select(Connection).where(Connection.parent_id.is_(None)).order_by(Connection.id)
    parent = session.scalars(parents).first()
    assert parent is not None
    ada = session.scalars(_ada()).one()
    return connection_attempts.open_attempt(simulator.world, server, ada, server.tools[0], [parent])


def app_state(simulator: Simulator) -> str:
    """The `state` of an end user's way to an app."""
    with simulator.world.db.unit() as session:
        attempt, _ = _attempt(simulator)
        parent = session.get_one(Connection, attempt.parent_ids[0])
        return authorizations.start(simulator.world, parent, attempt).rsplit("state=", 1)[1]
