"""The REST API: one address pattern for every resource, its objects, their parts and actions."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Response, current_app, request

from simulator.systems.apps._kit.bearer import Access, authenticate
from simulator.systems.apps.coupa import (
    actions,
    changes,
    choosing,
    formats,
    lists,
    order_lines,
    rate_limit,
    shapes,
    store,
)
from simulator.systems.apps.coupa.actions import LIST_ACTIONS, MEMBER_ACTIONS, Action
from simulator.systems.apps.coupa.api_errors import ApiError, NotFound, api_error
from simulator.systems.apps.coupa.bodies import Reader
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.resources import NESTED, RESOURCES
from simulator.systems.apps.coupa.scopes import COMMON_READ
from simulator.validation.media_types import JSON

blueprint = Blueprint("api", __name__, url_prefix="/api")

_READS = ("GET", "HEAD")
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]
_VERBS = {"GET": "show", "HEAD": "show", "PUT": "update", "PATCH": "update", "DELETE": "delete"}
_ON_LIST = {"GET": "index", "HEAD": "index", "POST": "create"}


@blueprint.get("/users/me")
def me() -> Response:
    """Whom the token belongs to (our choice: the real API documents no such address)."""
    access = _enter()
    return formats.answer_one(RESOURCES["users"], shapes.person(access.user))


@blueprint.route("/<path:rest>", methods=_METHODS)
def resources(rest: str) -> Response:
    """Any resource; `/api/resource[/id[/part[/id]]]`, or an action in place of the part."""
    match rest.strip("/").split("/"):
        case ["purchase_order_lines", *more]:
            return _order_lines(more)
        case [path] if path in RESOURCES and RESOURCES[path].is_listed:
            return _list(RESOURCES[path])
        case [path, name] if (path, name) in LIST_ACTIONS:
            return _list_action(RESOURCES[path], LIST_ACTIONS[path, name])
        case ["requisitions", "mine"]:
            return _mine()
        case ["approvals", "approver_search"]:
            return _search_approvers()
        case [path, name] if path in RESOURCES and RESOURCES[path].is_listed:
            return _one(RESOURCES[path], name)
        case [path, name, action] if (path, action) in MEMBER_ACTIONS:
            return _member_action(RESOURCES[path], name, MEMBER_ACTIONS[path, action])
        case [path, name, part, *rest_of_it] if len(rest_of_it) <= 1:
            child = RESOURCES.get(NESTED.get((path, part), part))
            if child is not None and path in child.parents and child.path != "approvals":
                return _part(RESOURCES[path], name, child, *rest_of_it)
    raise ApiError(404, {"error": ["There is nothing at this address of the API."]})


def _list(resource: Resource) -> Response:
    _check_method(resource, _ON_LIST)
    if request.method in _READS:
        access = _enter(resource.reading)
        return _answer_page(resource, access)
    access = _enter(resource.creating)
    return _create(resource, access)


def _one(resource: Resource, name: str) -> Response:
    _check_method(resource, _VERBS)
    verb = _VERBS[request.method]
    scopes = {"show": resource.reading, "update": resource.writing, "delete": resource.deleting}
    access = _enter(scopes[verb])
    return _do(resource, access, _find(resource, access, name), verb)


def _do(resource: Resource, access: Access, row: Any, verb: str) -> Response:
    if request.args:
        choosing.check(request.args, resource, is_change=verb == "update")
    _tell_owners(resource, access, [row])
    if verb == "delete":
        changes.delete(access.world, resource, access.user, row)
        return Response(status=200)
    if verb == "update":
        values, parts = _read(resource, access, is_change=True)
        if "exported" in request.args and "exported" in resource.fields:
            values["exported"] = request.args["exported"].lower() == "true"
        changes.update(access.world, resource, access.user, row, values, parts)
        access.world.db.session.flush()
    return _answer(resource, row, 200)


def _create(
    resource: Resource, access: Access, parent: tuple[Resource, Any] | None = None
) -> Response:
    choosing.check(request.args, resource, is_change=True)
    values, parts = _read(resource, access, is_change=False)
    row = changes.create(access.world, resource, access.user, values, parent, parts)
    _tell_owners(resource, access, [row])
    return _answer(resource, row, 201)


def _list_action(resource: Resource, action: Action) -> Response:
    return _run(resource, action, lambda access: None)


def _member_action(resource: Resource, name: str, action: Action) -> Response:
    return _run(resource, action, lambda access: _find(resource, access, name))


def _run(resource: Resource, action: Action, find: Any) -> Response:
    method = "GET" if request.method == "HEAD" else request.method
    if method not in action.methods:
        raise _wrong_method(action.methods)
    access = _enter(action.scope or resource.writing)
    choosing.check(request.args, resource, is_change=request.method not in _READS)
    row = find(access)
    values: dict[str, Any] = {}
    if action.takes_body:
        values, _ = _read(resource, access, is_change=not action.is_new)
    call = actions.Call(
        world=access.world,
        user=access.user,
        resource=resource,
        row=row,
        values=values,
        query=request.args,
    )
    result = action.run(call)
    access.world.db.session.flush()
    _tell_owners(resource, access, [result])
    return _answer(resource, result, 201 if action.is_new else 200)


def _part(parent: Resource, name: str, child: Resource, number: str | None = None) -> Response:
    """A list below an object, or one of it."""
    _check_method(child, _ON_LIST if number is None else _VERBS)
    reading = request.method in _READS
    access = _enter(child.reading if reading else child.writing, parent.reading)
    above = _find(parent, access, name)
    above_row = above[0] if parent.path == "users" else above
    if number is not None:
        row = store.find_part(access.world, child, parent, above_row.id, _as_id(number))
        if row is None:
            raise NotFound(child.noun, number)
        return _do(child, access, row, _VERBS[request.method])
    if request.method == "POST":
        return _create(child, access, (parent, above_row))
    found = store.children(access.world, child.path, parent, above_row.id)
    documents = [choosing.choose(child, store.show(child, row), request.args) for row in found]
    return formats.answer_list(child, documents)


def _mine() -> Response:
    if request.method not in _READS:
        raise _wrong_method(_READS)
    resource = RESOURCES["requisitions"]
    access = _enter(resource.reading)
    return _answer_page(resource, access, [resource.table.requester_id == access.user.id])


def _search_approvers() -> Response:
    """Who can be selection: everybody, by the attributes of users."""
    if request.method not in _READS:
        raise _wrong_method(_READS)
    return _answer_page(RESOURCES["users"], _enter(RESOURCES["approvals"].reading))


def _order_lines(more: list[str]) -> Response:
    """`purchase_order_lines`, which are parts of orders, with their own addresses."""
    resource = order_lines.RESOURCE
    if len(more) > 2:
        raise ApiError(404, {"error": ["There is nothing at this address of the API."]})
    if not more:
        _check_method(resource, _ON_LIST)
        access = _enter(resource.reading)
        choosing.check(request.args, resource, is_change=False)
        found = order_lines.read_page(access.world, access.user, request.args.items(multi=True))
        _tell_owners(RESOURCES["purchase_orders"], access, [order for order, _ in found])
        return formats.answer_list(
            resource,
            [
                choosing.choose(resource, shapes.order_line(order, number), request.args)
                for order, number in found
            ],
        )
    if len(more) == 1:
        _check_method(resource, _VERBS)
        access = _enter(resource.reading)
    elif more[1] not in order_lines.ACTIONS:
        raise ApiError(404, {"error": ["There is nothing at this address of the API."]})
    elif request.method != "PUT":
        raise _wrong_method(("PUT",))
    else:
        access = _enter(resource.writing)
    order, number = order_lines.find(access.world, access.user, more[0])
    _tell_owners(RESOURCES["purchase_orders"], access, [order])
    if len(more) == 2:
        order_lines.act(access.world, order, number, more[1])
        access.world.db.session.flush()
    document = shapes.order_line(order, number)
    return formats.answer_one(resource, choosing.choose(resource, document, request.args))


def _answer_page(resource: Resource, access: Access, further: Iterable[Any] = ()) -> Response:
    choosing.check(request.args, resource, is_change=False)
    world, user = access.world, access.user
    selection = lists.read(world, user.host, resource, request.args.items(multi=True))
    rows = store.page(world, resource, user, selection, further)
    _tell_owners(resource, access, rows)
    documents = [choosing.choose(resource, store.show(resource, row), request.args) for row in rows]
    return formats.answer_list(resource, documents)


def _answer(resource: Resource, row: Any, status: int) -> Response:
    document = store.show(resource, row)
    if request.args:
        if request.args.get("return_object") == "none":
            return Response(status=status)
        document = choosing.choose(resource, document, request.args)
    return formats.answer_one(resource, document, status)


def _read(
    resource: Resource, access: Access, *, is_change: bool
) -> tuple[dict[str, Any], list[tuple[Resource, dict[str, Any]]]]:
    """The values of the body, and the parts that are to be made of it."""
    body = formats.read_optional_body(resource) if is_change else formats.read_body(resource)
    reader = Reader(access.world, access.user.host, is_change)
    return reader.read(resource, body), reader.parts


def _find(resource: Resource, access: Access, name: str) -> Any:
    row = store.find(access.world, resource, access.user, _as_id(name))
    if row is None:
        raise NotFound(resource.noun, name)
    return row


def _as_id(name: str) -> int:
    """A number; 0, which nothing has, for anything else."""
    # Counted in characters first: int() refuses very long numbers with an error of its own.
    return int(name) if name.isascii() and name.isdigit() and len(name) <= 10 else 0


def _check_method(resource: Resource, verbs: dict[str, str]) -> None:
    allowed = [method for method, verb in verbs.items() if verb in resource.methods]
    if request.method not in allowed:
        raise _wrong_method(allowed)


def _wrong_method(allowed: Iterable[str]) -> ApiError:
    sentence = "This address of the API does not take that method."
    return ApiError(405, {"error": [sentence]}, {"Allow": ", ".join(allowed)})


def _enter(*scopes: str) -> Access:
    """Check the token, its scopes, and that the answer can be in a format that is accepted."""
    access = authenticate(COMMON_READ, *scopes)
    # Each world's setting is read once; where there is none, there is nothing to count.
    known = current_app.extensions.get(rate_limit.EXTENSION, {})
    if known.get(access.world.known.id, 0) is not None:
        rate_limit.check(access.world, access.user.host)
    if request.headers.get("Accept") != JSON or request.content_type:
        formats.check()
    return access


def _tell_owners(resource: Resource, access: Access, rows: Iterable[Any]) -> None:
    """Have the isolation oracle know whose rows are answered."""
    access.world.calls.record_rows(store.list_owners(access.user, resource, rows))


@blueprint.errorhandler(ApiError)
def _api_error(error: ApiError) -> Response:
    return api_error(error.status, error.errors, error.headers)
