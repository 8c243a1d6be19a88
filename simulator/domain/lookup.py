"""Find the person who is meant, among those of a world: what tests and the control API name."""

from sqlalchemy import select

from simulator.db.tables import AppUser, Collaborator, EndUser
from simulator.errors import NotFound
from simulator.validation.persons import AmbiguousError, NobodyError, find, get_designation
from simulator.world import World


def find_email(world: World, who: object) -> str:
    """Return the e-mail address of a person who makes requests: an end user or an app's user.

    An app's user who is called as an end user is that one, whatever the address in the app.

    Args:
        world: without an open transaction of this thread.
        who: a name, a first name, an e-mail address, an actor (`simulator.validation.persons.Who`).

    Raises:
        NobodyError: there is nobody, or several are called this.
    """
    with world.db.reading():
        end_users, accounts = _people(world, EndUser), _people(world, AppUser)
    people = [*end_users, *accounts]
    found = find(_without_other_addresses(people, who), who)
    return next(_own(end_users, name, email) for name, email in people if email == found)


def find_email_of_anybody(world: World, who: object) -> str:
    """Return the e-mail address of anybody: as `find_email`, and of collaborators.

    Args:
        world: without an open transaction of this thread.
        who: a name, a first name, an e-mail address or an actor
            (`simulator.validation.persons.Who`).

    Raises:
        NobodyError: there is nobody, or several are called this.
    """
    with world.db.reading():
        people = _people(world, EndUser, AppUser, Collaborator)
    return find(_without_other_addresses(people, who), who)


def find_account_email(world: World, who: object) -> str:
    """Return the address of a person's account in an app; without one, any of theirs.

    Args:
        world: without an open transaction of this thread.
        who: a name, a first name, an e-mail address or an actor
            (`simulator.validation.persons.Who`).

    Raises:
        NobodyError: there is nobody, or several are called this.
    """
    with world.db.reading():
        accounts = _people(world, AppUser)
    try:
        return find(accounts, who)
    except AmbiguousError:
        raise
    except NobodyError:
        return find_email_of_anybody(world, who)


def find_identity_email(world: World, name: str, email: str) -> str:
    """Return a person's address at Workato Identity, given the one that they have in an app.

    Args:
        world: with an open unit of work.
        name: as the app has it.
        email: the same; returned where no end user, or several, are called so.
    """
    return _own(_people(world, EndUser), name, email)


def _own(end_users: list[tuple[str, str]], name: str, email: str) -> str:
    if any(email.casefold() == each.casefold() for _, each in end_users):
        return email
    own = [each for other, each in end_users if other == name]
    return own[0] if len(own) == 1 else email


def _without_other_addresses(people: list[tuple[str, str]], who: object) -> list[tuple[str, str]]:
    """Return everybody once: not by an app's address too, unless an address is asked for."""
    if "@" in get_designation(who):
        return people
    own: dict[str, str] = {}
    return [(name, email) for name, email in people if own.setdefault(name, email) == email]


def _people(
    world: World, *tables: type[EndUser] | type[AppUser] | type[Collaborator]
) -> list[tuple[str, str]]:
    """Name and address of everybody, within a unit of work."""
    return [
        (name, email)
        for table in tables
        for name, email in world.db.session.execute(
            select(table.name, table.email).order_by(table.name, table.email)
        )
    ]


def get_end_user_called(world: World, who: str) -> EndUser:
    """Return the end user with this id, e-mail address or name, active or not.

    Args:
        world: with an open unit of work.
        who: their `id`, or as for `find_email`.

    Raises:
        NotFound: there is none, or several are called this.
    """
    session = world.db.session
    person = session.get(EndUser, who)
    if person is not None:
        return person
    rows = session.scalars(select(EndUser).order_by(EndUser.email)).all()
    try:
        email = find(((row.name, row.email) for row in rows), who)
    except AmbiguousError as error:
        raise NotFound(str(error)) from None
    except NobodyError:
        raise NotFound(f"There is no end user '{who}'.") from None
    return next(row for row in rows if row.email == email)
