"""Which workspace somebody signs in to who has an account in several, once their password fits.

Workato's web app has a switcher of workspaces; that Workato Identity asks, too, and that the page
stands behind the password, is our choice. What a page offers, it holds, sealed: nothing is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from simulator.clock import has_expired
from simulator.crypto import Purpose, SealError
from simulator.db.tables import Collaborator, EndUser, Workspace
from simulator.errors import SimulatorError
from simulator.world import World, world_id

#: How long a page's offer is good.
LENGTH = timedelta(minutes=10)


class ChoiceNotUsable(SimulatorError):
    """The page is too old, of another sandbox, or offered something else."""


@dataclass(frozen=True, kw_only=True)
class WorkspaceChoices:
    """What somebody may choose from.

    Attributes:
        secret: what the page shows when it is sent.
        choices: id of the account → name of its workspace, by name.
    """

    secret: str
    choices: dict[str, str]


def offer(
    world: World, system: str, accounts: Sequence[Collaborator | EndUser]
) -> WorkspaceChoices:
    """Offer the accounts of somebody who has shown that they are theirs.

    Args:
        system: the system that they sign in to.
        accounts: one of each workspace.
    """
    ids = [each.workspace_id for each in accounts]
    found = select(Workspace.id, Workspace.name).where(Workspace.id.in_(ids))
    names = {row.id: row.name for row in world.db.session.execute(found)}
    choices = {str(each.id): names[each.workspace_id] for each in accounts}
    expires_at = world.clock.this_second() + LENGTH
    text = "\n".join((system, world_id(world), str(int(expires_at.timestamp())), *choices))
    return WorkspaceChoices(
        secret=world.keys.seal(Purpose.WORKSPACE_CHOICE, text),
        choices=dict(sorted(choices.items(), key=lambda each: (each[1].casefold(), each[0]))),
    )


def take(world: World, system: str, secret: str, chosen: str) -> str:
    """Return the id of the account that somebody chose, if it was offered to them.

    Args:
        system: the system that they sign in to.
        secret: the secret as the page shows it.
        chosen: an account's id.

    Raises:
        ChoiceNotUsable: it was not, or too long ago.
    """
    try:
        text = world.keys.unseal(Purpose.WORKSPACE_CHOICE, secret)
    except SealError:
        raise ChoiceNotUsable("Sign in again, and choose a workspace.") from None
    of_system, of_world, expires_at, *ids = text.split("\n")
    is_over = has_expired(datetime.fromtimestamp(int(expires_at), UTC), world.clock.now())
    if (of_system, of_world) != (system, world_id(world)) or is_over or chosen not in ids:
        raise ChoiceNotUsable("Sign in again, and choose a workspace.")
    return chosen
