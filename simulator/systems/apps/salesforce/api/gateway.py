"""What stands before every resource: the version, the session, the body, and the limit's header."""

from typing import Any

from flask import Blueprint, Response, request

from simulator.systems.apps._kit.bearer import Access, TokenRefused, authenticate
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.salesforce import usage
from simulator.systems.apps.salesforce.answers import build_answer, error_answer
from simulator.systems.apps.salesforce.api import collections, composite, queries, site, sobjects
from simulator.systems.apps.salesforce.api.resources import Request, dispatch, missing
from simulator.systems.apps.salesforce.objects.catalog import Catalog
from simulator.systems.apps.salesforce.records import Records
from simulator.systems.apps.salesforce.refusals import Refused
from simulator.validation.parsing import NotJson, parse_strict_json

views = Blueprint("api", __name__, url_prefix="/services/data")
#: What puts resources where `dispatch` finds them.
RESOURCES = (collections, composite, queries, site, sobjects)
#: Version → what its release is called.
VERSIONS = {
    number: f"{season} '{year}"
    for number, season, year in (
        *((58, "Summer", 23), (59, "Winter", 24), (60, "Spring", 24), (61, "Summer", 24)),
        *((62, "Winter", 25), (63, "Spring", 25), (64, "Summer", 25), (65, "Winter", 26)),
        *((66, "Spring", 26), (67, "Summer", 26)),
    )
}
_OLDEST = 31
_ALL = ["GET", "POST", "PATCH", "PUT", "DELETE"]
_BATCHES = range(200, 2001)


@views.get("", strict_slashes=False)
@views.get("/")
def versions() -> Response:
    """Every version; nobody has to sign in for it."""
    listed = [
        {"label": label, "url": f"/services/data/v{number}.0", "version": f"{number}.0"}
        for number, label in VERSIONS.items()
    ]
    return build_answer(listed, 200)


@views.route("/v<int:number>.0", methods=_ALL)
@views.route("/v<int:number>.0/", methods=_ALL)
@views.route("/v<int:number>.0/<path:path>", methods=_ALL)
def enter(number: int, path: str = "") -> Response:
    """Any resource of a version."""
    access = authenticate()
    _check_scope(access)
    used = usage.count(here().host)
    try:
        if not _OLDEST <= number <= max(VERSIONS):
            raise missing()
        answer = dispatch(_read(access, f"{number}.0", path))
        made = build_answer(answer.body, answer.status, answer.headers)
    except Refused as refused:
        here().world.db.session.rollback()
        made = build_answer(refused.body, refused.status)
    made.headers["Sforce-Limit-Info"] = f"api-usage={used}/{usage.DAILY_REQUESTS}"
    return made


def _read(access: Access, version: str, path: str) -> Request:
    world, user = here().world, access.user
    return Request(
        method=_method(),
        path=f"/{path.rstrip('/')}",
        params=request.args.to_dict(),
        body=_read_body(),
        version=version,
        records=Records(world=world, user=user, catalog=Catalog(world, user)),
        batch_size=_read_batch_size(),
    )


def _method() -> str:
    """Return the method; `_HttpMethod` stands in for one that a client cannot send."""
    named = request.args.get("_HttpMethod", "").upper()
    return named if request.method == "POST" and named in _ALL else request.method


def _read_body() -> Any:
    sent = request.get_data()
    if not sent or request.method in ("GET", "DELETE"):
        return None
    try:
        return parse_strict_json(sent)
    except NotJson as error:
        raise Refused(400, "JSON_PARSER_ERROR", str(error)) from None


def _read_batch_size() -> int:
    """`Sforce-Query-Options: batchSize=200`: within bounds, whatever is asked for."""
    for part in request.headers.get("Sforce-Query-Options", "").split(","):
        name, _, value = part.strip().partition("=")
        if name.lower() == "batchsize" and value.strip().isdigit():
            return min(max(int(value[:9]), _BATCHES[0]), _BATCHES[-1])
    return _BATCHES[-1]


def _check_scope(access: Access) -> None:
    """Let tokens in that were granted the API.

    Raises:
        Refused: others.
    """
    if not access.scopes & {"api", "full"}:
        sentence = "This session is not valid for use with the REST API"
        raise Refused(401, "INVALID_SESSION_ID", sentence)


@views.errorhandler(Refused)
def _refused(refused: Refused) -> Response:
    return build_answer(refused.body, refused.status)


@views.errorhandler(TokenRefused)
def _unauthorized(_: TokenRefused) -> Response:
    answer = error_answer(401, "")
    answer.headers["WWW-Authenticate"] = "Token"
    return answer
