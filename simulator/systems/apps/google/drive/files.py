"""Files of a drive, as far as one person may see and change them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, exists, or_, select

from simulator.db.tables import AppUser
from simulator.systems.apps.google.drive.search import build_condition
from simulator.systems.apps.google.tables import DriveFile, DrivePermission
from simulator.world import World

ROOT = "root"
FOLDER = "application/vnd.google-apps.folder"
#: What Google's own documents can be exported as (Drive API, "Export MIME types").
EXPORTS = {
    "application/vnd.google-apps.document": ("text/plain", "text/html", "application/pdf"),
    "application/vnd.google-apps.spreadsheet": ("text/csv", "application/pdf"),
    "application/vnd.google-apps.presentation": ("text/plain", "application/pdf"),
}
#: How lists can be ordered → the columns.
ORDERS = {
    "name": DriveFile.name,
    "modifiedTime": DriveFile.modified_at,
    "createdTime": DriveFile.created_at,
}


def visible(user: AppUser) -> Select[DriveFile]:
    """Select the files that a person owns, and those that are shared with them."""
    shared = select(DrivePermission.user_id).where(
        DrivePermission.file_key == DriveFile.id, DrivePermission.user_id == user.id
    )
    owners = select(AppUser.id).where(AppUser.host == user.host)
    return select(DriveFile).where(
        DriveFile.owner_id.in_(owners), or_(DriveFile.owner_id == user.id, exists(shared))
    )


def find(world: World, user: AppUser, file_id: str, *, to_change: bool = False) -> DriveFile | None:
    """Return a file that a person may see, by its id."""
    found = visible(user).where(DriveFile.file_id == file_id)
    return world.db.session.scalar(found.with_for_update() if to_change else found)


def may_write(world: World, user: AppUser, row: DriveFile) -> bool:
    """Return whether a person may change a file: its owner, and writers that it is shared with."""
    if row.owner_id == user.id:
        return True
    permission = world.db.session.get(DrivePermission, (row.id, user.id))
    return permission is not None and permission.role == "writer"


def list_files(
    world: World, user: AppUser, query: str, order: str, offset: int, most: int
) -> tuple[Sequence[DriveFile], bool]:
    """Return a part of the files that a query finds, and whether there are more.

    Args:
        user: the user who asks.
        query: in Drive's language; empty for all.
        order: `name`, or `modifiedTime desc`.
        offset: how many come before.
        most: how many, at most.

    Raises:
        BadQuery: the query cannot be read.
        KeyError: lists cannot be ordered so.
    """
    found = visible(user)
    if query:
        found = found.where(build_condition(query, user))
    for each in order.split(",") if order else ():
        name, _, direction = each.strip().partition(" ")
        column = ORDERS[name]
        found = found.order_by(column.desc() if direction == "desc" else column)
    rows = world.db.session.scalars(found.order_by(DriveFile.id).offset(offset).limit(most + 1))
    page = rows.all()
    return page[:most], len(page) > most


def create(world: World, user: AppUser, **values: Any) -> DriveFile:
    """Make a file; `values` are its columns."""
    now = world.clock.now()
    row = DriveFile(
        file_id="1" + world.randomness.secret("drive file", 24),
        owner_id=user.id,
        is_trashed=False,
        version=1,
        created_at=now,
        modified_at=now,
        **values,
    )
    world.db.session.add(row)
    world.db.session.flush()
    return row


def change(world: World, row: DriveFile, **values: Any) -> None:
    """Change columns of a file, which was locked before."""
    for name, value in values.items():
        setattr(row, name, value)
    row.modified_at, row.version = world.clock.now(), row.version + 1
    world.db.session.flush()


def delete(world: World, row: DriveFile) -> None:
    """Delete a file for good, with whom it is shared."""
    for each in permissions(world, row):
        world.db.session.delete(each)
    world.db.session.flush()
    world.db.session.delete(row)
    world.db.session.flush()


def permissions(world: World, row: DriveFile) -> Sequence[DrivePermission]:
    """Return with whom a file is shared."""
    found = select(DrivePermission).where(DrivePermission.file_key == row.id)
    return world.db.session.scalars(found.order_by(DrivePermission.user_id)).all()
