"""Who signs in is found by an index, whatever the case of what was typed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, select

from simulator.db.tables import AppUser, Collaborator, EndUser
from simulator.domain import end_user_accounts, people
from simulator.domain.people import SignInRefused
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps._kit import people as coupa_people
from simulator.world import World

pytestmark = pytest.mark.requirement("CORE-13")
COUPA = "acme.coupacloud.com"
TABLES = ("collaborators", "end_users", "app_users")
PASSWORD, COUPA_PASSWORD = "demo-Pass-1", "coupa-Pass-1"


@pytest.fixture
def world() -> Iterator[World]:
    """The demo world, in a unit of work."""
    with Simulator(Settings(database="memory")) as simulator, simulator.world.db.unit():
        yield simulator.world


@contextmanager
def statements(world: World) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database in this block."""
    seen: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        seen.append((statement, parameters))

    event.listen(world.db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(world.db.engine, "before_cursor_execute", note)


LOOKUPS: dict[str, Callable[[World, str], object]] = {
    "collaborator": lambda world, name: people.sign_in_collaborator(world, name, PASSWORD),
    "end user": lambda world, name: people.sign_in_end_user(world, name, PASSWORD),
    "end user by header": people.find_active_end_user_by_email,
    "app user": lambda world, name: coupa_people.sign_in(world, COUPA, name, COUPA_PASSWORD),
    "app user by header": lambda world, name: coupa_people.by_email(world, COUPA, name),
}


@pytest.mark.parametrize("kind", LOOKUPS)
@pytest.mark.parametrize("name", ["ada@acme.example", "Nobody@acme.example"])
def test_nobody_is_looked_for_among_all_people(world: World, kind: str, name: str) -> None:
    """EXPLAIN QUERY PLAN names an index for every statement of a sign-in, and no scan.

    A wrong password, too: it is counted, and what was counted long ago is forgotten.
    """
    with statements(world) as seen:
        try:
            LOOKUPS[kind](world, name)
        except SignInRefused:
            assert name.startswith("Nobody") or kind == "collaborator"
        world.db.session.flush()
    assert any(f"FROM {table}" in each[0] for table in TABLES for each in seen)

    connection = world.db.session.connection()
    for statement, parameters in seen:
        if not statement.startswith(("SELECT", "UPDATE", "DELETE")):
            continue
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
        details = [row.detail for row in plan]
        assert not [text for text in details if text.startswith("SCAN")], details
        assert any("INDEX" in text or "PRIMARY KEY" in text for text in details), details


@pytest.mark.parametrize("typed", ["ÄNNE@acme.example", " änne@ACME.example ", "Änne@acme.example"])
def test_case_does_not_matter_beyond_ascii_either(world: World, typed: str) -> None:
    """SQLite's own `lower()` knows ASCII alone."""
    session = world.db.session
    hashed = world.keys.hash_password(PASSWORD)
    session.scalars(select(EndUser)).all()[0].email = "ÄNNE@Acme.example"
    session.scalars(select(Collaborator)).all()[0].email = "ÄNNE@Acme.example"
    account = session.scalars(select(AppUser).where(AppUser.host == COUPA)).all()[0]
    account.login, account.password_hash = "ÄNNE@Acme.example", hashed
    session.scalars(select(Collaborator)).all()[0].password_hash = hashed
    session.scalars(select(EndUser)).all()[0].password_hash = hashed
    session.flush()

    assert people.sign_in_end_user(world, typed, PASSWORD)[0].email == "ÄNNE@Acme.example"
    assert people.sign_in_collaborator(world, typed, PASSWORD)[0].email == "ÄNNE@Acme.example"
    assert coupa_people.sign_in(world, COUPA, typed, PASSWORD) is account


def test_of_two_spellings_the_one_that_was_typed_signs_in(world: World) -> None:
    """As an older database may hold them; any other spelling finds always the same one."""
    session = world.db.session
    spellings = ("Twice@acme.example", "twice@acme.example")
    for number, email in enumerate(spellings):
        hashed = world.keys.hash_password(PASSWORD)
        session.add_all(
            [
                EndUser(
                    id=f"eu-twice-{9 - number}",
                    workspace_id=1,
                    name="Twice",
                    email=email,
                    password_hash=hashed,
                    created_at=world.clock.now(),
                ),
                Collaborator(
                    workspace_id=1, name="Twice", email=email, password_hash=hashed, role="admin"
                ),
                AppUser(
                    host=COUPA,
                    login=email,
                    name="Twice",
                    email=email,
                    password_hash=hashed,
                    role="user",
                ),
            ]
        )
    session.flush()

    for email in spellings:
        assert people.sign_in_end_user(world, email, PASSWORD)[0].email == email
        assert people.sign_in_collaborator(world, email, PASSWORD)[0].email == email
        account = coupa_people.sign_in(world, COUPA, email, PASSWORD)
        assert account is not None
        assert account.login == email
    others = {
        people.sign_in_end_user(world, "TWICE@acme.example", PASSWORD)[0].id for _ in range(3)
    }
    assert others == {"eu-twice-8"}


def test_a_new_address_is_found_and_the_old_one_is_not(world: World) -> None:
    person = people.find_active_end_user_by_email(world, "ada@acme.example")
    assert person is not None

    end_user_accounts.change_end_user(world, person, email="Ada.Lovelace@acme.example")

    assert people.find_active_end_user_by_email(world, "ada.lovelace@ACME.example") is person
    assert people.find_active_end_user_by_email(world, "ada@acme.example") is None
