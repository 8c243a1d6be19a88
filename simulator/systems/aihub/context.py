"""What every view here needs: the world, who is signed in, and where one may be sent back to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from flask import current_app, flash, g, redirect, request, url_for
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from simulator.db.tables import Collaborator, Workspace
from simulator.domain import activity_trail
from simulator.domain.activity_trail import Actor
from simulator.domain.held_roles import BY_ENVIRONMENT
from simulator.errors import Forbidden
from simulator.net.addresses import AIHUB
from simulator.validation.parsing import parse_whole_number, shorten
from simulator.web import posted_pages, sign_in_cookie
from simulator.web.application import current_world

#: Served without a look at the database: each look takes its write lock.
_FILES = {"healthz", "static", "shared.static", "bootstrap.static"}
_LONGEST_SEARCH = 200
#: In the cookie: whether whoever signed in may go on in other workspaces, too.
SEVERAL = "several_workspaces"
_PUBLIC = {
    "session.sign_in",
    "session.choose_workspace",
    "callback.handle_callback",
    "collaborator_invitations.accept",
}
#: What an operator may change: whether tools and recipes run.
_OF_OPERATORS = {
    "session.sign_out",
    "session.choose_workspace",
    "servers.start_or_stop",
    "recipe_state.change",
}

_View = TypeVar("_View", bound=Callable[..., Any])


def for_building(view: _View) -> _View:
    """Mark a view as one for building alone, below its route.

    An operator is refused it before a form is filled in whose answer would be refused then.
    """
    view.is_for_building = True  # type: ignore[attr-defined]
    return view


@dataclass(frozen=True, kw_only=True)
class Person:
    """The signed-in collaborator, as pages show them; outlives a rolled-back unit of work."""

    id: int
    name: str
    email: str
    role: str
    is_admin: bool
    workspace_id: int
    workspace: str

    @property
    def may_build(self) -> bool:
        """Whether they change what is built; an operator starts and stops it."""
        return self.role not in ("operator", BY_ENVIRONMENT)


def is_public(endpoint: str | None) -> bool:
    """Return whether nobody has to be signed in there: to sign in is what such pages are for.

    Args:
        endpoint: of a view; None for no page of ours.
    """
    return endpoint is None or endpoint in _PUBLIC


def signed_in() -> Person | None:
    """Return the signed-in collaborator, or None."""
    return cast(Person | None, g.get("person"))


def person() -> Person:
    """Return the signed-in collaborator; every view but the public ones has one."""
    return cast(Person, g.person)


def as_actor(collaborator: Collaborator) -> Actor:
    """Return whose changes those of this request are.

    Args:
        collaborator: who is signed in, or signs in.
    """
    return Actor(
        kind="collaborator",
        id=str(collaborator.id),
        name=collaborator.name,
        email=collaborator.email,
        workspace_id=collaborator.workspace_id,
        ip_address=request.remote_addr or "",
        user_agent=shorten(request.user_agent.string),
    )


def require_admin(sentence: str) -> None:
    """Let owners and admins pass.

    Raises:
        Forbidden: with this sentence, for everybody else.
    """
    if not person().is_admin:
        raise Forbidden(sentence)


def require_workspace_admin() -> None:
    """Let owners and admins pass, in Workspace admin.

    Raises:
        Forbidden: for everybody else.
    """
    require_admin(
        "Workspace admin is open to owners and admins of the workspace. "
        "Ask one of them to make the change."
    )


def load_person() -> Response | None:
    """Find who is signed in; send everybody else to the sign-in page, and back afterwards."""
    if request.endpoint in _FILES:
        return None
    found = None
    if sign_in := sign_in_cookie.find(current_world(), AIHUB):
        found = current_world().db.session.get(Collaborator, int(sign_in.person))
    if found is not None:
        workspace = current_world().db.session.get(Workspace, found.workspace_id)
        g.person = Person(
            id=found.id,
            name=found.name,
            email=found.email,
            role=found.role,
            is_admin=found.is_admin,
            workspace_id=found.workspace_id,
            workspace=workspace.name if workspace else "",
        )
        activity_trail.act_as(current_world(), as_actor(found))
        if not g.person.may_build:
            _check_operator(request.endpoint or "")
        return None
    if is_public(request.endpoint):
        return None
    if request.path.endswith(".json"):
        raise Unauthorized("Nobody is signed in to the web app in this browser.")
    if request.method == "POST" and not g.get("sandbox_was_reset"):
        flash("You were signed out in the meantime, and nothing was saved. Sign in again.", "info")
    return redirect(url_for("session.sign_in", next=requested_page()), 303)


def _check_operator(endpoint: str) -> None:
    view = current_app.view_functions.get(endpoint)
    if getattr(view, "is_for_building", False) or (
        request.method == "POST" and endpoint not in _OF_OPERATORS
    ):
        raise Forbidden(
            "An operator looks at everything that is built, and starts and stops it. Changing "
            "it takes another role: ask an owner or admin of the workspace."
        )


def searched() -> tuple[str, int]:
    """Return what a list is searched for (`q`), and the number of its page (`page`)."""
    text = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    return text, parse_whole_number(request.args.get("page")) or 1


def searched_in_form() -> tuple[str, bool]:
    """Return what a form looks for among rows to be ticked, and whether it is sent for that alone.

    Its buttons are `do=find`, and `do=enter`, which Enter in a field presses: that looks for
    another text (`find`) than last time (`found`), and does what the form is for otherwise.
    """
    sought, pressed = request.form.get("find", "").strip(), request.form.get("do")
    is_other = sought != request.form.get("found", "")
    return sought, pressed == "find" or (pressed == "enter" and is_other)


def requested_page() -> str:
    """Return the page to show after sign-in: the one asked for, or the one whose form was sent."""
    if request.method == "GET":
        return request.full_path.rstrip("?")
    referrer = urlsplit(request.referrer or "")
    if referrer.netloc != request.host:
        return "/"
    query = posted_pages.without_answer(referrer.query)
    return referrer.path + (f"?{query}" if query else "")
