"""Requisitions, purchase orders and invoices, as the pages show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement

from simulator.db.tables import AppUser
from simulator.systems.apps.coupa import store
from simulator.systems.apps.coupa.lists import Selection
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.resources import RESOURCES
from simulator.systems.apps.coupa.shapes import Document
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of document.

    Attributes:
        resource: what the API calls it.
        plural: its name in headings.
    """

    resource: Resource
    plural: str

    @property
    def path(self) -> str:
        """Its name in addresses."""
        return self.resource.path


REQUISITIONS = Kind(resource=RESOURCES["requisitions"], plural="Requisitions")
PURCHASE_ORDERS = Kind(resource=RESOURCES["purchase_orders"], plural="Purchase orders")
INVOICES = Kind(resource=RESOURCES["invoices"], plural="Invoices")
KINDS = {kind.path: kind for kind in (REQUISITIONS, PURCHASE_ORDERS, INVOICES)}


def newest(
    world: World, kind: Kind, user: AppUser, *, limit: int, offset: int = 0, own: bool = False
) -> Sequence[Document]:
    """Return a page of the documents that a person may see, the newest first.

    Args:
        world: the world.
        kind: which documents.
        user: the user who asks; their instance is the one looked at.
        limit: so many at most.
        offset: so many are left out.
        own: only their own, also for an admin.
    """
    # Two documents of one moment, as a frozen clock makes them, are told apart by their ids.
    order = [kind.resource.table.created_at]
    selection = Selection(where=[], order=order, is_descending=True, limit=limit, offset=offset)
    return store.page(world, kind.resource, user, selection, _own(kind, user, own))


def count(world: World, kind: Kind, user: AppUser, *, own: bool = False) -> int:
    """How many documents `newest` pages through."""
    return store.count(world, kind.resource, user, _own(kind, user, own))


def find(world: World, kind: Kind, user: AppUser, document_id: int) -> Document | None:
    """The document with this id, if the person may see it."""
    found: Document | None = store.find(world, kind.resource, user, document_id)
    return found


def _own(kind: Kind, user: AppUser, own: bool) -> list[ColumnElement[bool]]:
    return [kind.resource.table.requester_id == user.id] if own else []
