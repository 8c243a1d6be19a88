"""What every view of the web app needs: the signed-in collaborator, permissions, list searches."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

from flask import flash, g, redirect, request, url_for
from werkzeug.exceptions import Unauthorized
from werkzeug.wrappers import Response

from simulator.db.tables import Collaborator, Workspace
from simulator.domain import activity_trail, held_roles, project_scope
from simulator.domain.activity_trail import Actor
from simulator.domain.permissions import AssetScope, Permissions, get_permissions, list_projects
from simulator.net.addresses import AIHUB
from simulator.systems.aihub import permissions
from simulator.validation.parsing import parse_whole_number, shorten
from simulator.web import posted_pages, sign_in_cookie
from simulator.web.application import current_world

#: Served without a look at the database: each look takes its write lock.
_FILES = {"healthz", "static", "shared.static", "bootstrap.static"}
_LONGEST_SEARCH = 200
#: In the cookie: whether whoever signed in may go on in other workspaces, too.
SEVERAL = "several_workspaces"
_SELECTED = (
    "Your role is for selected projects (Workspace admin > Roles), and this is for the whole "
    "workspace. Ask an owner or admin."
)
_PUBLIC = {
    "session.sign_in",
    "session.choose_workspace",
    "callback.handle_callback",
    "collaborator_invitations.accept",
}


@dataclass(frozen=True, kw_only=True)
class Person:
    """The signed-in collaborator, as pages show them; outlives a rolled-back unit of work."""

    id: int
    name: str
    email: str
    role: str
    role_name: str
    permissions: Permissions
    places: Sequence[AssetScope]
    workspace_id: int
    workspace: str

    @property
    def is_admin(self) -> bool:
        """Whether they administer the workspace."""
        return self.permissions.allow("Workspace settings", "all")

    def may(self, key: str, row: Any = None) -> bool:
        """Return whether they may do something where they are, or to a row of a list.

        Args:
            key: the key as `permissions.OPENS` calls it.
            row: an environment, a project, or of one; None for what the whole page is about.
        """
        needed, places = permissions.find_needed(key), self.places
        if row is not None and self.permissions.everywhere is None:
            places = [permissions.find_place(current_world(), row, self.permissions.first)]
        return not needed or any(self.permissions.allow(*each, places) for each in needed)


def is_public(endpoint: str | None) -> bool:
    """Return whether a page is open to people who are not signed in.

    Args:
        endpoint: the endpoint of a view; None for no page of ours.
    """
    return endpoint is None or endpoint in _PUBLIC


def signed_in() -> Person | None:
    """Return the signed-in collaborator, or None."""
    return cast(Person | None, g.get("person"))


def person() -> Person:
    """Return the signed-in collaborator; every view but the public ones has one."""
    return cast(Person, g.person)


def as_actor(collaborator: Collaborator) -> Actor:
    """Return the actor whose changes the audit log records for this request.

    Args:
        collaborator: the collaborator who is signed in, or signs in.
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


def may(key: str, row: Any = None) -> bool:
    """Return whether the signed-in collaborator may do something; False if nobody is signed in.

    Args:
        key: the key as `permissions.OPENS` calls it.
        row: see `Person.may`.
    """
    found = signed_in()
    return found is not None and found.may(key, row)


def list_where(resource: str) -> Collection[int] | None:
    """Return the ids of the projects where whoever is signed in sees something; None for all.

    Args:
        resource: a key of `privileges.RESOURCES`.
    """
    who, needed = person(), ((resource, "read"),)
    return list_projects(current_world(), who.workspace_id, who.permissions, needed)


def require(key: str) -> None:
    """Check a permission that depends on what the view finds in the request.

    Args:
        key: the key as `permissions.OPENS` calls it.

    Raises:
        Forbidden: for everybody else.
    """
    permissions.check(person().permissions, key, person().places)


def load_person() -> Response | None:
    """Load the signed-in collaborator; redirect others to the sign-in page, and back afterwards."""
    if request.endpoint in _FILES:
        return None
    found = None
    if sign_in := sign_in_cookie.find(current_world(), AIHUB):
        found = current_world().db.session.get(Collaborator, int(sign_in.person))
    if found is not None:
        g.person = _describe(found)
        activity_trail.act_as(current_world(), as_actor(found))
        if request.endpoint is not None and request.endpoint not in _PUBLIC:
            require(permissions.name_request())
        return None
    if is_public(request.endpoint):
        return None
    if request.path.endswith(".json"):
        raise Unauthorized("Nobody is signed in to the web app in this browser.")
    is_lost = request.method == "POST" and request.endpoint != "session.sign_out"
    if is_lost and not g.get("sandbox_was_reset"):
        flash("You were signed out in the meantime, and nothing was saved. Sign in again.", "info")
    return redirect(url_for("session.sign_in", next=requested_page()), 303)


def _describe(found: Collaborator) -> Person:
    """Return who is signed in; what they do not see is left out from then on."""
    world = current_world()
    theirs = get_permissions(world, found)
    places: Sequence[AssetScope] = ()
    if theirs.everywhere is None:
        seen = list_projects(world, found.workspace_id, theirs)
        whole = any(each.project_ids is None for each in theirs.held)
        project_scope.limit_to_seen(world, seen or (), "" if whole else _SELECTED)
        places = permissions.find_places(world, found.workspace_id, theirs.first)
        needed = permissions.find_of_projects()
        if needed:  # a page about several projects is about those where its privilege is had
            there = list_projects(world, found.workspace_id, theirs, needed)
            project_scope.limit_to_seen(world, there or (), "" if whole else _SELECTED)
    workspace = world.db.session.get(Workspace, found.workspace_id)
    return Person(
        id=found.id,
        name=found.name,
        email=found.email,
        role=found.role,
        role_name=held_roles.describe(world, found),
        permissions=theirs,
        places=places,
        workspace_id=found.workspace_id,
        workspace=workspace.name if workspace else "",
    )


def searched() -> tuple[str, int]:
    """Return a list's search text (parameter `q`) and page number (parameter `page`)."""
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
