"""The table of every operation: routes, OpenAPI document and documentation are made from it."""

from functools import cache
from typing import Any

from simulator.control import (
    apps,
    identity_provider,
    misbehaviour,
    oracle,
    persons,
    problems,
    processes,
    records,
    timing,
    visiting,
    workspace,
    worlds,
)
from simulator.control.models import Nothing, ResponseModel
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Api, Endpoint, Table

ENDPOINTS = Table(Endpoint, CONTROL_PATH)


class Link(ResponseModel):
    """One operation."""

    method: str
    path: str
    summary: str


class Index(ResponseModel):
    """What there is."""

    name: str
    openapi: str
    operations: list[Link]


@ENDPOINTS.add("GET", "")
def index(_simulator: Simulator) -> Index:
    """Tell what there is."""
    links = [
        Link(method=each.method, path=each.template, summary=each.summary)
        for each in CONTROL_API.endpoints
    ]
    name = "Control API of the simulator"
    return Index(name=name, openapi=f"{CONTROL_PATH}openapi.json", operations=links)


@ENDPOINTS.add("GET", "openapi.json")
def openapi(_simulator: Simulator) -> dict[str, Any]:
    """Describe all of this for programs (OpenAPI 3.1)."""
    return _document()


@cache
def _document() -> dict[str, Any]:
    from simulator.web.openapi import build_document

    return build_document(CONTROL_API)


CONTROL_API = Api(
    title="Control API of the simulator of Workato's MCP verified user access",
    summary="What a test does to the sandbox from outside.",
    endpoints=[
        *ENDPOINTS,
        *worlds.ENDPOINTS,
        *persons.ENDPOINTS,
        *visiting.ENDPOINTS,
        *timing.ENDPOINTS,
        *apps.ENDPOINTS,
        *misbehaviour.ENDPOINTS,
        *records.ENDPOINTS,
        *oracle.ENDPOINTS,
        *workspace.ENDPOINTS,
        *identity_provider.ENDPOINTS,
        *processes.ENDPOINTS,
    ],
    nothing=Nothing,
    needs_token=False,
    refusal=problems.ProblemOut,
    refusal_type=problems.MEDIA_TYPE,
    problems={
        401: "the token is missing or wrong; only where the sandbox was started with one",
        403: "the request comes from a web page, or names another host",
        422: "a parameter or member is unknown or wrong",
    },
    problems_with_body={
        400: "the body is not JSON",
        413: "the body is too long",
        415: "the body does not say that it is JSON",
    },
)
