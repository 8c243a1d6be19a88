"""The rules of verified user access, without HTTP: who is admitted, what is missing, whose link."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from simulator.connectors import CONNECTORS
from simulator.db.tables import Connection, EndUser, EndUserGroup, Environment, McpServer, Recipe
from simulator.db.tables.connections import AttemptStatus
from simulator.domain import (
    attempt_outcomes,
    authorizations,
    callers,
    catalogue,
    connection_attempts,
    connections,
    recipes,
    verified_access,
)
from simulator.domain.authorizations import Granted, NotGranted, NotStartedHere
from simulator.domain.catalogue import CompiledRecipe, PublishedServer
from simulator.domain.connection_attempts import LinkNotUsable
from simulator.domain.request_context import Person, RequestContext
from simulator.domain.run_connections import RunConnections
from simulator.domain.verified_access import ConnectionRequired, NotInGroup
from simulator.errors import Forbidden
from simulator.net.addresses import IDENTITY
from simulator.oauth import TokenStore
from simulator.systems.apps.coupa.connector import CONNECTOR as COUPA
from simulator.world import World
from tests.unit.scenario_world import seeded_world

GRANT = {"access_token": "at", "refresh_token": "rt", "expires_in": 3600}


@pytest.fixture
def world() -> Iterator[World]:
    """Ida is in the server's group, Otto is not; one tool acts in Coupa. A unit of work is open."""
    world = seeded_world("minimal")
    with world.db.unit():
        yield world
    world.db.close()


def person(world: World, name: str = "ida") -> EndUser:
    """An end user."""
    mail = f"{name}@small.example"
    return world.db.session.scalars(select(EndUser).where(EndUser.email == mail)).one()


def server(world: World) -> McpServer:
    """The one server."""
    return world.db.session.get_one(McpServer, 1001)


def parent(world: World) -> Connection:
    """The builder's connection."""
    return world.db.session.get_one(Connection, 1)


def admit(world: World, end_user_id: str) -> Person:
    """Let whoever has a token of this person in; the token is made here."""
    store = TokenStore(world=world, provider=IDENTITY)
    granted = store.issue(
        client_id="somebody",
        subject=end_user_id,
        scope="openid",
        family="f",
        auth_time=world.clock.now(),
    )
    world.db.session.flush()
    caller = callers.look_up(world, 1001, str(granted["access_token"]), "")
    assert caller.grant is not None
    published = catalogue.find_server(world, caller, 1001)
    assert published is not None
    return verified_access.admit(world, caller, published)


def missing(world: World, recipe: Recipe, who: EndUser) -> list[int]:
    """The ids of the connections that somebody has to authorize before a recipe runs."""
    published = PublishedServer.read(server(world))
    context = RequestContext(
        server=published,
        person=Person(id=who.id, email=who.email, name=who.name, is_active=True),
        ip_address=None,
    )
    world.db.session.flush()
    compiled = CompiledRecipe.compile(recipe)
    try:
        RunConnections(world, context, compiled).require()
    except ConnectionRequired as required:
        return [parent.id for parent in required.parents]
    return []


@pytest.mark.requirement("CORE-9")
def test_a_member_of_an_assigned_group_is_admitted(world: World) -> None:
    ida = person(world)

    assert admit(world, ida.id) == Person(id=ida.id, email=ida.email, name=ida.name, is_active=True)


@pytest.mark.requirement("CORE-9")
@pytest.mark.parametrize("status", ["invited", "disabled"])
def test_an_account_that_is_not_active_is_not_admitted(world: World, status: str) -> None:
    ida = person(world)
    ida.status = status

    with pytest.raises(NotInGroup, match="may not sign in"):
        admit(world, ida.id)


@pytest.mark.requirement("CORE-9")
def test_nobody_else_is_admitted(world: World) -> None:
    """Not the outsider, no unknown id, and no member of a group that is assigned elsewhere."""
    session, now = world.db.session, world.clock.now()
    elsewhere = Environment(id=2, workspace_id=1, name="Test")
    group = EndUserGroup(
        id="eug-2", environment_id=2, name="Elsewhere", created_at=now, updated_at=now
    )
    session.add(elsewhere)
    session.flush()
    group.members = [person(world, "otto")]
    session.add(group)
    session.flush()

    for end_user_id in (person(world, "otto").id, "eu-nobody", ""):
        with pytest.raises(NotInGroup):
            admit(world, end_user_id)


