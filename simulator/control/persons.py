"""The end users of Workato Identity: who they are, whether they may sign in, and their groups."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from simulator.control.models import Body, ResponseModel
from simulator.db.tables import EndUser
from simulator.domain import collaborators, group_names, invitations, lookup, people
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.validation.fields import DIGITS
from simulator.web.endpoints import Endpoint, Table
from simulator.world import World

ENDPOINTS = Table(Endpoint, CONTROL_PATH)
#: People of an answer, at most.
LARGEST_PAGE = 500
_NOBODY = {404: "nobody has this id, e-mail address or name"}

_GROUPS = Field(
    description="Names of end-user groups; `Environment / name` where several environments have "
    "one of that name."
)


class Person(ResponseModel):
    """An end user."""

    id: Annotated[str, Field(description="What tokens call the person (`sub`).")]
    name: str
    email: str
    status: Literal["active", "invited", "disabled"]
    groups: Annotated[list[str], _GROUPS]


class People(ResponseModel):
    """A page of the end users, by name."""

    people: list[Person]
    total: Annotated[int, Field(description="How many end users there are.")]
    next: Annotated[
        str | None,
        Field(description="`after` for what follows; null where this is the end."),
    ]


class PersonSearch(Body):
    """Which end users."""

    q: Annotated[str, Field(description="Part of a name or e-mail address.")] = ""
    limit: Annotated[
        int, Field(strict=False, ge=1, le=LARGEST_PAGE, description="At most so many."), DIGITS
    ] = LARGEST_PAGE
    after: Annotated[
        str, Field(description="Only those behind this one (an id): `next` of a page.")
    ] = ""


class Mail(ResponseModel):
    """A letter that Workato would have sent."""

    to: str
    name: str
    subject: str
    sent_at: Annotated[
        datetime | None, Field(description="Null for collaborators: it is not kept.")
    ]
    link: Annotated[str, Field(description="Where the invitation is accepted, once.")]


class Mails(ResponseModel):
    """Letters."""

    mails: list[Mail]


class MailSearch(Body):
    """Which letters."""

    to: Annotated[str, Field(description="A whole e-mail address, in any case; all if empty.")] = ""
    limit: Annotated[
        int, Field(strict=False, ge=1, le=LARGEST_PAGE, description="At most so many."), DIGITS
    ] = LARGEST_PAGE


class ChangePerson(Body):
    """What to change; a member that is left out stays."""

    name: str | None = None
    email: str | None = None
    status: Literal["active", "disabled"] | None = None
    groups: Annotated[list[str] | None, _GROUPS] = None


@ENDPOINTS.add("GET", "people", problems={404: "nobody has the id that `after` names"})
def list_people(simulator: Simulator, query: PersonSearch) -> People:
    """List a page of the end users of Workato Identity, by name.

    Raises:
        NotFound: nobody has the id that `after` names.
    """
    world = simulator.world
    with world.db.reading():
        last = people.get_end_user(world, query.after) if query.after else None
        found = people.list_behind(world, last, query.limit + 1, query.q)
        shown = found[: query.limit]
        return People(
            people=to_response(world, shown),
            total=people.count_end_users(world),
            next=shown[-1].id if len(found) > len(shown) else None,
        )


@ENDPOINTS.add("GET", "mails")
def list_mails(simulator: Simulator, query: MailSearch) -> Mails:
    """List the mail that Workato would have sent: invitations, the open ones first."""
    world = simulator.world
    with world.db.reading():
        builders = [
            Mail(
                to=each.email,
                name=each.name,
                subject=f"You are invited to collaborate at Workato, {each.name}",
                sent_at=None,
                link=collaborators.create_link(world, each),
            )
            for each in collaborators.list_invited(world, query.to).first(query.limit)
        ]
        found = invitations.list_sent(world, query.to).first(query.limit - len(builders))
        return Mails(
            mails=[
                *builders,
                *(write_letter(world, each) for each in found),
            ]
        )


@ENDPOINTS.add("GET", "people/:id", problems=_NOBODY)
def get_person(simulator: Simulator, id: str) -> Person:  # the path's parameter
    """Tell of one end user, by id, e-mail address or name.

    Raises:
        NotFound: nobody has this id, e-mail address or name.
    """
    world = simulator.world
    with world.db.reading():
        person = lookup.get_end_user_called(world, id)
        return to_response(world, [person])[0]


@ENDPOINTS.add(
    "PATCH",
    "people/:id",
    problems=_NOBODY | {422: "the e-mail is taken, a group is unknown, or a member is wrong"},
)
def change_person(simulator: Simulator, id: str, body: ChangePerson) -> Person:
    """Change an end user: name, e-mail, status, groups.

    Raises:
        NotFound: nobody has this id, e-mail address or name.
    """
    person = simulator.people.change(id, **body.model_dump())
    return get_person(simulator, person.id)


def write_letter(world: World, person: EndUser) -> Mail:
    """Return the letter that invites an end user.

    Args:
        person: the end user.
    """
    return Mail(
        to=person.email,
        name=person.name,
        subject=f"You are invited to Workato Identity, {person.name}",
        sent_at=person.invited_at or person.created_at,
        link=invitations.create_link(world, person),
    )


def to_response(world: World, persons: Sequence[EndUser]) -> list[Person]:
    """Return what the API answers about people.

    Args:
        persons: the people.
    """
    groups = group_names.get_group_names(world, [person.id for person in persons])
    return [
        Person(
            id=person.id,
            name=person.name,
            email=person.email,
            status=person.status,  # type: ignore[arg-type]  # the database holds no other
            groups=groups[person.id],
        )
        for person in persons
    ]
