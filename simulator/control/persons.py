"""The end users of Workato Identity: who they are, whether they may sign in, and their groups."""

from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.control.operations import Body, Operation, Reply, ResponseModel
from simulator.db.tables import EndUser, EndUserGroup
from simulator.domain import end_user_groups, lookup, people, workspaces
from simulator.sandbox.simulator import Simulator

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


def list_people(simulator: Simulator) -> Reply:
    """List the end users, by name."""
    world = simulator.world
    with world.db.reading():
        persons = []
        for workspace_id in workspaces.list_ids(world):
            groups = end_user_groups.get_groups_by_name(world, workspace_id)
            persons += [
                to_response(person, groups) for person in people.list_end_users(world, workspace_id)
            ]
    return Reply(value=People(people=persons))


def get_person(simulator: Simulator, id: str) -> Reply:  # noqa: A002  # the path's parameter
    """Return one person.

    Raises:
        NotFound: nobody has this id, e-mail address or name.
    """
    world = simulator.world
    with world.db.reading():
        person = lookup.get_end_user_called(world, id)
        response = to_response(
            person, end_user_groups.get_groups_by_name(world, person.workspace_id)
        )
    return Reply(value=response)


def change_person(simulator: Simulator, id: str, body: ChangePerson) -> Reply:  # noqa: A002
    """Change a person, and return what they are then.

    Raises:
        NotFound: nobody has this id, e-mail address or name.
    """
    person = simulator.people.change(id, **body.model_dump())
    return get_person(simulator, person.id)


def to_response(person: EndUser, groups: dict[str, EndUserGroup]) -> Any:
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


_NOBODY = {404: "nobody has this id, e-mail address or name"}

OPERATIONS = (
    Operation(
        method="GET",
        path="people",
        summary="Lists the end users of Workato Identity, by name.",
        view=list_people,
        answer=People,
        problems={},
    ),
    Operation(
        method="GET",
        path="people/{id}",
        summary="Tells of one end user, by id, e-mail address or name.",
        view=get_person,
        answer=Person,
        problems=_NOBODY,
    ),
    Operation(
        method="PATCH",
        path="people/{id}",
        summary="Changes an end user: name, e-mail, status, groups.",
        view=change_person,
        body=ChangePerson,
        answer=Person,
        problems=_NOBODY | {422: "the e-mail is taken, a group is unknown, or a member is wrong"},
    ),
)
