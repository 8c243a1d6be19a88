"""Whom a token is for: the identity URL, UserInfo, introspection, and what is to be discovered."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator.db.tables import AppUser
from simulator.net.addresses import app_system
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.bearer import Access, TokenRefused, authenticate
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.salesforce import ids
from simulator.systems.apps.salesforce.moments import write_moment
from simulator.systems.apps.salesforce.records import find_user
from simulator.systems.apps.salesforce.traffic import LOGIN_HOST, TEST_HOST, TRAFFIC

blueprint = Blueprint("identity", __name__)
_OPENING = frozenset(("id", "openid", "profile", "email", "address", "phone", "full"))
#: What stands in the place of the version in addresses of an identity.
_VERSION = "{version}"


def is_sandbox(host: str) -> bool:
    """Return whether the org at a host is a sandbox."""
    return host.endswith(".sandbox.my.salesforce.com")


def login_host(host: str) -> str:
    """Return the common host where the people of an org sign in."""
    return TEST_HOST if is_sandbox(host) else LOGIN_HOST


def refuse_sign_in(at: str) -> str:
    """Return why nobody of this org can sign in at a host; empty if they can."""
    if at in (LOGIN_HOST, TEST_HOST) and at != login_host(here().host):
        return (
            "Please check your username and password. If you still can't log in, contact your "
            "Salesforce administrator. (This org is "
            f"{'a sandbox' if is_sandbox(here().host) else 'no sandbox'}: sign in at "
            f"{login_host(here().host)}.)"
        )
    return ""


def instance_url() -> str:
    """Return where the org's API is, as whoever asks can open it."""
    return here().world.addresses.base_url(app_system(here().host))


def url_of(user_id: int) -> str:
    """Return the identity URL of a person."""
    world, host = here().world, here().host
    user = people.by_id(world, host, user_id)
    number = find_user(world, user).record_id if user else ""
    base = world.addresses.base_url(app_system(login_host(host)))
    return f"{base}/id/{ids.org_id(host)}/{number}"


@blueprint.get("/id/<org>/<number>")
def show(org: str, number: str) -> tuple[Response | str, int]:
    """Whom the token is for; the address comes with the token."""
    access, refusal = _read_access()
    if access is None:
        return refusal, 403
    own = find_user(here().world, access.user).record_id
    if ids.normalize(org) != ids.org_id(here().host) or ids.normalize(number) != own:
        return "Wrong_Org" if ids.normalize(number) == own else "Bad_Id", 404
    return jsonify(_describe(access.user)), 200


@blueprint.route(TRAFFIC.userinfo or "", methods=["GET", "POST"])
def userinfo() -> tuple[Response | str, int]:
    """The same, as OpenID Connect has it."""
    access, refusal = _read_access()
    if access is None:
        return refusal, 403
    found = _describe(access.user)
    first, _, last = access.user.name.rpartition(" ")
    claims = {
        "sub": found["id"],
        **{name: found[name] for name in ("user_id", "organization_id")},
        "preferred_username": found["username"],
        "nickname": found["nick_name"],
        "name": access.user.name,
        "email": access.user.email,
        "email_verified": True,
        "given_name": first,
        "family_name": last,
        "zoneinfo": found["timezone"],
        **{name: found[name] for name in ("urls", "active", "user_type", "language", "locale")},
        "utcOffset": found["utcOffset"],
        "updated_at": found["last_modified_date"],
    }
    return jsonify(claims), 200


def _read_access() -> tuple[Access | None, str]:
    """Return whose token it is, or why it opens nothing."""
    try:
        access = authenticate()
    except TokenRefused as refused:
        return None, "Bad_OAuth_Token" if refused.error else "Missing_OAuth_Token"
    return (access, "") if access.scopes & _OPENING else (None, "Bad_OAuth_Token")


def _describe(user: AppUser) -> dict[str, Any]:
    base, record = instance_url(), find_user(here().world, user)
    data, first = f"{base}/services/data/v{_VERSION}", user.name.rpartition(" ")[0]
    return {
        "id": url_of(user.id),
        "asserted_user": True,
        "user_id": record.record_id,
        "organization_id": ids.org_id(here().host),
        "username": user.login,
        "nick_name": user.login.partition("@")[0],
        "display_name": user.name,
        "email": user.email,
        "email_verified": True,
        "first_name": first,
        "last_name": user.name.removeprefix(first).strip(),
        "timezone": "GMT",
        "urls": {
            "rest": f"{data}/",
            "sobjects": f"{data}/sobjects/",
            "search": f"{data}/search/",
            "query": f"{data}/query/",
            "recent": f"{data}/recent/",
            "profile": f"{base}/{record.record_id}",
            "custom_domain": base,
        },
        "active": True,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_US",
        "utcOffset": 0,
        "last_modified_date": record.fields.get("LastModifiedDate")
        or write_moment(here().world.clock.now()),
        "is_app_installed": True,
    }


@blueprint.post("/services/oauth2/introspect")
def introspect() -> Response:
    """What a token is good for (RFC 7662); a client asks about its own."""
    provider: Any = here().provider
    answer: Response = provider.create_endpoint_response("introspection")
    return answer


@blueprint.get(TRAFFIC.revoke or "")
def revoke() -> Response:
    """Revoke a token by an address, for clients that cannot POST; with JSONP if they ask."""
    provider: Any = here().provider
    answer: Response = provider.create_endpoint_response("revocation")
    callback = request.args.get("callback", "")
    if not callback.replace("_", "a").replace(".", "a").isalnum():
        return answer
    made = Response(f"{callback}({answer.get_data(as_text=True) or '{}'})")
    made.content_type = "application/javascript"
    return made


@blueprint.get("/.well-known/openid-configuration")
def configuration() -> Response:
    """The discovery document (OpenID Connect Discovery 1.0); no ID tokens are issued."""
    at = here().world.addresses.app_host_at(request.host) or here().host
    base = here().world.addresses.base_url(app_system(at))
    return jsonify(
        {
            "issuer": base,
            "authorization_endpoint": base + TRAFFIC.authorize,
            "token_endpoint": base + TRAFFIC.token,
            "revocation_endpoint": f"{base}{TRAFFIC.revoke}",
            "userinfo_endpoint": f"{base}{TRAFFIC.userinfo}",
            "introspection_endpoint": f"{base}/services/oauth2/introspect",
            "scopes_supported": list(here().profile.dialect.scopes),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "code_challenge_methods_supported": ["S256"],
        }
    )
