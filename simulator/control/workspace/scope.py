"""Work in one workspace as its pages do: in its owner's name, whom its activity log names."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from simulator.control.problems import Problem
from simulator.domain import activity_trail, workspaces
from simulator.domain.activity_trail import Actor
from simulator.errors import FieldError, NotFound
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.world import World

#: Below what the paths of a workspace begin.
BELOW = f"{CONTROL_PATH}workspaces/:workspace/"


def missing(what: str = "") -> dict[int, str]:
    """Return when 404 is answered below a workspace.

    Args:
        what: else may be missing, such as `environment`.
    """
    return {404: f"there is no such workspace{f', or no such {what} in it' if what else ''}"}


@contextmanager
def reading(simulator: Simulator, workspace_id: int) -> Iterator[World]:
    """Read what a workspace has.

    Args:
        simulator: the simulator.
        workspace_id: the workspace's id.

    Raises:
        NotFound: there is no such workspace.
    """
    world = simulator.world
    with world.db.reading():
        workspaces.get_workspace(world, workspace_id)
        yield world


@contextmanager
def changing(simulator: Simulator, workspace_id: int) -> Iterator[World]:
    """Change what a workspace has, in its owner's name: all of it, or nothing; one after the other.

    Args:
        simulator: the simulator.
        workspace_id: the workspace's id.

    Raises:
        NotFound: there is no such workspace.
    """
    world = simulator.world
    with world.db.unit():
        workspaces.lock(world, workspace_id)
        act_as_owner(world, workspace_id)
        yield world


def act_as_owner(world: World, workspace_id: int) -> None:
    """Have the activity log of a workspace tell what is done from now on as its owner's doing.

    Where nobody collaborates, as in a new customer's workspace, it tells nothing.

    Args:
        workspace_id: the workspace's id.
    """
    with suppress(NotFound):
        owner = workspaces.get_owner(world, workspace_id)
        actor = Actor(
            kind="collaborator",
            id=str(owner.id),
            name=owner.name,
            email=owner.email,
            workspace_id=workspace_id,
        )
        activity_trail.act_as(world, actor)


@contextmanager
def conflicting() -> Iterator[None]:
    """Answer 409 where no member is wrong, but what is there stands against it.

    Raises:
        Problem: a rule refused; with its sentence.
    """
    try:
        yield
    except FieldError as error:
        raise Problem(409, error.sentence) from None
