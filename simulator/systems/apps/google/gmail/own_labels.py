"""Labels that people make."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select, update

from simulator.db.tables import AppUser
from simulator.systems.apps.google.gmail import labels, mailbox
from simulator.systems.apps.google.tables import (
    GmailLabel,
    GmailMailbox,
    GmailMessage,
    GmailMessageLabel,
)
from simulator.world import World

#: Labels of one mailbox (Gmail API, "Manage labels": 10,000).
MOST = 10_000


def every(world: World, user: AppUser) -> Sequence[GmailLabel]:
    """Return the labels of an account, in the order they were made in."""
    found = select(GmailLabel).where(GmailLabel.user_id == user.id).order_by(GmailLabel.id)
    return world.db.session.scalars(found.limit(MOST)).all()


def find(world: World, user: AppUser, label_id: str) -> GmailLabel | None:
    """Return a label of an account by its id."""
    return world.db.session.scalar(
        select(GmailLabel).where(GmailLabel.user_id == user.id, GmailLabel.label_id == label_id)
    )


def create(world: World, user: AppUser, name: str, looks: dict[str, Any]) -> GmailLabel | None:
    """Make a label; return None where there is one of this name.

    Args:
        user: the user whose label it is.
        name: the name as people read it.
        looks: visibilities and color.
    """
    mailbox.lock(world, [user])
    if _is_taken(world, user, name):
        return None
    counted = (
        update(GmailMailbox)
        .where(GmailMailbox.user_id == user.id)
        .values(last_label=GmailMailbox.last_label + 1)
        .returning(GmailMailbox.last_label)
    )
    number = world.db.session.execute(counted).scalar_one()
    row = GmailLabel(
        user_id=user.id,
        label_id=f"{labels.OWN_PREFIX}{number}",
        name=name,
        normalized_name=labels.normalize(name),
        looks=looks,
    )
    world.db.session.add(row)
    world.db.session.flush()
    return row


def change(world: World, user: AppUser, row: GmailLabel, name: str, looks: dict[str, Any]) -> bool:
    """Change a label; return False where another one has this name."""
    mailbox.lock(world, [user])
    if labels.normalize(name) != row.normalized_name and _is_taken(world, user, name):
        return False
    row.name, row.normalized_name, row.looks = name, labels.normalize(name), looks
    world.db.session.flush()
    return True


def delete(world: World, row: GmailLabel) -> None:
    """Delete a label; messages lose it."""
    own = select(GmailMessage.id).where(GmailMessage.user_id == row.user_id)
    world.db.session.execute(
        delete_rows(GmailMessageLabel).where(
            GmailMessageLabel.label_id == row.label_id, GmailMessageLabel.message_key.in_(own)
        )
    )
    world.db.session.delete(row)
    world.db.session.flush()


def _is_taken(world: World, user: AppUser, name: str) -> bool:
    found = select(GmailLabel.id).where(
        GmailLabel.user_id == user.id, GmailLabel.normalized_name == labels.normalize(name)
    )
    return world.db.session.scalar(found) is not None
