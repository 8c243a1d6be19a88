"""Find people by the names that tests and the control API use."""

from sqlalchemy import select

from simulator.db.base import normalized
from simulator.db.tables import AppUser, Collaborator, EndUser
from simulator.errors import NotFound
from simulator.validation.persons import AmbiguousError, NobodyError, find, get_designation
from simulator.world import World

_Table = type[EndUser] | type[AppUser] | type[Collaborator]
#: So many of one name are looked at; more are as ambiguous.
_MOST_CALLED = 20
#: So many are looked at to say who there is: more than a sentence names.
_MOST_NAMED = 50


def find_email(world: World, who: object) -> str:
    """Return the e-mail address of a person who makes requests: an end user or an app's user.

    An app's user who is called as an end user is that one, whatever the address in the app.

    Args:
        world: without an open transaction of this thread.
        who: a name, a first name, an e-mail address, an actor (`simulator.validation.persons.Who`).

    Raises:
        NobodyError: there is nobody, or several are called this.
    """
    who, tables = get_designation(who), (EndUser, AppUser)  # an actor asks the database, too
    with world.db.reading():
        people = _called(world, who, *tables)
        found = _find(world, _without_other_addresses(people, who), who, *tables)
        name = next(name for name, email in people if email == found)
        return find_identity_email(world, name, found)


def find_email_of_anybody(world: World, who: object) -> str:
    """Return the e-mail address of anybody: as `find_email`, and of collaborators.

    Args:
        world: without an open transaction of this thread.
        who: a name, a first name, an e-mail address or an actor
            (`simulator.validation.persons.Who`).

    Raises:
        NobodyError: there is nobody, or several are called this.
    """
    who, tables = get_designation(who), (EndUser, AppUser, Collaborator)
    with world.db.reading():
        people = _without_other_addresses(_called(world, who, *tables), who)
        return _find(world, people, who, *tables)


def find_account_email(world: World, who: object) -> str:
    """Return the e-mail address of a person's account at an app, or else of any account of theirs.

    Args:
        world: without an open transaction of this thread.
        who: a name, a first name, an e-mail address or an actor
            (`simulator.validation.persons.Who`).

    Raises:
        NobodyError: there is nobody, or several are called this.
    """
    who = get_designation(who)
    with world.db.reading():
        accounts = _called(world, who, AppUser)
    try:
        return find(accounts, who)
    except AmbiguousError:
        raise
    except NobodyError:
        return find_email_of_anybody(world, who)


def find_identity_email(world: World, name: str, email: str) -> str:
    """Return a person's address at Workato Identity, given the one that they have in an app.

    Args:
        name: the name as the app has it.
        email: the same; returned where no end user, or several, are called so.
    """
    session = world.db.session
    if session.scalar(select(EndUser.id).where(EndUser.normalized_email == normalized(email))):
        return email
    own = session.scalars(select(EndUser.email).where(EndUser.name == name).limit(2)).all()
    return own[0] if len(own) == 1 else email


def _without_other_addresses(people: list[tuple[str, str]], who: str) -> list[tuple[str, str]]:
    """Return everybody once: not by an app's address too, unless an address is asked for."""
    if "@" in who:
        return people
    own: dict[str, str] = {}
    return [(name, email) for name, email in people if own.setdefault(name, email) == email]


def _called(world: World, called: str, *tables: _Table) -> list[tuple[str, str]]:
    """Name and address of those who may be meant: an index finds them, however many there are."""
    for column, value in (
        ("normalized_email", normalized(called)),
        ("name", called),
        ("first_name", called),
    ):
        found = [
            (name, email)
            for table in tables
            for name, email in world.db.session.execute(
                select(table.name, table.email)
                .where(getattr(table, column) == value)
                .order_by(table.name, table.email)
                .limit(_MOST_CALLED)
            )
        ]
        if found:
            return found
    return []


def _find(world: World, people: list[tuple[str, str]], who: str, *tables: _Table) -> str:
    """Find a person; if there is none, the error lists people who exist."""
    if not people:
        people = [
            (name, email)
            for table in tables
            for name, email in world.db.session.execute(
                select(table.name, table.email).order_by(table.name, table.email).limit(_MOST_NAMED)
            )
        ]
        people = _without_other_addresses(people, who)
    return find(people, who)


def get_end_user_called(world: World, who: str) -> EndUser:
    """Return the end user with this id, e-mail address or name, active or not.

    Args:
        who: their `id`, or as for `find_email`.

    Raises:
        NotFound: there is none, or several are called this.
    """
    session = world.db.session
    person = session.get(EndUser, who)
    if person is not None:
        return person
    try:
        called = get_designation(who)
        email = find(_called(world, called, EndUser), called)
    except AmbiguousError as error:
        raise NotFound(str(error)) from None
    except NobodyError:
        raise NotFound(f"There is no end user '{who}'.") from None
    return session.scalars(select(EndUser).where(EndUser.email == email).limit(1)).one()
