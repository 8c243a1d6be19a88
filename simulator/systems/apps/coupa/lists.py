"""Lists: their parameters, the conditions of a query, pages by offset."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import ColumnElement, select, type_coerce

from simulator.db.base import Json
from simulator.systems.apps.coupa import filters
from simulator.systems.apps.coupa.api_errors import ApiError, Invalid
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.tables import CoupaRecord
from simulator.world import World

#: So many are on a page, at most and by default (Coupa, "Querying options").
LARGEST_PAGE = 50
_FURTHEST = 1_000_000
#: Parameters that every list has, beside the attributes of its objects.
PARAMETERS = ("limit", "offset", "order_by", "dir", "return_object", "filter", "fields")


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which rows a query asks for.

    Attributes:
        where: conditions that they meet.
        order: what they are ordered by, before their ids.
        is_descending: whether the last ones come first.
        limit: so many at most.
        offset: so many are left out.
    """

    where: list[ColumnElement[bool]]
    order: list[ColumnElement[Any]]
    is_descending: bool
    limit: int
    offset: int

    def ordered_by(self, number: ColumnElement[Any]) -> list[ColumnElement[Any]]:
        """Return what rows are ordered by; two that are alike, by their ids."""
        every = [*self.order, number]
        return [each.desc() for each in every] if self.is_descending else every


def read(
    world: World,
    host: str,
    resource: Resource,
    query: Iterable[tuple[str, str]],
    place: filters.Place | None = None,
) -> Selection:
    """Return which rows a query asks for.

    Args:
        host: the instance.
        resource: the resource whose list it is.
        query: the query of the request, in its order.
        place: where the paths begin; at a row of the resource, if nothing else is said.

    Raises:
        ApiError: 400 naming each wrong parameter.
    """
    pairs = list(query)
    place = place or filters.start(resource)
    given = {name: value for name, value in pairs if name in PARAMETERS}
    errors: dict[str, list[str]] = {}
    limit = _number(given, "limit", LARGEST_PAGE, 1, LARGEST_PAGE, errors)
    offset = _number(given, "offset", 0, 0, _FURTHEST, errors)
    if given.get("dir", "asc") not in ("asc", "desc"):
        errors["dir"] = ["must be asc or desc"]
    order, where = [], []
    try:
        if name := given.get("order_by"):
            order.append(filters.order(place, name))
        attributes = [pair for pair in pairs if pair[0] not in PARAMETERS]
        where += filters.conditions(place, attributes)
        if name := given.get("filter"):
            where += filters.conditions(place, _find_filter(world, host, resource, name))
    except ApiError as error:
        errors.update(error.errors)
    if errors:
        raise ApiError(400, errors)
    is_descending = given.get("dir") == "desc"
    return Selection(
        where=where, order=order, is_descending=is_descending, limit=limit, offset=offset
    )


def _number(
    given: Mapping[str, str],
    name: str,
    usual: int,
    least: int,
    most: int,
    errors: dict[str, list[str]],
) -> int:
    text = given.get(name, "")
    if name not in given:
        return usual
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
        errors[name] = [f"must be a whole number from {least} to {most}"]
        return usual
    return int(text)


def _find_filter(world: World, host: str, resource: Resource, name: str) -> list[tuple[str, str]]:
    """The conditions of an API filter that the instance has stored.

    Raises:
        Invalid: there is none of this name for the resource.
    """
    details: Any = type_coerce(CoupaRecord.details, Json)
    found = select(CoupaRecord).where(
        CoupaRecord.host == host,
        CoupaRecord.kind == "api_filters",
        details["name"].as_string() == name,
        details["resource"].as_string() == resource.path,
    )
    row = world.db.session.scalars(found.limit(1)).first()
    if row is None:
        raise Invalid("filter", f"is unknown: there is no API filter {name[:60]} for this resource")
    return parse_qsl(row.details["query"], keep_blank_values=True)
