"""Resources of the API, by method and path: the gateway asks for them, and so does composite."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import Map, RequestRedirect, Rule

from simulator.systems.apps.salesforce.objects.catalog import ObjectType
from simulator.systems.apps.salesforce.records import Records
from simulator.systems.apps.salesforce.refusals import Refused


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request of the API, however it came here.

    Attributes:
        method: the HTTP method.
        path: below the version: `/sobjects/Account`.
        params: the parameters of the query.
        body: the JSON that was sent; None for none.
        version: the version of the API: `62.0`.
        records: what the person can do.
        batch_size: how many records they want on a page of a query.
    """

    method: str
    path: str
    params: Mapping[str, str]
    body: Any
    version: str
    records: Records
    batch_size: int = 2000

    @property
    def root(self) -> str:
        """The address of this version: `/services/data/v62.0`."""
        return f"/services/data/v{self.version}"

    def object_type(self, name: str) -> ObjectType:
        """Return an object by its name in an address.

        Raises:
            Refused: there is none.
        """
        found = self.records.catalog.find(name)
        if found is None:
            raise missing()
        return found

    def read_object(self) -> dict[str, Any]:
        """Return the JSON object that was sent.

        Raises:
            Refused: something else was sent.
        """
        return read_members(self.body)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a resource answers: JSON, or nothing where `body` is None."""

    status: int = 200
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[..., Answer]
_map = Map(strict_slashes=False, merge_slashes=False)
_handlers: dict[str, Handler] = {}


def resource(method: str, path: str) -> Callable[[Handler], Handler]:
    """Put a function at a method and path, of which it gets the parts by name."""

    def add(handler: Handler) -> Handler:
        endpoint = f"{method} {path}"
        _handlers[endpoint] = handler
        _map.add(Rule(path, endpoint=endpoint, methods=[method]))
        return handler

    return add


def dispatch(request: Request) -> Answer:
    """Return what the resource of a request answers.

    Raises:
        Refused: there is no such resource, or it refuses the request.
    """
    adapter = _map.bind("", path_info=request.path)
    try:
        endpoint, parts = adapter.match(method=request.method)
    except MethodNotAllowed as error:
        allowed = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD", "OPTIONS"}))
        sentence = f"HTTP Method '{request.method}' not allowed. Allowed are {allowed}"
        raise Refused(405, "METHOD_NOT_ALLOWED", sentence) from None
    except (NotFound, RequestRedirect):
        raise missing() from None
    return _handlers[endpoint](request, **parts)


def read_members(sent: Any) -> dict[str, Any]:
    """Return a JSON object.

    Raises:
        Refused: it is none.
    """
    if not isinstance(sent, dict):
        sentence = "The HTTP entity body is required, and must be a JSON object"
        raise Refused(400, "JSON_PARSER_ERROR", sentence)
    return sent


def missing() -> Refused:
    """There is no such resource."""
    return Refused(404, "NOT_FOUND", "The requested resource does not exist")
