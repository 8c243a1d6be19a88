"""What can be had once is had once, and what is counted is counted, on either database.

Eight do each thing at the same moment, a few times; `make races` has them do it a hundred times.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update

from simulator.db.base import Base
from simulator.db.tables import (
    ApiClient,
    ApiWindow,
    CallLimit,
    ClientDocument,
    Connection,
    ConnectionAttempt,
    EndUser,
    FailedSignIns,
    McpServer,
    OAuthClient,
    OAuthConsent,
    OAuthState,
    OAuthToken,
    Recipe,
    SignIn,
    Tag,
)
from simulator.db.tables.connections import AttemptStatus
from simulator.db.tables.limits import RATE_LIMIT
from simulator.domain import (
    api_clients,
    attempt_outcomes,
    authorizations,
    connection_attempts,
    connections,
    disconnection,
    invitations,
    limits,
    lockout,
    recipes,
    sign_ins,
    tags,
    workspaces,
)
from simulator.errors import FieldError
from simulator.net.addresses import IDENTITY
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps._kit import clients
from simulator.systems.apps.coupa.dialect import DIALECT
from simulator.systems.identity import client_documents
from tests.contract.expiring import COUPA, app_state, signed_in, tokens_of
from tests.contract.racing import RIVALS, once, race, same_client
from tests.postgres.plugin import SECRET_KEY

pytestmark = pytest.mark.requirement("CORE-18", "PROC-6")

ADA = "ada@acme.example"
URL = "https://client.example/client.json"
#: Prepares one round; returns what is to be done at once, and what must be true afterwards.
Race = Callable[[Simulator], tuple[Callable[[int], Any], Callable[[list[Any]], None]]]


@pytest.fixture
def simulator(database_url: str) -> Iterator[Simulator]:
    """The demo world."""
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        yield simulator


def _codes(simulator: Simulator) -> Any:
    """RFC 6749 §4.1.2: a second redemption revokes what the first one gave."""
    visitor = signed_in(simulator)
    code = visitor.authorize()["code"]
    browsers = [same_client(visitor.browser) for _ in range(RIVALS)]

    def redeem(number: int) -> str:
        rival = _with_browser(visitor, browsers[number])
        return str((rival.redeem(code).json or {}).get("error", "tokens"))

    return redeem, lambda outcomes: _one_family(simulator, outcomes)


def _refresh_tokens(simulator: Simulator) -> Any:
    """RFC 9700 §4.14.2."""
    visitor = signed_in(simulator)
    token = tokens_of(visitor)["refresh_token"]
    browsers = [same_client(visitor.browser) for _ in range(RIVALS)]

    def refresh(number: int) -> str:
        rival = _with_browser(visitor, browsers[number])
        return str((rival.refresh(token).json or {}).get("error", "tokens"))

    return refresh, lambda outcomes: _one_family(simulator, outcomes)


def _with_browser(visitor: Any, browser: Any) -> Any:
    rival = object.__new__(type(visitor))
    rival.__dict__.update(vars(visitor), browser=browser)
    return rival


def _one_family(simulator: Simulator, outcomes: list[str]) -> None:
    assert sorted(outcomes) == ["invalid_grant"] * (RIVALS - 1) + ["tokens"]
    live = OAuthToken.provider == IDENTITY, OAuthToken.revoked_at.is_(None)
    assert _count(simulator, OAuthToken, *live) == 0, "who came second revoked it"


def _states(simulator: Simulator) -> Any:
    came_back = {"state": app_state(simulator), "code": "c0de"}

    def receive(_: int) -> object:
        return authorizations.handle_callback(simulator.world, came_back)

    return once(simulator, receive, authorizations.NotStartedHere), _succeeded(1)


def _completion_tokens(simulator: Simulator) -> Any:
    came_back = {"state": app_state(simulator), "code": "c0de"}
    with simulator.world.db.unit():
        _, completion_token = authorizations.handle_callback(simulator.world, came_back)

    def redeem(_: int) -> object:
        return authorizations.redeem(simulator.world, completion_token)

    return once(simulator, redeem, authorizations.NotStartedHere), _succeeded(1)


def _setup_links(simulator: Simulator) -> Any:
    """Who cancels at the same moment as somebody else learns that it was over before."""
    _clear_attempts(simulator)
    app_state(simulator)
    with simulator.world.db.unit() as session:
        number = session.scalars(select(ConnectionAttempt.id)).one()

    def cancel(_: int) -> None:
        ada = simulator.world.db.session.scalars(select(EndUser).filter_by(email=ADA)).one()
        connection_attempts.cancel(simulator.world, number, ada)

    return once(simulator, cancel, connection_attempts.LinkNotUsable), _succeeded(1)


def _clear_attempts(simulator: Simulator) -> None:
    with simulator.world.db.unit() as session:
        session.execute(delete(OAuthState))
        session.execute(delete(ConnectionAttempt))


def _invitations(simulator: Simulator) -> Any:
    with simulator.world.db.unit() as session:
        session.execute(update(EndUser).where(EndUser.email == ADA).values(status="invited"))
        ada = session.scalars(select(EndUser).filter_by(email=ADA)).one()
        secret = invitations.create_link(simulator.world, ada).rsplit("/", 1)[1]

    def accept(_: int) -> object:
        return invitations.accept(simulator.world, secret, "a password of Ada's")

    return once(simulator, accept, invitations.InvitationNotUsable), _succeeded(1)


def _secrets_of_sign_ins(simulator: Simulator) -> Any:
    """A new MCP token is shown by one of several pages."""
    with simulator.world.db.unit() as session:
        sign_ins.begin(simulator.world, IDENTITY, "1")
        row = session.scalars(select(SignIn).where(SignIn.person == "1")).all()[-1]
        session.flush()
        sign_ins.store_secret(row, "sealed")
        number = row.id_hash

    def take(_: int) -> bool:
        with simulator.world.db.unit() as session:
            row = session.get_one(SignIn, number)
            return sign_ins.take_secret(simulator.world, row) is not None

    return take, _succeeded(1)


def _documents(simulator: Simulator) -> Any:
    def keep(number: int) -> None:
        with simulator.world.db.unit():
            document = {"client_id": URL, "client_name": str(number)}
            client_documents._keep(simulator.world, URL, document, timedelta(minutes=5))

    return keep, lambda _: _count_is(simulator, 1, ClientDocument)


def _consents(simulator: Simulator) -> Any:
    """A double click on Allow, in eight windows: each has its code, one consent is remembered."""
    visitor = signed_in(simulator)
    rivals = [_with_browser(visitor, same_client(visitor.browser)) for _ in range(RIVALS)]

    def check(codes: list[str]) -> None:
        assert len(set(codes)) == RIVALS
        client = visitor.registered["client_id"]
        _count_is(simulator, 1, OAuthConsent, OAuthConsent.client_id == client)

    return lambda number: rivals[number].authorize()["code"], check


def _children(simulator: Simulator) -> Any:
    world = simulator.world
    with world.db.unit() as session:
        parents = select(Connection).where(Connection.parent_id.is_(None))
        parent_id = session.scalars(parents.order_by(Connection.id)).all()[0].id
        session.execute(delete(Connection).where(Connection.parent_id == parent_id))
        ada = session.scalars(select(EndUser.id).filter_by(email=ADA)).one()

    def authorize(number: int) -> None:
        with world.db.unit() as session:
            parent = session.get_one(Connection, parent_id)
            answer = {"access_token": f"at-{number}", "refresh_token": f"rt-{number}"}
            person = session.get_one(EndUser, ada)
            connections.authorize_child(world, parent, parent.environment_id, person, answer)

    return authorize, lambda _: _count_is(simulator, 1, Connection, Connection.end_user_id == ada)


def _wrong_passwords(simulator: Simulator) -> Any:
    """Each is counted; so many as lock the name, and one less."""
    world = simulator.world
    with world.db.unit() as session:
        session.execute(delete(FailedSignIns))

    def fail(number: int) -> None:
        with world.db.unit():
            lockout.count_failure(world, IDENTITY, f"{number % 2}@acme.example")

    def check(_: object) -> None:
        with world.db.unit() as session:
            assert session.scalars(select(FailedSignIns.count)).all() == [RIVALS // 2] * 2

    return fail, check


def _right_passwords(simulator: Simulator) -> Any:
    """All of them forget what was counted before."""
    world = simulator.world
    with world.db.unit():
        lockout.count_failure(world, IDENTITY, ADA)

    def forget(_: int) -> None:
        with world.db.unit():
            lockout.forget_failures(world, IDENTITY, ADA)

    return forget, lambda _: _count_is(simulator, 0, FailedSignIns)


def _limits(simulator: Simulator) -> Any:
    world = simulator.world
    with world.db.unit() as session:
        session.execute(delete(CallLimit))
        limits.set_limit(world, session.get_one(McpServer, 2107), RATE_LIMIT, 5, "minute")

    def count(_: int) -> None:
        limits.count_call(world, world.db.session.get_one(McpServer, 2107))

    return once(simulator, count, limits.LimitReached), _succeeded(5)


def _quotas(simulator: Simulator) -> Any:
    world = simulator.world
    quota = api_clients.Quota(name="anything", requests=5, interval=timedelta(minutes=1))
    with world.db.unit() as session:
        session.execute(delete(ApiWindow))

    def count(_: int) -> None:
        client = world.db.session.scalars(select(ApiClient).order_by(ApiClient.id)).first()
        assert client is not None
        api_clients.count_request(world, client, quota)

    return once(simulator, count, api_clients.TooManyRequests), _succeeded(5)


def _outcomes_of_attempts(simulator: Simulator) -> Any:
    """Some finish what others delete the connection of: it was one or the other."""
    _clear_attempts(simulator)
    app_state(simulator)
    world = simulator.world

    def end(number: int) -> bool:
        with world.db.unit() as session:
            attempt = session.scalars(select(ConnectionAttempt)).one()
            if number % 2:
                return attempt_outcomes.close_attempt(world, attempt, AttemptStatus.DONE)
            parent = session.get_one(Connection, attempt.parent_ids[0])
            disconnection._cancel_attempts(world, parent)
            return False

    def check(finished: list[bool]) -> None:
        with world.db.unit() as session:
            status = session.scalars(select(ConnectionAttempt.status)).one()
        expected = AttemptStatus.DONE if any(finished) else AttemptStatus.CANCELLED
        assert finished.count(True) <= 1
        assert status == expected.value

    return end, check


def _logins_of_clients(simulator: Simulator) -> Any:
    world = simulator.world
    with world.db.unit() as session:
        session.execute(delete(OAuthClient).where(OAuthClient.name == "Robot"))
    form = clients.Form(name="Robot", scopes=("email",), login="robot", redirect_uris=URL)

    def create(_: int) -> bool:
        with world.db.unit():
            checked = clients.checked(world, COUPA, DIALECT, form)
            if not checked.errors:
                clients.create(world, COUPA, checked)
            return not checked.errors

    return create, _succeeded(1)


def _choices_of_builders(simulator: Simulator) -> Any:
    """Connections of two apps, for one recipe: none undoes the other's choice."""
    world = simulator.world
    with world.db.unit() as session:
        parents = select(Connection).where(Connection.parent_id.is_(None)).order_by(Connection.id)
        found = {each.provider: each.id for each in session.scalars(parents)}
        chosen = [*found.values()]
        before = session.scalars(select(Recipe).order_by(Recipe.id)).first()
        assert before is not None
        assert len(chosen) > 1
        recipe_id, version = before.id, before.version_no
        before.config = [{"provider": name, "account_id": None} for name in found]

    def use(number: int) -> None:
        with world.db.unit() as session:
            recipe = session.get_one(Recipe, recipe_id)
            connection = session.get_one(Connection, chosen[number % len(chosen)])
            recipes.use_connection(world, recipe, connection, end_users=True)

    def check(_: object) -> None:
        with world.db.unit() as session:
            recipe = session.get_one(Recipe, recipe_id)
            assert sorted(each["account_id"] for each in recipe.config) == sorted(chosen)
            assert recipe.version_no == version + RIVALS

    return use, check


