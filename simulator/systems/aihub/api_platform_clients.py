"""API platform > Clients: who calls API collections."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import ApiPlatformClient
from simulator.domain import api_collections, api_platform_clients
from simulator.domain.end_user_accounts import check_email
from simulator.errors import FieldError
from simulator.systems.aihub import shown_once
from simulator.systems.aihub.context import person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("api_platform_clients", __name__, url_prefix="/api_platform/clients")

#: What is kept with a new token, before the key's id.
NEW_KEY = "api-platform-key-"
#: API collections in a menu.
_OFFERED = 100
_FIELDS = ("name", "description", "email")


@bp.get("")
def listing() -> str:
    """Return a page of the clients; `q` filters by name and description."""
    world, (text, number) = current_world(), searched()
    workspace_id = person().workspace_id
    found = api_platform_clients.find_clients(world, workspace_id, text=text).page(number)
    return render_template(
        "aihub/api_platform_clients.html",
        found=found,
        q=text,
        keys=api_platform_clients.count_keys(world, [each.id for each in found]),
        collections=_name_collections({one for each in found for one in each.collection_ids}),
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create a client, with the API collections that it may call."""
    errors, chosen = {}, _read_chosen()
    if request.method == "POST":
        try:
            made = _create(chosen)
        except FieldError as error:
            errors = {error.field: error.sentence}
        else:
            flash(f"Created the client '{made.name}'. Give it an API key.", "success")
            return redirect(url_for("api_platform_clients.view", client_id=made.id), 303)
    typed = {name: request.form.get(name, "") for name in _FIELDS}
    page = render_template(
        "aihub/api_platform_client_new.html",
        typed=typed,
        chosen=chosen,
        offered=_offer(chosen),
        errors=errors,
    )
    return page, 422 if errors else 200


@bp.route("/<int:client_id>", methods=["GET", "POST"])
def view(client_id: int) -> Response | tuple[str, int]:
    """Return a client with a page of its keys, and change it; `ask=delete` opens a question.

    A token that was just made is shown, once.
    """
    world, client, errors = current_world(), get(client_id), {}
    typed: Mapping[str, Any] = {"name": client.name, "description": client.description}
    chosen: Sequence[int] = client.collection_ids
    if request.method == "POST":
        typed, chosen = request.form, _read_chosen()
        try:
            _change(client, chosen)
        except FieldError as error:
            world.db.rollback()
            client, errors = get(client_id), {error.field: error.sentence}
        else:
            flash(f"Saved {client.name}.", "success")
            return redirect(url_for("api_platform_clients.view", client_id=client_id), 303)
    new_key, token = _take_token()
    _text, number = searched()
    page = render_template(
        "aihub/api_platform_client.html",
        client=client,
        typed=typed,
        chosen=chosen,
        offered=_offer(chosen),
        errors=errors,
        collections=_name_collections(client.collection_ids),
        keys=api_platform_clients.find_keys(world, client).page(number),
        new_key=new_key,
        token=token,
        asks=request.args.get("ask", ""),
    )
    return page, 422 if errors else 200


@bp.post("/<int:client_id>/delete")
def delete(client_id: int) -> Response:
    """Delete a client with its keys."""
    client = get(client_id)
    name = client.name
    api_platform_clients.delete_client(current_world(), client)
    flash(f"Deleted the client '{name}'. Its API keys are refused from now on.", "success")
    return redirect(url_for("api_platform_clients.listing"), 303)


def get(client_id: int) -> ApiPlatformClient:
    """Return a client of the workspace.

    Args:
        client_id: its id.

    Raises:
        NotFound: it does not exist.
    """
    return api_platform_clients.get_client(current_world(), person().workspace_id, client_id)


def _create(chosen: Sequence[int]) -> ApiPlatformClient:
    email = request.form.get("email", "").strip()
    _check_collections(chosen)
    return api_platform_clients.create_client(
        current_world(),
        person().workspace_id,
        name=request.form.get("name", ""),
        description=_read_description(),
        project_id=None,
        email=check_email(email) if email else None,
        auth_type="token",
        collection_ids=chosen,
        settings={},
    )


def _change(client: ApiPlatformClient, chosen: Sequence[int]) -> None:
    _check_collections(chosen)
    api_platform_clients.change_client(
        current_world(),
        client,
        name=request.form.get("name", ""),
        description=_read_description(),
        collection_ids=chosen,
    )


def _read_description() -> str:
    return request.form.get("description", "").strip().replace("\r\n", "\n")


def _read_chosen() -> list[int]:
    numbers = (parse_whole_number(each) for each in request.form.getlist("collections"))
    return list(dict.fromkeys(each for each in numbers if each is not None))


def _check_collections(chosen: Sequence[int]) -> None:
    if _name_collections(chosen).keys() != set(chosen):
        raise FieldError("collections", "One of these API collections is gone. Select them again.")


def _name_collections(ids: Any) -> dict[int, str]:
    return api_collections.get_names(current_world(), person().workspace_id, ids)


def _offer(chosen: Sequence[int]) -> list[tuple[int, str]]:
    """Return the API collections of the menu, those that are chosen in any case."""
    found = api_collections.find_collections(current_world(), person().workspace_id)
    offered = {each.id: f"{each.name} ({each.project.name})" for each in found.first(_OFFERED)}
    return list({**_name_collections(chosen), **offered}.items())


def _take_token() -> tuple[int | None, str]:
    about, token = shown_once.take()
    if not about.startswith(NEW_KEY):
        return None, ""
    return parse_whole_number(about.removeprefix(NEW_KEY)), token
