"""Who may do what: scopes of which one is enough, and Google's words where none is there."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, g

from simulator.db.tables import AppUser
from simulator.systems.apps._kit.bearer import Access, TokenRefused, authenticate
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.google.api.refusals import Refused, error_answer
from simulator.web.bearer import build_challenge

P = ParamSpec("P")
#: What most of Google's scopes begin with.
PREFIX = "https://www.googleapis.com/auth/"
REALM = "https://accounts.google.com/"
_SEE = (
    "Expected OAuth 2 access token, login cookie or other valid authentication credential. See "
    "https://developers.google.com/identity/sign-in/web/devconsole-project."
)


class ScopeMissing(Exception):
    """A token that was granted none of the scopes that a method takes.

    Args:
        method: the method as discovery documents name it, such as `gmail.users.messages.list`.
        scopes: the scopes of which one is needed.
    """

    def __init__(self, method: str, scopes: tuple[str, ...]) -> None:
        super().__init__(method)
        self.method, self.scopes = method, scopes


def needs(method: str, *scopes: str) -> Callable[[Callable[P, Any]], Callable[P, Any]]:
    """Let only tokens through that have one of these scopes; `user` and `access` find whose it is.

    Args:
        method: the method as discovery documents name it.
        scopes: without Google's prefix, where they have it.
    """
    whole = tuple(name if "/" in name or ":" in name else PREFIX + name for name in scopes)

    def decorate(view: Callable[P, Any]) -> Callable[P, Any]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            found = authenticate()
            if not found.scopes.intersection(whole):
                raise ScopeMissing(method, whole)
            g.google_access = found
            _check_user(found.user)
            return view(*args, **kwargs)

        return guarded

    return decorate


def _check_user(user: AppUser) -> None:
    """A path names its person as `me`, or by the address of the account."""
    named = g.get("google_user", "me")
    if named != "me" and named.lower() != user.email.lower():
        raise Refused(403, f"Delegation denied for {user.email}")


def access() -> Access:
    """The access of the request, in a view that needs one."""
    found = g.google_access
    assert isinstance(found, Access)
    return found


def user() -> AppUser:
    """Whose token the request has."""
    return access().user


def has_scope(*names: str) -> bool:
    """Whether the token has one of these scopes."""
    return bool(access().scopes.intersection(PREFIX + name for name in names))


def record_own(count: int = 1) -> None:
    """Have the isolation oracle know that rows of the token's person are answered."""
    here().world.calls.record_rows([user().email] * count)


def answer_scope_missing(error: ScopeMissing) -> Response:
    """403 with the challenge of RFC 6750 §3.1 and the reason of google.rpc.ErrorInfo."""
    service = error.method.partition(".")[0]
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"method": error.method, "service": f"{service}.googleapis.com"},
    }
    challenge = build_challenge(
        "Bearer", REALM, error="insufficient_scope", scope=" ".join(error.scopes)
    )
    return error_answer(
        403,
        "Request had insufficient authentication scopes.",
        "insufficientPermissions",
        short="Insufficient Permission",
        details=[info],
        headers={"WWW-Authenticate": challenge},
    )


def answer_token_refused(error: TokenRefused) -> Response:
    """401, for a token that is none (any more), and for none at all."""
    place = {"location": "Authorization", "locationType": "header"}
    if not error.error:
        return error_answer(
            401,
            f"Request is missing required authentication credential. {_SEE}",
            "required",
            short="Login Required.",
            more=place,
            headers={"WWW-Authenticate": build_challenge("Bearer", REALM)},
        )
    return error_answer(
        401,
        f"Request had invalid authentication credentials. {_SEE}",
        short="Invalid Credentials",
        more=place,
        headers={
            "WWW-Authenticate": build_challenge("Bearer", REALM, error="invalid_token"),
        },
    )
