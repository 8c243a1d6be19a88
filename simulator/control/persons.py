"""The end users of Workato Identity: who they are, whether they may sign in, and their groups."""

from typing import Annotated, Literal

from pydantic import Field

from simulator.control.models import Body, ResponseModel
from simulator.db.tables import EndUser, EndUserGroup
from simulator.domain import end_user_groups, lookup, people, workspaces
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Table

ENDPOINTS = Table(Endpoint, CONTROL_PATH)
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
    """The end users, by name."""

    people: list[Person]


class ChangePerson(Body):
    """What to change; a member that is left out stays."""

    name: str | None = None
    email: str | None = None
    status: Literal["active", "disabled"] | None = None
    groups: Annotated[list[str] | None, _GROUPS] = None


@ENDPOINTS.add("GET", "people")
def list_people(simulator: Simulator) -> People:
    """List the end users of Workato Identity, by name."""
    world = simulator.world
    with world.db.reading():
        persons = []
        for workspace_id in workspaces.list_ids(world):
            groups = end_user_groups.get_groups_by_name(world, workspace_id)
            persons += [
                to_response(person, groups) for person in people.list_end_users(world, workspace_id)
            ]
    return People(people=persons)


@ENDPOINTS.add("GET", "people/:id", problems=_NOBODY)
def get_person(simulator: Simulator, id: str) -> Person:  # noqa: A002  # the path's parameter
    """Tell of one end user, by id, e-mail address or name.

    Raises:
        NotFound: nobody has this id, e-mail address or name.
    """
    world = simulator.world
    with world.db.reading():
        person = lookup.get_end_user_called(world, id)
        return to_response(person, end_user_groups.get_groups_by_name(world, person.workspace_id))


@ENDPOINTS.add(
    "PATCH",
    "people/:id",
    problems=_NOBODY | {422: "the e-mail is taken, a group is unknown, or a member is wrong"},
)
def change_person(simulator: Simulator, id: str, body: ChangePerson) -> Person:  # noqa: A002
    """Change an end user: name, e-mail, status, groups.

    Raises:
        NotFound: nobody has this id, e-mail address or name.
    """
    person = simulator.people.change(id, **body.model_dump())
    return get_person(simulator, person.id)


def to_response(person: EndUser, groups: dict[str, EndUserGroup]) -> Person:
    """Return what the API answers about a person.

    Args:
        person: the person.
        groups: every group of the workspace, by the name that the API calls it.
    """
    return Person(
        id=person.id,
        name=person.name,
        email=person.email,
        status=person.status,  # type: ignore[arg-type]  # the database holds no other
        groups=[name for name, group in groups.items() if person in group.members],
    )
