"""Endpoints that Workato has and the simulator does not: they answer 501 rather than 404."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from simulator.net.addresses import is_below
from simulator.systems.developer_api.spelling import strip_suffix
from simulator.web.endpoints import path_fits

_TABLE = Path(__file__).with_name("known.yaml")
_DOCS = "https://docs.workato.com"

#: The documentation's lists of all endpoints.
INDEX = f"{_DOCS}/en/workato-api/resources.html"
_EMBEDDED_INDEX = "/en/oem/oem-api/resources.html"

#: The Embedded API has most resources once more, below a customer's workspace.
_EMBEDDED = re.compile(r"^/api(/v[0-9]+)?/managed_users/[^/]+/(?P<rest>.+)$")
_CUSTOMERS = ("/api/managed_users", "/api/v2/managed_users")

#: What the endpoints of one resource have in common: `/api/recipes`, `/api/v2/api_clients`.
_ROOT = re.compile(r"^(/api(/v[0-9]+(/batch)?)?)?/[^/]+")


def cut_root(path: str) -> str:
    """Return what the paths of one resource begin with; the path itself where it has no root."""
    found = _ROOT.match(path)
    return found[0] if found else path


@dataclass(frozen=True, kw_only=True)
class Resource:
    """A part of the Developer API.

    Attributes:
        name: the name as the documentation calls it.
        documentation: the address of the page that documents it.
        methods: those that are known at the path that was asked for; none where the path itself
            is not known, but stands beside or below paths that are.
        why: why it is not simulated; empty where nothing is said of it.
    """

    name: str
    documentation: str
    methods: tuple[str, ...] = ()
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A path that is known.

    Attributes:
        path: the path as the documentation writes it, parameters as `:name`.
        methods: the HTTP methods.
        name: the name of its resource.
        page: the page of the documentation, below docs.workato.com.
        embedded: the page of the same in a customer's workspace.
        why: why what is not simulated of its resource is not.
    """

    path: str
    methods: tuple[str, ...]
    name: str
    page: str
    embedded: str
    why: str

    @property
    def parameters(self) -> int:
        """How many parts of the path may be anything."""
        return self.path.count("/:")


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """Return all known paths, in the order of the table."""
    return tuple(_read())


def _read() -> Iterator[Endpoint]:
    for row in yaml.safe_load(_TABLE.read_text(encoding="utf-8")):
        for path, methods in row["endpoints"].items():
            yield Endpoint(
                path=path,
                methods=tuple(methods),
                name=row["name"],
                page=row["page"],
                embedded=row.get("embedded", _EMBEDDED_INDEX),
                why=row.get("why", ""),
            )


def find_resource(method: str, path: str) -> Resource | None:
    """Return the resource of the Developer API that a request belongs to; None for an unknown one.

    Args:
        method: the HTTP method.
        path: the path as it was asked for.
    """
    path = strip_suffix(path)
    if found := _at(method, path):
        return Resource(
            name=found.name,
            documentation=_DOCS + found.page,
            methods=_methods(path, found),
            why=found.why,
        )
    if embedded := _EMBEDDED.match(path):
        # With the version of the path, or without; MCP servers stand there without `mcp/`.
        starts = (f"/api{embedded[1] or ''}", "/api", "/api/mcp")
        twins = (_at(method, f"{start}/{embedded['rest']}") for start in starts)
        if twin := next((each for each in twins if each is not None), None):
            return Resource(
                name=f"{twin.name} (Embedded API)",
                documentation=_DOCS + twin.embedded,
                methods=twin.methods,
                why=twin.why,
            )
    return _around(path)


def _at(method: str, path: str) -> Endpoint | None:
    """Return the endpoint at a path: one that takes the method first, the most literal one then."""
    fitting = [each for each in endpoints() if path_fits(each.path, path)]
    return min(
        fitting, key=lambda each: (method not in each.methods, each.parameters), default=None
    )


def _methods(path: str, found: Endpoint) -> tuple[str, ...]:
    fitting = [
        each for each in endpoints() if each.name == found.name and path_fits(each.path, path)
    ]
    return tuple(dict.fromkeys(method for each in fitting for method in each.methods))


def _around(path: str) -> Resource | None:
    """Return the resource to which an unknown path probably belongs."""
    near = [each for each in endpoints() if is_below(path, (cut_root(each.path),))]
    if not near:
        return None
    nearest = min(near, key=lambda each: len(each.path))
    embedded = is_below(path, _CUSTOMERS)
    return Resource(
        name="Embedded API" if embedded else nearest.name,
        documentation=_DOCS + (_EMBEDDED_INDEX if embedded else nearest.page),
    )
