"""Who may see and change which records: their owner, whom they are shared with, and admins."""

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, true

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.salesforce.objects.catalog import PRIVATE, WRITE, ObjectType
from simulator.systems.apps.salesforce.tables import SalesforceRecord, SalesforceShare
from simulator.world import World


def may_see(user: AppUser, object_type: ObjectType, record: Any) -> ColumnElement[bool]:
    """Return the condition that a person may see a record.

    Args:
        user: the user of the org.
        object_type: the object type of the record.
        record: `SalesforceRecord`, or an alias of it.
    """
    if people.is_admin(user) or object_type.sharing != PRIVATE:
        return true()
    shared = exists().where(
        SalesforceShare.record_number == record.id, SalesforceShare.user_id == user.id
    )
    return or_(record.owner_id == user.id, shared)


def is_of(user: AppUser, object_type: ObjectType, record: Any) -> ColumnElement[bool]:
    """Return the condition that a record is one of an object, and a person may see it."""
    return and_(
        record.host == user.host,
        record.kind == object_type.name,
        may_see(user, object_type, record),
    )


def may_change(
    world: World, user: AppUser, object_type: ObjectType, record: SalesforceRecord
) -> bool:
    """Return whether a person who sees a record may change it."""
    if people.is_admin(user) or object_type.sharing == WRITE or record.owner_id == user.id:
        return True
    share = exists().where(
        SalesforceShare.record_number == record.id,
        SalesforceShare.user_id == user.id,
        SalesforceShare.can_edit,
    )
    return bool(world.db.session.scalar(share.select()))