def _titles_of_tags(simulator: Simulator) -> Any:
    world, title = simulator.world, f"Urgent {_count(simulator, Tag)}"

    def create(number: int) -> object:
        spelt = (title, title.upper())[number % 2]
        return tags.create(world, workspaces.get_owner(world, 1), spelt, "", None)

    return once(simulator, create, FieldError), _succeeded(1)


def _succeeded(times: int) -> Callable[[list[bool]], None]:
    def check(outcomes: list[bool]) -> None:
        assert outcomes.count(True) == times

    return check


def _count(simulator: Simulator, entity: type[Base], *conditions: Any) -> int:
    with simulator.world.db.unit() as session:
        return session.scalars(select(func.count()).select_from(entity).where(*conditions)).one()


def _count_is(simulator: Simulator, expected: int, entity: type[Base], *conditions: Any) -> None:
    assert _count(simulator, entity, *conditions) == expected


RACES: tuple[Race, ...] = (
    _codes,
    _refresh_tokens,
    _states,
    _completion_tokens,
    _setup_links,
    _invitations,
    _secrets_of_sign_ins,
    _documents,
    _consents,
    _children,
    _wrong_passwords,
    _right_passwords,
    _limits,
    _quotas,
    _outcomes_of_attempts,
    _logins_of_clients,
    _choices_of_builders,
    _titles_of_tags,
)


@pytest.mark.parametrize("prepare", RACES, ids=lambda prepare: prepare.__name__.strip("_"))
def test_eight_at_once(simulator: Simulator, prepare: Race, race_rounds: int) -> None:
    for _ in range(race_rounds):
        act, check = prepare(simulator)

        check(race(act))
