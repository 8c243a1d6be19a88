"""Lines of purchase orders at addresses of their own: read, filtered, closed and opened again."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Integer, cast, func, select, type_coerce
from sqlalchemy.orm import joinedload

from simulator.db.base import Json
from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.coupa import filters, lists, receiving, shapes, store
from simulator.systems.apps.coupa.api_errors import NotFound
from simulator.systems.apps.coupa.json_items import json_items
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.resources import RESOURCES
from simulator.systems.apps.coupa.sources import Column, Path, line_columns, source_of
from simulator.systems.apps.coupa.tables import CoupaPurchaseOrder
from simulator.world import World

RESOURCE = Resource(
    path="purchase_order_lines",
    element="order-line",
    type_name="OrderLine",
    noun="purchase order line",
    scope="core.purchase_order",
    methods=frozenset({"index", "show"}),
)
#: Name → (the state that it brings a line to, the states from which it may).
ACTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "soft_close_for_receiving": ("soft_closed_for_receiving", ("created", "received")),
        "reopen_for_receiving": ("created", ("soft_closed_for_receiving",)),
        "soft_close_for_invoicing": ("soft_closed_for_invoicing", ("created", "received")),
        "reopen_for_invoicing": ("created", ("soft_closed_for_invoicing",)),
    }
)


def read_page(
    world: World, user: AppUser, query: Iterable[tuple[str, str]]
) -> list[tuple[CoupaPurchaseOrder, int]]:
    """Return a page of lines, each as its order and its number there.

    Args:
        user: the user who looks.
        query: the query of the request.

    Raises:
        ApiError: 400 naming each wrong parameter.
    """
    order, orders = CoupaPurchaseOrder, source_of(RESOURCES["purchase_orders"])
    items = json_items(order.lines).table_valued("value")
    line: Any = type_coerce(items.c.value, Json)
    number = line["line-num"].as_integer()
    own = order.id * shapes.LINES_EACH + number
    columns: dict[Path, Column] = {
        **line_columns(order.id, line),
        ("order-header-id",): Column(kind="integer", sql=order.id),
        ("order-header-number",): Column(kind="text", sql=order.po_number),
        ("created-at",): Column(kind="moment", sql=order.created_at),
        ("updated-at",): Column(kind="moment", sql=order.updated_at),
    }
    place = filters.Place(type=RESOURCE.type_name, details=line, columns=columns)
    selection = lists.read(world, user.host, RESOURCE, query, place)
    found = (
        select(order, cast(number, Integer))
        .select_from(order)
        .join(items, func.coalesce(1, 1) == 1)
        .options(joinedload(order.requester))
        .where(orders.all if people.sees_all(user) else orders.own, *selection.where)
        .order_by(*selection.ordered_by(own))
        .limit(selection.limit)
        .offset(selection.offset)
    )
    rows = world.db.session.execute(found, store.viewer_of(user)).all()
    return [(row, _place_of(row, line_number)) for row, line_number in rows]


def _place_of(order: CoupaPurchaseOrder, number: int) -> int:
    """A line's place among those of its order, from 1."""
    numbers = [line["line-num"] for line in order.lines]
    return numbers.index(number) + 1


def find(world: World, user: AppUser, name: str) -> tuple[CoupaPurchaseOrder, int]:
    """Return a line's order, and its number there.

    Raises:
        NotFound: there is none that the person sees.
    """
    if not name.isdigit():
        raise NotFound(RESOURCE.noun, name)
    return receiving.find_line(world, user, name)


def act(world: World, order: CoupaPurchaseOrder, number: int, name: str) -> None:
    """Close a line for receipts or invoices, or open it again.

    Raises:
        Invalid: it is in another state.
    """
    status, allowed = ACTIONS[name]
    receiving.mark_line(world, order, number, status, allowed)
