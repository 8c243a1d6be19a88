"""What expires is good one second before the end and gone at it: everything, by one rule."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from simulator.addresses import IDENTITY, app_system
from simulator.apps.coupa.provider import token_store
from simulator.db.tables import ApiClient, AppUser, ClientDocument, Connection, EndUser, McpServer
from simulator.db.tables.limits import RATE_LIMIT
from simulator.domain import api_clients, authorizations, limits, lockout, tokens, verified_access
from simulator.errors import SimulatorError
from simulator.identity import client_documents
from simulator.keys import Purpose
from simulator.mcp import prompt
from simulator.mcp.prompt import NotConnected
from simulator.oauth import AccessTokens
from simulator.oauth.models import Token
from simulator.settings import Settings
from simulator.simulator import Simulator
from tests.contract.identity_visitor import ID, SERVER, Visitor

pytestmark = pytest.mark.requirement("CORE-12")
COUPA = "acme.coupacloud.com"
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)

#: Says whether it is still good.
Good = Callable[[], bool]
#: Makes something that expires; returns how long it lives, and whether it is good.
Kind = Callable[[Simulator], tuple[timedelta, Good]]


@pytest.fixture(params=[0, 999_999], ids=["whole second", "just before one"])
def simulator(request: pytest.FixtureRequest) -> Iterator[Simulator]:
    """The demo world on a clock that stands still, at a whole second or within one."""
    with Simulator(Settings(database="memory")) as simulator:
        now = simulator.world.clock.now().replace(microsecond=request.param)
        simulator.world.clock.freeze(now)
        yield simulator


def _visitor(simulator: Simulator) -> Visitor:
    visitor = Visitor(simulator)
    visitor.sign_in()
    return visitor


def _tokens(visitor: Visitor) -> dict[str, Any]:
    answer: dict[str, Any] = visitor.redeem(visitor.authorize()["code"]).json or {}
    return answer


def access_token_at_mcp(simulator: Simulator) -> tuple[timedelta, Good]:
    """Shown to an MCP server."""
    visitor = _visitor(simulator)
    token = _tokens(visitor)["access_token"]
    return HOUR, lambda: visitor.ping(token) == 200


def access_token_at_userinfo(simulator: Simulator) -> tuple[timedelta, Good]:
    """Shown to Workato Identity itself."""
    visitor = _visitor(simulator)
    headers = {"Authorization": f"Bearer {_tokens(visitor)['access_token']}"}
    get = visitor.browser.get
    return HOUR, lambda: get("/oauth/userinfo", base_url=ID, headers=headers).status_code == 200


def access_token_introspected(simulator: Simulator) -> tuple[timedelta, Good]:
    """Asked about (RFC 7662)."""
    visitor = _visitor(simulator)
    form = {
        "token": _tokens(visitor)["access_token"],
        "client_id": visitor.registered["client_id"],
    }

    def good() -> bool:
        answer: Any = visitor.browser.post("/oauth/introspect", base_url=ID, data=form).json
        return bool(answer["active"])

    return HOUR, good


def code_at_identity(simulator: Simulator) -> tuple[timedelta, Good]:
    visitor = _visitor(simulator)
    code = visitor.authorize()["code"]
    return MINUTE, lambda: visitor.redeem(code).status_code == 200


def sign_in_at_identity(simulator: Simulator) -> tuple[timedelta, Good]:
    """Its beginning is kept in whole seconds."""
    visitor = _visitor(simulator)
    return 8 * HOUR, lambda: visitor.browser.get("/", base_url=ID).status_code == 200


def lock_after_wrong_passwords(simulator: Simulator) -> tuple[timedelta, Good]:
    """It holds as long as it is good."""
    with simulator.world.db.unit():
        for _ in range(lockout.MOST_FAILURES):
            lockout.count_failure(simulator.world, "ada@acme.example")

    def good() -> bool:
        with simulator.world.db.unit():
            return lockout.is_locked(simulator.world, "ADA@acme.example")

    return lockout.LOCK, good


def memory_of_wrong_passwords(simulator: Simulator) -> tuple[timedelta, Good]:
    """The fifth locks if the four before are remembered."""
    with simulator.world.db.unit():
        for _ in range(lockout.MOST_FAILURES - 1):
            lockout.count_failure(simulator.world, "ada@acme.example")

    def good() -> bool:
        with simulator.world.db.unit():
            lockout.count_failure(simulator.world, "ada@acme.example")
            return lockout.is_locked(simulator.world, "ada@acme.example")

    return timedelta(days=1), good


def setup_link(simulator: Simulator) -> tuple[timedelta, Good]:
    with simulator.world.db.unit():
        _, link = _attempt(simulator)
    secret = link.rsplit("/", 1)[1]

    def use() -> None:
        ada = simulator.world.db.session.scalars(_ada()).one()
        verified_access.attempt_by_link(simulator.world, secret, ada)

    return verified_access.LINK_LIFETIME, _passes(simulator, use, verified_access.LinkNotUsable)


def prompt_to_be_followed(simulator: Simulator) -> tuple[timedelta, Good]:
    """What a modern client brings back with its retry."""
    world = simulator.world
    with world.db.unit():
        attempt, _ = _attempt(simulator)
        seal = world.keys.seal
        tool = _server(simulator).tools[0].id
        number = attempt.id
        content = f'{{"person": "{attempt.end_user_id}", "tool": {tool}, "attempts": ["{number}"]}}'
        state = seal(Purpose.MCP_REQUEST_STATE, content)

    def use() -> None:
        ada = world.db.session.scalars(_ada()).one()
        prompt.check_answers(world, ada, _server(simulator).tools[0], state, None)

    return verified_access.LINK_LIFETIME, _passes(simulator, use, NotConnected)


def state_at_an_app(simulator: Simulator) -> tuple[timedelta, Good]:
    state = _state(simulator)

    def use() -> None:
        authorizations.receive(simulator.world, {"state": state, "code": "c0de"})

    return authorizations.LIFETIME, _passes(simulator, use, authorizations.NotStartedHere)


def ticket_of_who_came_back(simulator: Simulator) -> tuple[timedelta, Good]:
    """Counted from the return, which came at the last moment."""
    state = _state(simulator)
    simulator.world.clock.travel(authorizations.LIFETIME - SECOND)
    with simulator.world.db.unit():
        _, ticket = authorizations.receive(simulator.world, {"state": state, "code": "c0de"})

    def use() -> None:
        authorizations.take(simulator.world, ticket)

    return authorizations.LIFETIME, _passes(simulator, use, authorizations.NotStartedHere)


def access_token_at_an_app(simulator: Simulator) -> tuple[timedelta, Good]:
    browser = Visitor(simulator).browser
    with simulator.world.db.unit() as session:
        client = session.scalars(select(Connection)).first()
        user = session.scalars(select(AppUser).where(AppUser.host == COUPA)).first()
        assert client is not None
        assert user is not None
        answer = token_store(simulator.world, COUPA).issue(
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
    store = token_store(simulator.world, COUPA)
    assert store.provider == app_system(COUPA)
    with simulator.world.db.unit():
        now = simulator.world.clock.now()
        store.keep_code("c0de", client_id="c", subject="1", scope="s", auth_time=now)

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
        tokens._refresh(simulator.world, row)  # a seeded one counts from the seed
        before = tokens.live_access_token(simulator.world, row)

    def good() -> bool:
        with simulator.world.db.unit() as session:
            row = session.get_one(Connection, number)
            return tokens.live_access_token(simulator.world, row) == before

    return timedelta(hours=24), good


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
    lock_after_wrong_passwords,
    memory_of_wrong_passwords,
    setup_link,
    prompt_to_be_followed,
    state_at_an_app,
    ticket_of_who_came_back,
    access_token_at_an_app,
    code_at_an_app,
    connection_that_needs_no_refresh,
    document_of_a_client,
    quota_of_an_api_client,
    limit_of_a_server,
)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_it_is_good_a_second_before_the_end(simulator: Simulator, kind: Kind) -> None:
    lifetime, good = kind(simulator)

    simulator.world.clock.travel(lifetime - SECOND)

    assert good()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_it_is_gone_at_the_end(simulator: Simulator, kind: Kind) -> None:
    lifetime, good = kind(simulator)

    simulator.world.clock.travel(lifetime)

    assert not good()


def test_all_that_tells_of_an_end_tells_of_the_same_second(simulator: Simulator) -> None:
    """`exp` of the token and of its introspection, `expires_in`, and when it ceases to open."""
    visitor = _visitor(simulator)
    answer = _tokens(visitor)
    with simulator.world.db.unit():
        claims = _claims(simulator, answer["access_token"])
    form = {"token": answer["access_token"], "client_id": visitor.registered["client_id"]}
    introspected: Any = visitor.browser.post("/oauth/introspect", base_url=ID, data=form).json
    end = claims["iat"] + answer["expires_in"]
    assert (claims["exp"], introspected["exp"]) == (end, end)
    assert claims["iat"] == answer["created_at"] == introspected["iat"]

    simulator.world.clock.freeze(datetime.fromtimestamp(end, UTC) - timedelta(microseconds=1))
    assert visitor.ping(answer["access_token"]) == 200
    simulator.world.clock.freeze(datetime.fromtimestamp(end, UTC))
    assert visitor.ping(answer["access_token"]) == 401


def test_what_has_no_end_outlives_a_year(simulator: Simulator) -> None:
    """A refresh token, a registration's token, a remembered consent, an id_token as a hint."""
    visitor = _visitor(simulator)
    answer = visitor.redeem(visitor.authorize(scope="openid")["code"]).json or {}
    simulator.world.clock.travel(timedelta(days=400))
    visitor.sign_in()

    assert "code" in visitor.authorize(
        scope="openid", prompt="none", id_token_hint=answer["id_token"]
    )
    assert visitor.refresh(answer["refresh_token"]).status_code == 200
    path = f"/oauth/register/{visitor.registered['client_id']}"
    headers = {"Authorization": f"Bearer {visitor.registered['registration_access_token']}"}
    assert visitor.browser.get(path, base_url=ID, headers=headers).status_code == 200