@pytest.mark.requirement("CORE-9")
def test_a_child_connection_is_one_persons_in_one_environment(world: World) -> None:
    """Key: parent, environment, end user (Workato docs, verified user access)."""
    ida, otto, one = person(world), person(world, "otto"), server(world)
    assert verified_access.list_missing(world, one, ida, [parent(world)]) == [parent(world)]

    child = connections.authorize_child(world, parent(world), one.environment_id, ida, GRANT)
    again = connections.authorize_child(world, parent(world), one.environment_id, ida, GRANT)

    assert child is again
    assert verified_access.list_missing(world, one, ida, [parent(world)]) == []
    assert verified_access.list_missing(world, one, otto, [parent(world)]) == [parent(world)]
    connections.mark_lost(world, child, "gone")
    assert verified_access.list_missing(world, one, ida, [parent(world)]) == [parent(world)]


@pytest.mark.requirement("CORE-9")
def test_only_the_steps_of_end_users_need_a_connection_of_their_own(world: World) -> None:
    recipe = world.db.session.get_one(Recipe, 1)
    assert missing(world, recipe, person(world)) == [parent(world).id]

    recipes.use_connection(world, recipe, parent(world), end_users=False)

    assert missing(world, recipe, person(world)) == []
    assert recipe.version_no == 2


@pytest.mark.requirement("CORE-9")
def test_each_parent_is_asked_for_once_in_the_recipes_order(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CONNECTORS, "second", replace(COUPA, provider="second"))
    columns = {c.key: getattr(parent(world), c.key) for c in Connection.__table__.columns}
    world.db.session.add(Connection(**(columns | {"id": 9, "provider": "second"})))
    recipe = world.db.session.get_one(Recipe, 1)
    search, returns = recipe.code["block"]
    second = search | {"provider": "second"}
    recipe.code = recipe.code | {"block": [second, search, second, returns]}
    recipe.config = [*recipe.config, recipe.config[0] | {"provider": "second", "account_id": 9}]

    assert missing(world, recipe, person(world)) == [9, 1]


@pytest.mark.requirement("CORE-9")
def test_a_recipe_whose_builder_has_not_connected_cannot_prompt(world: World) -> None:
    parent(world).authorization_status = None
    recipe = world.db.session.get_one(Recipe, 1)

    with pytest.raises(Forbidden, match="Step 2 of the recipe 'List my requisitions' has no est"):
        missing(world, recipe, person(world))


@pytest.mark.requirement("CORE-10")
def test_a_link_is_usable_by_its_person_until_it_is_done(world: World) -> None:
    ida, one = person(world), server(world)
    attempt, link = connection_attempts.open_attempt(world, one, ida, one.tools[0], [parent(world)])
    secret = link.rsplit("/", 1)[1]

    assert connection_attempts.get_attempt_by_link(world, secret, ida) is attempt
    assert secret not in (attempt.id, attempt.link_hash)
    with pytest.raises(LinkNotUsable, match="made for somebody else"):
        connection_attempts.get_attempt_by_link(world, secret, person(world, "otto"))
    with pytest.raises(LinkNotUsable, match="does not exist"):
        connection_attempts.get_attempt_by_link(world, attempt.link_hash, ida)
    attempt_outcomes.close_attempt(world, attempt, AttemptStatus.DONE)
    with pytest.raises(LinkNotUsable, match="used before"):
        connection_attempts.get_attempt_by_link(world, secret, ida)


@pytest.mark.requirement("CORE-10")
@pytest.mark.parametrize("seconds, usable", [(599, True), (600, False)])
def test_a_link_lives_for_ten_minutes(world: World, seconds: int, usable: bool) -> None:
    ida, one = person(world), server(world)
    attempt, _ = connection_attempts.open_attempt(world, one, ida, one.tools[0], [parent(world)])
    world.clock.travel(timedelta(seconds=seconds))

    if usable:
        assert connection_attempts.get_attempt(world, attempt.id, ida).opened_at is not None
    else:
        with pytest.raises(LinkNotUsable, match="expired"):
            connection_attempts.get_attempt(world, attempt.id, ida)


