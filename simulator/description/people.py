"""Who a description lists: the first people and accounts, and those who are asked for."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, or_, select

from simulator.db.base import normalized
from simulator.db.listing import Found
from simulator.db.tables import AppUser, Collaborator, EndUser
from simulator.domain import end_user_groups, server_access
from simulator.world import World

#: Of each kind, so many are listed.
MOST = 200
Passwords = dict[tuple[str, str], str]
_Person = TypeVar("_Person", Collaborator, EndUser, AppUser)


class ListedPeople:
    """Whom a description lists, with the passwords that are known of them.

    Args:
        passwords: the passwords of the scenario.
        accounts: (person, account) of people who use an account under another address on purpose,
            such as their own from before they were renamed; both addresses casefolded.
        about: names, first names, e-mail addresses, logins or ids of people who are listed in any
            case.
    """

    def __init__(
        self,
        world: World,
        passwords: Passwords,
        accounts: Iterable[tuple[str, str]],
        about: Collection[str],
    ) -> None:
        self._world, self._passwords, self._accounts = world, passwords, tuple(accounts)
        self._about = [each.strip() for each in about]
        self._emails = self._addresses()

    def _addresses(self) -> set[str]:
        """Under which addresses those who are asked for are known, here and in the apps."""
        if not self._about:
            return set()
        session = self._world.db.session
        tables: tuple[type[EndUser] | type[AppUser] | type[Collaborator], ...]
        tables = EndUser, AppUser, Collaborator
        found = {
            email
            for table in tables
            for email in session.scalars(
                select(table.normalized_email)
                .where(or_(*_called(table, self._about)))
                .order_by(table.id)
                .limit(MOST)
            )
        }
        return found | {account for person, account in self._accounts if person in found}

    def list_people(self) -> list[dict[str, Any]]:
        """Return the entries of collaborators, then of end users."""
        return [*self._collaborators(), *self._end_users()]

    def _collaborators(self) -> list[dict[str, Any]]:
        rows = self._some(Collaborator, select(Collaborator).order_by(Collaborator.id))
        return [
            {
                "id": None,
                "name": row.name,
                "email": row.email,
                "password": self._password(("collaborators", row.email.lower()), row),
                "role": row.role,
                "status": "active",
                "groups": [],
                "revoked_environments": [],
            }
            for row in rows
        ]

    def _end_users(self) -> list[dict[str, Any]]:
        rows = self._some(EndUser, select(EndUser).order_by(EndUser.name, EndUser.id))
        ids = [row.id for row in rows]
        groups = end_user_groups.get_memberships(self._world, ids)
        lost = server_access.get_lost_environments(self._world, ids)
        return [
            {
                "id": row.id,
                "name": row.name,
                "email": row.email,
                "password": self._end_users_password(row),
                "role": "end user",
                "status": row.status,
                "groups": [group.name for group in groups.get(row.id, ())],
                "revoked_environments": lost.get(row.id, []),
            }
            for row in rows
        ]

    def list_accounts(self, host: str) -> list[dict[str, Any]]:
        """Return the entries of the accounts in an app instance."""
        own = select(AppUser).where(AppUser.host == host).order_by(AppUser.id)
        return [
            {
                "name": row.name,
                "login": row.login,
                "email": row.email,
                "password": self._password((host.lower(), row.login), row),
                "role": row.role,
            }
            for row in self._some(AppUser, own)
        ]

    def _some(self, table: type[_Person], found: Select[_Person]) -> Sequence[_Person]:
        """The first ones, and those who are asked for."""
        session = self._world.db.session
        rows = list(session.scalars(found.limit(MOST)))
        if self._about and len(rows) == MOST:
            named = or_(table.normalized_email.in_(self._emails), *_called(table, self._about))
            known = {row.id for row in rows}
            more = session.scalars(found.where(named).limit(MOST))
            rows += [row for row in more if row.id not in known]
        return rows

    def _password(self, key: tuple[str, str], row: Collaborator | EndUser | AppUser) -> str | None:
        known = self._passwords.get(key)
        fits = known is not None and self._world.keys.password_matches(known, row.password_hash)
        return known if fits else None

    def _end_users_password(self, row: EndUser) -> str | None:
        """The scenario's, which knows a person by the address that they had there."""
        email = row.email.casefold()
        before = (account for person, account in self._accounts if person == email)
        fitting = (
            self._password(("end_users", each), row) for each in (row.email.lower(), *before)
        )
        return next((each for each in fitting if each is not None), None)


def count_all(world: World, listed: Collection[Any], *kinds: Select[Any]) -> int:
    """Return how many there are of which the first are listed; fewer than `MOST` are all.

    Args:
        listed: the first `MOST` of each kind, and those who are asked for.
        *kinds: what finds all of a kind.
    """
    if len(listed) < MOST:
        return len(listed)
    return sum(Found[Any](world.db.session, kind).count() for kind in kinds)


def _called(
    table: type[EndUser] | type[AppUser] | type[Collaborator], about: Collection[str]
) -> list[ColumnElement[bool]]:
    """The conditions for who is called so, each with an index."""
    names = [normalized(each) for each in about]
    found: list[ColumnElement[bool]] = [
        table.normalized_email.in_(names),
        table.name.in_(about),
        table.first_name.in_(about),
    ]
    if issubclass(table, AppUser):
        found.append(table.normalized_login.in_(names))
    if issubclass(table, EndUser):
        found.append(table.id.in_(about))
    return found
