"""The end users of Workato Identity in a test's hands: who they are, and changing them."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from simulator.db.tables import EndUser
from simulator.domain import end_user_accounts, group_names, lookup, people
from simulator.validation.persons import Who, get_designation
from simulator.world import World

#: People who are read from the database at once.
_AT_ONCE = 500


@dataclass(frozen=True, kw_only=True)
class Person:
    """An end user as they were when they were looked up.

    Attributes:
        id: what tokens call them (`sub`).
        name: full name.
        email: e-mail address, with which they sign in.
        status: `active`, `invited` or `disabled`.
        groups: names of their end-user groups; `Environment / name` where several environments have
            one of that name.
    """

    id: str
    name: str
    email: str
    status: str
    groups: tuple[str, ...]


class People:
    """The end users: `people["Ada"]`, `people.change("Ada", status="disabled")`, `for each in …`.

    Whoever is meant is named by name, first name, e-mail address or id, or is an `Actor` or a
    `Person`. Collaborators of the web app are not among them.

    Args:
        world: theirs.
        changed: called after somebody was changed.
    """

    def __init__(self, world: World, changed: Callable[[], None]) -> None:
        self._world, self._changed = world, changed

    def __repr__(self) -> str:
        return f"<{len(self)} end users>"

    def __iter__(self) -> Iterator[Person]:
        """Yield everybody by name, some at a time: who is changed meanwhile is as they are then."""
        last: EndUser | None = None
        while True:
            with self._world.db.reading():
                found = people.list_behind(self._world, last, _AT_ONCE)
                shown = _persons(self._world, found)
            yield from shown
            if len(found) < _AT_ONCE:
                return
            last = found[-1]

    def __len__(self) -> int:
        with self._world.db.reading():
            return people.count_end_users(self._world)

    def __getitem__(self, who: Who | Person) -> Person:
        """Look somebody up.

        Raises:
            NotFound: there is nobody like that, or several.
        """
        with self._world.db.reading():
            return _person(self._world, self._one(who))

    def change(
        self,
        who: Who | Person,
        *,
        name: str | None = None,
        email: str | None = None,
        status: str | None = None,
        groups: Collection[str] | None = None,
    ) -> Person:
        """Change somebody, as `PATCH /_simulator/people/{id}` does; what is not said stays.

        Args:
            who: a name, first name, e-mail address or id, an `Actor` or a `Person`.
            name: 1 to 100 characters.
            email: one that nobody else in the workspace has, whatever its case.
            status: `active` or `disabled`; whoever is disabled loses every access at once.
            groups: the names of all groups that they are a member of from now on.

        Returns:
            The person as they are now.

        Raises:
            NotFound: there is nobody like that, or several.
            FieldError: on `name`, `email`, `status` or `groups`; nothing is changed then.
        """
        with self._world.db.unit():
            person = self._one(who)
            end_user_accounts.change_end_user(
                self._world, person, name=name, email=email, status=status, groups=groups
            )
            now = _person(self._world, person)
        self._changed()
        return now

    def _one(self, who: Who | Person) -> EndUser:
        named = who.id if isinstance(who, Person) else get_designation(who)
        return lookup.get_end_user_called(self._world, named)


def _person(world: World, person: EndUser) -> Person:
    return _persons(world, [person])[0]


def _persons(world: World, found: Sequence[EndUser]) -> list[Person]:
    groups = group_names.get_group_names(world, [person.id for person in found])
    return [
        Person(
            id=person.id,
            name=person.name,
            email=person.email,
            status=person.status,
            groups=tuple(groups[person.id]),
        )
        for person in found
    ]
