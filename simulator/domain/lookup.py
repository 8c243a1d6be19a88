"""Find the person who is meant, among those of a world: what tests and the control API name."""

from sqlalchemy import select

from simulator.db.tables import AppUser, Collaborator, EndUser
from simulator.errors import NotFound
from simulator.persons import AmbiguousError, NobodyError, find
from simulator.world import World


def email_of(world: World, who: object) -> str:
    """The e-mail address of a person for whom requests are made: an end user, or an app's.

    Args:
        world: without an open transaction of this thread.
        who: a name, a first name, an e-mail address, an actor (`simulator.persons.Who`).

    Raises:
        NobodyError: there is nobody, or several are called this.
    """
    return find(_people(world, EndUser, AppUser), who)


def email_of_anybody(world: World, who: object) -> str:
    """As `email_of`; collaborators are meant as well.

    Raises:
        NobodyError: there is nobody, or several are called this.
    """
    return find(_people(world, EndUser, AppUser, Collaborator), who)


def _people(
    world: World, *tables: type[EndUser] | type[AppUser] | type[Collaborator]
) -> list[tuple[str, str]]:
    with world.db.unit() as session:
        return [
            (name, email)
            for table in tables
            for name, email in session.execute(
                select(table.name, table.email).order_by(table.name, table.email)
            )
        ]


def end_user_called(world: World, who: str) -> EndUser:
    """The end user with this id, e-mail address or name, active or not.

    Args:
        world: with an open unit of work.
        who: their `id`, or as for `email_of`.

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