@pytest.mark.requirement("ID-207")
@pytest.mark.parametrize("max_age, seconds, good", [(60, 60, True), (60, 61, False), (0, 0, False)])
def test_a_sign_in_may_be_as_old_as_the_client_allows(
    max_age: int, seconds: int, good: bool
) -> None:
    """OIDC Core §3.1.2.1: again if *more* time has passed; `max_age=0` is `prompt=login`."""
    with Simulator(Settings(database="memory")) as simulator:
        simulator.world.clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
        visitor = _visitor(simulator)
        visitor.authorize()
        simulator.world.clock.tick(timedelta(seconds=seconds))

        answer = visitor.authorize(prompt="none", max_age=str(max_age))

    assert ("code" in answer) is good
    assert answer.get("error") == (None if good else "login_required")


def test_authlib_is_told_of_the_same_end(simulator: Simulator) -> None:
    """Its own checks ask the row, not the real clock."""
    now = simulator.world.clock.now()
    with simulator.world.db.unit() as session:
        store = token_store(simulator.world, COUPA)
        answer = store.issue(client_id="c", subject="1", scope="s", family="f", auth_time=now)
        session.flush()
        row = store.find(answer["access_token"])
    assert row is not None

    assert not Token(row, row.expires_at - SECOND, is_refresh_token=False).is_expired()
    assert Token(row, row.expires_at, is_refresh_token=False).is_expired()


