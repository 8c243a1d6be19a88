"""The REST API: requisitions, purchase orders, invoices; JSON only."""

from collections.abc import Sequence

from flask import Blueprint, Response, jsonify, request

from simulator.systems.apps._kit.bearer import Access, authenticate
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.coupa import documents, schemas, shapes
from simulator.systems.apps.coupa.api_errors import ApiError, NotFound, api_error
from simulator.systems.apps.coupa.documents import KINDS, REQUISITIONS, Document
from simulator.systems.apps.coupa.scopes import COMMON_READ
from simulator.validation.media_types import JSON, accepts, is_json

blueprint = Blueprint("api", __name__, url_prefix="/api")

_KIND = f"<any({', '.join(KINDS)}):path>"


@blueprint.get("/users/me")
def me() -> Response:
    """Whom the token belongs to (our choice: the real API documents no such address)."""
    access = _enter()
    return jsonify(shapes.person(access.user))


@blueprint.get(f"/{_KIND}")
def index(path: str) -> Response:
    """A page of the documents that the token's person may see.

    Query: `limit` (1 to 50), `offset`, `status`, `order_by` with `dir`.
    """
    kind = KINDS[path]
    access = _enter(kind.read_scope)
    query = schemas.parse_query(request.args.to_dict())
    rows = documents.visible(here().world, kind, access.user, query)
    _tell_owners(rows)
    return jsonify([shapes.document(row) for row in rows])


@blueprint.get(f"/{_KIND}/<name>")
def show(path: str, name: str) -> Response:
    """One document; another person's is answered like one that does not exist."""
    kind = KINDS[path]
    access = _enter(kind.read_scope)
    # Counted in characters first: int() refuses very long numbers with an error of its own.
    number = int(name) if name.isascii() and name.isdigit() and len(name) <= 10 else 0
    row = documents.find(here().world, kind, access.user, number)
    if row is None:
        raise NotFound(kind.noun, name)
    _tell_owners([row])
    return jsonify(shapes.document(row))


@blueprint.post(f"/{REQUISITIONS.path}")
def create() -> tuple[Response, int]:
    """Create a requisition in the name of the token's person."""
    access = _enter("core.requisition.write")
    if not is_json(request.content_type):
        raise ApiError(415, {"error": ["Send the body as Content-Type: application/json."]})
    body = schemas.parse_body(request.get_data())
    row = documents.create_requisition(here().world, access.user, body)
    _tell_owners([row])
    return jsonify(shapes.document(row)), 201


def _enter(*scopes: str) -> Access:
    """Check the token, its scopes and that JSON is wanted."""
    access = authenticate(COMMON_READ, *scopes)
    if not accepts(request.headers.get("Accept"), JSON):
        raise ApiError(
            406, {"error": ["Only JSON is simulated: send the header Accept: application/json."]}
        )
    return access


def _tell_owners(rows: Sequence[Document]) -> None:
    """Have the isolation oracle know whose rows are answered."""
    here().world.calls.record_rows(row.requester.email for row in rows)


@blueprint.errorhandler(ApiError)
def _api_error(error: ApiError) -> Response:
    return api_error(error.status, error.errors, error.headers)