@pytest.mark.requirement("CORE-10")
def test_a_trip_to_the_app_is_taken_once_each_way(world: World) -> None:
    """`state` once, the completion token once; neither can be guessed from the other."""
    ida, one = person(world), server(world)
    attempt, _ = connection_attempts.open_attempt(world, one, ida, one.tools[0], [parent(world)])
    url = authorizations.start(world, parent(world), attempt)
    state = url.rsplit("state=", 1)[1]

    flow, completion_token = authorizations.handle_callback(world, {"state": state, "code": "c0de"})
    with pytest.raises(NotStartedHere):
        authorizations.handle_callback(world, {"state": state, "code": "another"})
    for guess in (state, flow.state_hash, ""):
        with pytest.raises(NotStartedHere):
            authorizations.redeem(world, guess)
    assert "c0de" not in (flow.code_sealed or "")
    found, granted = authorizations.redeem(world, completion_token)
    assert isinstance(granted, Granted)
    assert (found, granted.code) == (flow, "c0de")
    with pytest.raises(NotStartedHere):
        authorizations.redeem(world, completion_token)


@pytest.mark.requirement("CORE-10")
@pytest.mark.parametrize(
    "query, reason, is_denied",
    [
        ({"error": "access_denied"}, "access_denied", True),
        ({"error": "access_denied", "error_description": "No"}, "No", True),
        ({"error": "server_error", "error_description": "access_denied"}, "access_denied", False),
        ({}, "The app sent no code.", False),
    ],
)
def test_what_the_app_sends_instead_of_a_code_is_kept(
    world: World, query: dict[str, str], reason: str, is_denied: bool
) -> None:
    ida, one = person(world), server(world)
    attempt, _ = connection_attempts.open_attempt(world, one, ida, one.tools[0], [parent(world)])
    state = authorizations.start(world, parent(world), attempt).rsplit("state=", 1)[1]

    _, completion_token = authorizations.handle_callback(world, {"state": state} | query)
    _, outcome = authorizations.redeem(world, completion_token)

    assert outcome == NotGranted(is_denied=is_denied, reason=reason)


@pytest.mark.requirement("CORE-10")
def test_a_trip_that_took_too_long_is_over(world: World) -> None:
    ida, one = person(world), server(world)
    attempt, _ = connection_attempts.open_attempt(world, one, ida, one.tools[0], [parent(world)])
    state = authorizations.start(world, parent(world), attempt).rsplit("state=", 1)[1]
    world.clock.travel(timedelta(minutes=10))

    with pytest.raises(NotStartedHere, match="took too long"):
        authorizations.handle_callback(world, {"state": state, "code": "c0de"})


@pytest.mark.requirement("MCP-45")
def test_who_authorized_the_parent_may_act_with_it_where_the_server_allows_it(
    world: World,
) -> None:
    """Told by e-mail, in any case of letters; nobody else, and not while it is unknown who did."""
    ida, otto, one, shared = person(world), person(world, "otto"), server(world), parent(world)
    shared.authorized_by = "Ida@small.example"
    assert verified_access.find_acting_connection(world, one, ida, shared) is None

    one.allow_same_user_token_inheritance = True

    assert verified_access.find_acting_connection(world, one, ida, shared) is shared
    assert verified_access.list_missing(world, one, ida, [shared]) == []
    assert verified_access.find_acting_connection(world, one, otto, shared) is None
    shared.authorized_by = None
    assert verified_access.list_missing(world, one, ida, [shared]) == [shared]


@pytest.mark.requirement("MCP-45")
def test_a_connection_of_ones_own_comes_before_an_inherited_one(world: World) -> None:
    """And once it is lost, the parent serves again."""
    ida, one, shared = person(world), server(world), parent(world)
    one.allow_same_user_token_inheritance, shared.authorized_by = True, ida.email
    own = connections.authorize_child(world, shared, one.environment_id, ida, GRANT)

    assert verified_access.find_acting_connection(world, one, ida, shared) is own
    connections.mark_lost(world, own, "gone")
    assert verified_access.find_acting_connection(world, one, ida, shared) is shared