def _claims(simulator: Simulator, token: str) -> dict[str, Any]:
    claims = AccessTokens(simulator.world, IDENTITY).signer.read(token, AccessTokens.TYPE)
    assert claims is not None
    assert claims["aud"] == SERVER
    return claims


def _passes(simulator: Simulator, use: Callable[[], None], refusal: type[Exception]) -> Good:
    def good() -> bool:
        try:
            with simulator.world.db.unit():
                use()
        except refusal:
            return False
        return True

    assert issubclass(refusal, (SimulatorError, NotConnected, client_documents.BadDocument))
    return good


def _ada() -> Any:
    return select(EndUser).where(EndUser.email == "ada@acme.example")


def _server(simulator: Simulator) -> McpServer:
    return simulator.world.db.session.get_one(McpServer, 2107)


def _attempt(simulator: Simulator) -> tuple[Any, str]:
    session = simulator.world.db.session
    server = _server(simulator)
    parent = session.scalars(select(Connection).where(Connection.parent_id.is_(None))).first()
    assert parent is not None
    ada = session.scalars(_ada()).one()
    return verified_access.open_attempt(simulator.world, server, ada, server.tools[0], [parent])


def _state(simulator: Simulator) -> str:
    with simulator.world.db.unit() as session:
        attempt, _ = _attempt(simulator)
        parent = session.get_one(Connection, attempt.parent_ids[0])
        return authorizations.start(simulator.world, parent, attempt).rsplit("state=", 1)[1]
