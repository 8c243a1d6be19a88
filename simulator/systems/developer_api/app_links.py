"""App links of an environment (Workato docs, Developer API, Workato Identity).

The page names the endpoints; what a link consists of was not seen: name and address (our choice).
"""

from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import AppLink
from simulator.domain import app_links
from simulator.errors import FieldError
from simulator.systems.developer_api.endpoint import (
    IAM,
    ApiEndpoint,
    Body,
    Call,
    LongQuery,
    Number,
)
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/iam/", quota=IAM)


class NewLink(Body):
    """A link."""

    name: str
    url: str


class LinkIds(Body):
    """Links by their ids, in the body or in the query."""

    ids: Annotated[list[str | Number], Field(max_length=1000)] = []


@ENDPOINTS.add("GET", "app_links")
def list_app_links(call: Call, query: LongQuery) -> dict[str, Any]:
    """List the app links of the client's environment, by name."""
    found = app_links.list_links(call.world, call.environment.id)
    return {"data": [_row(each) for each in query.cut(found)]}


@ENDPOINTS.add("POST", "app_links")
def create_app_link(call: Call, body: NewLink) -> dict[str, Any]:
    """Create an app link in the client's environment."""
    made = app_links.create(call.world, call.environment, body.name, body.url)
    return {"data": _row(made)}


@ENDPOINTS.add("DELETE", "app_links/:link_id")
def delete_app_link(call: Call, link_id: int) -> dict[str, Any]:
    """Delete an app link."""
    app_links.delete_links(call.world, call.environment.id, [link_id])
    return {"success": True}


@ENDPOINTS.add("DELETE", "app_links")
def delete_app_links(call: Call, query: LinkIds, body: LinkIds) -> dict[str, Any]:
    """Delete several app links by their ids."""
    named = [*body.ids, *query.ids]
    if not named:
        raise FieldError("ids", "can't be blank")
    ids = [parse_whole_number(str(each)) or 0 for each in named]
    app_links.delete_links(call.world, call.environment.id, ids)
    return {"success": True}


def _row(link: AppLink) -> dict[str, Any]:
    return {
        "id": link.id,
        "name": link.name,
        "url": link.url,
        "created_at": link.created_at,
        "updated_at": link.updated_at,
    }
