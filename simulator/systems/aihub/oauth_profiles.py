"""Tools > Custom OAuth profiles: OAuth clients of the workspace's own, which connections share.

Labels, the three steps of the form and the path are documented (Workato docs, custom OAuth
profiles for Slack); the rest of the pages is our choice.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator import connectors
from simulator.db.tables import CustomOAuthProfile
from simulator.domain import oauth_profiles
from simulator.domain.oauth_profiles import ProfileInUse
from simulator.errors import FieldError, SimulatorError
from simulator.net.addresses import OAUTH_CALLBACK
from simulator.systems.aihub import meanwhile
from simulator.systems.aihub.context import person, searched
from simulator.web.application import current_world

bp = Blueprint("oauth_profiles", __name__, url_prefix="/custom_oauth_keys")

#: Connections that are named.
_NAMED = 20
_NOUNS = {
    "name": "The name",
    "client_id": "The client ID",
    "client_secret": "The client secret",
    "verification_token": "The verification token",
}


@dataclass(frozen=True, kw_only=True)
class _Row:
    """A line of the list."""

    profile: CustomOAuthProfile
    app: str
    connections: int


@bp.get("")
def listing() -> str:
    """List the profiles: `q` is part of a name, `page` which part of them."""
    world, (text, number) = current_world(), searched()
    found = oauth_profiles.find_profiles(world, person().workspace_id, text).page(number)
    counts = oauth_profiles.count_connections(world, [each.id for each in found])
    return render_template(
        "aihub/oauth_profiles.html",
        rows=[
            _Row(profile=each, app=_app(each.provider), connections=counts.get(each.id, 0))
            for each in found
        ],
        page=found.page,
        q=text,
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create a profile."""
    world, errors = current_world(), {}
    typed: Mapping[str, str] = {"provider": request.args.get("provider", "")}
    if request.method == "POST":
        typed = request.form
        try:
            made = oauth_profiles.create(
                world,
                person().workspace_id,
                name=typed.get("name", ""),
                provider=typed.get("provider", ""),
                client_id=typed.get("client_id", ""),
                client_secret=typed.get("client_secret", ""),
                verification_token=typed.get("verification_token", ""),
            )
        except FieldError as refusal:
            world.db.rollback()
            errors = {refusal.field: _tell(refusal)}
        else:
            flash(f"Created the custom OAuth profile '{made.name}'.", "success")
            return redirect(url_for("oauth_profiles.view", profile_id=made.id), 303)
    page = render_template(
        "aihub/oauth_profile_new.html",
        typed=typed,
        errors=errors,
        apps=[(each.provider, each.name) for each in oauth_profiles.list_connectors()],
        redirect_uri=OAUTH_CALLBACK,
        longest=oauth_profiles.LONGEST_NAME,
    )
    return page, 422 if errors else 200


@bp.post("/new_app")
def open_app() -> Response:
    """Create new app: go to where the chosen app has its OAuth clients."""
    provider = request.form.get("provider", "")
    known = {each.provider: each for each in oauth_profiles.list_connectors()}
    if provider not in known:
        raise SimulatorError(
            "Select an application first: Create new app opens its page of OAuth clients."
        )
    if page := oauth_profiles.find_client_page(current_world(), known[provider]):
        return redirect(current_world().addresses.local(page), 303)
    raise SimulatorError(
        f"This sandbox has no {known[provider].name}: start one whose scenario has it."
    )


@bp.route("/<int:profile_id>", methods=["GET", "POST"])
def view(profile_id: int) -> Response | tuple[str, int]:
    """Return a profile and its connections; a POST changes it, an empty secret stays."""
    world, profile, errors = current_world(), _profile(profile_id), {}
    typed: Mapping[str, str] = {"name": profile.name, "client_id": profile.client_id}
    if request.method == "POST":
        typed = request.form
        try:
            meanwhile.check(profile, lambda: _describe(profile))
            oauth_profiles.change(
                world,
                profile,
                name=typed.get("name", ""),
                client_id=typed.get("client_id", ""),
                client_secret=typed.get("client_secret") or None,
                verification_token=typed.get("verification_token") or None,
            )
        except FieldError as refusal:
            world.db.rollback()
            profile, errors = _profile(profile_id), {refusal.field: _tell(refusal)}
        else:
            flash("Saved. Connections ask for consent with this client from now on.", "success")
            return redirect(url_for("oauth_profiles.view", profile_id=profile_id), 303)
    page = render_template(
        "aihub/oauth_profile.html",
        profile=profile,
        app=_app(profile.provider),
        typed=typed,
        errors=errors,
        seen=meanwhile.mark(_describe(profile), errors),
        longest=oauth_profiles.LONGEST_NAME,
        redirect_uri=OAUTH_CALLBACK,
        **_uses(profile),
    )
    return page, 422 if errors else 200


@bp.route("/<int:profile_id>/delete", methods=["GET", "POST"])
def delete(profile_id: int) -> Response | tuple[str, int]:
    """Ask, and delete a profile that no connection has."""
    profile, status = _profile(profile_id), 200
    if request.method == "POST":
        name = profile.name
        try:
            oauth_profiles.delete(current_world(), profile)
        except ProfileInUse as refusal:
            status = refusal.status  # the page says which connections have it
        else:
            flash(f"Deleted the custom OAuth profile '{name}'.", "success")
            return redirect(url_for("oauth_profiles.listing"), 303)
    page = render_template(
        "aihub/oauth_profile_delete.html",
        profile=profile,
        app=_app(profile.provider),
        **_uses(profile),
    )
    return page, status


def _profile(profile_id: int) -> CustomOAuthProfile:
    return oauth_profiles.get_profile(current_world(), person().workspace_id, profile_id)


def _uses(profile: CustomOAuthProfile) -> dict[str, object]:
    """Which connections have a profile: those of this workspace by name, and how many in all."""
    found = oauth_profiles.find_connections(current_world(), profile)
    some = found.first(_NAMED)
    own = [each for each in some if each.workspace_id == profile.workspace_id]
    return {"connections": own, "count": found.count()}


def _describe(profile: CustomOAuthProfile) -> list[str | None]:
    return [
        profile.name,
        profile.client_id,
        profile.client_secret_sealed,
        profile.verification_token_sealed,
    ]


def _app(provider: str) -> str:
    known = connectors.CONNECTORS.get(provider)
    return known.name if known else provider


def _tell(refusal: FieldError) -> str:
    if refusal.field == "provider":
        return "Select an application."
    noun = _NOUNS.get(refusal.field)
    return f"{noun} {refusal.message}." if noun else refusal.message
