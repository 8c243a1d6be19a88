"""Who is signed in: shown by the session cookie, read once a request."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec
from urllib.parse import urlencode

from flask import g, redirect, request
from werkzeug.wrappers import Response

from simulator.db.tables import AppUser
from simulator.errors import Forbidden
from simulator.net.addresses import app_system
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.provider import Subject
from simulator.web import headless, sign_in_cookie

P = ParamSpec("P")


def start(user: AppUser) -> None:
    """Sign a person in, in a session that carries nothing over from before."""
    sign_in_cookie.begin(here().world, app_system(here().host), str(user.id))
    g.app_subject = None


def end() -> None:
    """Sign out, for every copy of the cookie."""
    sign_in_cookie.end(here().world)
    g.app_subject = None


def subject() -> Subject | None:
    """Who is signed in and since when; None when nobody is, or they were removed meanwhile.

    Raises:
        NotHeadless: a header names somebody, in vain.
    """
    if g.get("app_subject") is None and (email := headless.read_person(here().world)):
        g.app_subject = _named(email)
    if g.get("app_subject") is None:
        sign_in = sign_in_cookie.find(here().world, app_system(here().host))
        user = sign_in and people.by_subject(here().world, here().host, sign_in.person)
        if sign_in and user:
            g.app_subject = Subject(user=user, auth_time=sign_in.signed_in_at)
    found = g.get("app_subject")
    return found if isinstance(found, Subject) else None


def _named(email: str) -> Subject:
    """Who is signed in for this request, by its header."""
    user = people.by_email(here().world, here().host, email)
    if user is None:
        headless.refuse(f"Nobody has an account with the e-mail address {email} at {here().host}.")
    headless.log_consent(user.email, f"signs in at {here().host}")
    return Subject(user=user, auth_time=here().world.clock.now())


def current_user() -> AppUser:
    """The signed-in person, in a view that needs one."""
    found = subject()
    assert found is not None, "the view lacks @login_required"
    return found.user


def login_redirect(target: str, code: int = 302) -> Response:
    """Off to the login page, and back to `target` after it."""
    return redirect(f"{here().profile.traffic.sign_in}?{urlencode({'next': target})}", code=code)


def login_required(view: Callable[P, Any]) -> Callable[P, Any]:
    """Send people who are not signed in to the login page first."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if subject() is None:
            return login_redirect(request.full_path.rstrip("?") if request.method == "GET" else "/")
        return view(*args, **kwargs)

    return guarded


def admin_required(view: Callable[P, Any]) -> Callable[P, Any]:
    """Let only admins through.

    Raises:
        Forbidden: the signed-in person is none.
    """

    @wraps(view)
    @login_required
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        if not people.is_admin(current_user()):
            raise Forbidden(here().profile.not_an_admin)
        return view(*args, **kwargs)

    return guarded
