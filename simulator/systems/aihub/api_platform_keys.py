"""API keys of a client of the API platform: made, changed, refreshed, disabled and deleted."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import ApiPlatformClient, ApiPlatformKey
from simulator.domain import api_platform_clients, limits
from simulator.errors import FieldError
from simulator.systems.aihub import shown_once
from simulator.systems.aihub.api_platform_clients import NEW_KEY, get
from simulator.web.application import current_world

bp = Blueprint(
    "api_platform_keys", __name__, url_prefix="/api_platform/clients/<int:client_id>/keys"
)

_LISTS = ("ip_allow_list", "ip_deny_list")


@bp.route("/new", methods=["GET", "POST"])
def create(client_id: int) -> Response | tuple[str, int]:
    """Create an API key, whose token the next page shows, once."""
    client = get(client_id)
    if request.method != "POST":
        return _page(client, None, {}, {})
    lists = _read_lists()
    try:
        _check(lists)
        key, token = api_platform_clients.create_key(
            current_world(), client, name=request.form.get("name", ""), active=True, **lists
        )
    except FieldError as error:
        return _page(client, None, request.form, {error.field: error.sentence})
    shown_once.keep(f"{NEW_KEY}{key.id}", token)
    flash(f"Created the API key '{key.name}'.", "success")
    return _back(client)


@bp.route("/<int:key_id>", methods=["GET", "POST"])
def edit(client_id: int, key_id: int) -> Response | tuple[str, int]:
    """Change an API key's name and IP addresses; `ask` opens a question."""
    client, key = _get(client_id, key_id)
    if request.method != "POST":
        stored = {name: "\n".join(getattr(key, name)) for name in _LISTS}
        return _page(client, key, {"name": key.name, **stored}, {})
    lists = _read_lists()
    try:
        _check(lists)
        api_platform_clients.change_key(
            current_world(),
            key,
            name=request.form.get("name", ""),
            ip_allow_list=lists["ip_allow_list"],
            ip_deny_list=lists["ip_deny_list"],
        )
    except FieldError as error:
        current_world().db.rollback()
        return _page(*_get(client_id, key_id), request.form, {error.field: error.sentence})
    flash(f"Saved the API key '{key.name}'.", "success")
    return _back(client)


@bp.post("/<int:key_id>/state")
def change_state(client_id: int, key_id: int) -> Response:
    """Enable or disable an API key, as the pressed button (`do`) says."""
    client, key = _get(client_id, key_id)
    active = request.form.get("do") == "enable"
    api_platform_clients.change_key(current_world(), key, active=active)
    flash(f"{'Enabled' if active else 'Disabled'} the API key '{key.name}'.", "success")
    return _back(client)


@bp.post("/<int:key_id>/refresh")
def refresh(client_id: int, key_id: int) -> Response:
    """Give an API key another token, which the next page shows, once."""
    client, key = _get(client_id, key_id)
    token = api_platform_clients.refresh_key(current_world(), key)
    shown_once.keep(f"{NEW_KEY}{key.id}", token)
    flash(f"The API key '{key.name}' has a new token. The previous one no longer works.", "success")
    return _back(client)


@bp.post("/<int:key_id>/delete")
def delete(client_id: int, key_id: int) -> Response:
    """Delete an API key."""
    client, key = _get(client_id, key_id)
    name = key.name
    api_platform_clients.delete_key(current_world(), key)
    flash(f"Deleted the API key '{name}'.", "success")
    return _back(client)


def _get(client_id: int, key_id: int) -> tuple[ApiPlatformClient, ApiPlatformKey]:
    client = get(client_id)
    return client, api_platform_clients.get_key(current_world(), client, key_id)


def _read_lists() -> dict[str, list[str]]:
    return {name: request.form.get(name, "").replace(",", "\n").split() for name in _LISTS}


def _check(lists: Mapping[str, list[str]]) -> None:
    for field, sentence in limits.check_addresses(lists).items():
        raise FieldError(field, sentence)


def _page(
    client: ApiPlatformClient,
    key: ApiPlatformKey | None,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
) -> tuple[str, int]:
    page = render_template(
        "aihub/api_platform_key.html",
        client=client,
        key=key,
        typed=typed,
        errors=errors,
        asks=request.args.get("ask", ""),
    )
    return page, 422 if errors else 200


def _back(client: ApiPlatformClient) -> Response:
    return redirect(url_for("api_platform_clients.view", client_id=client.id), 303)
