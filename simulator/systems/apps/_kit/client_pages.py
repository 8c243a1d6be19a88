"""The pages on which an admin of an app registers OAuth clients."""

from flask import Blueprint, abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from simulator.crypto import Purpose
from simulator.db.tables import OAuthClient
from simulator.systems.apps._kit import clients
from simulator.systems.apps._kit.clients import Form
from simulator.systems.apps._kit.dialect import Dialect
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.pages import render
from simulator.systems.apps._kit.session import admin_required
from simulator.validation.parsing import parse_whole_number

blueprint = Blueprint("clients", __name__)


@blueprint.get("")
@admin_required
def index() -> str:
    """A page of the clients of the instance."""
    number = parse_whole_number(request.args.get("page")) or 1
    found = clients.every(here().world, here().host).page(number)
    rows = [(row, clients.grant_type(row)) for row in found]
    return render("clients", rows=rows, page=found.page, grant_types=_dialect().grant_types)


@blueprint.get("/new")
@admin_required
def new() -> str:
    """The empty form."""
    return _form(Form(scopes=_dialect().usual_scopes), None)


@blueprint.post("/new")
@admin_required
def create() -> tuple[str, int] | Response:
    """Register a client, or show the form again with a sentence at each wrong field."""
    form = _checked()
    if form.errors:
        return _form(form, None), 422
    row = clients.create(here().world, here().host, form)
    profile = here().profile
    label, secret = profile.connector.client_id_label, profile.words.secret
    flash(f"The client {row.name} was created. Copy its {label} and {secret}.")
    return redirect(url_for("clients.show", client_id=row.id), code=303)


@blueprint.get("/<int:client_id>")
@admin_required
def show(client_id: int) -> str:
    """One client; its secret is masked and not in the page."""
    return _detail(_client(client_id), secret=None)


@blueprint.post("/<int:client_id>")
@admin_required
def show_secret(client_id: int) -> str:
    """The same page with the secret in it; a POST, so that no address shows it by itself."""
    row = _client(client_id)
    secret = (
        here().world.keys.unseal(Purpose.OAUTH_CLIENT_SECRET, row.secret_sealed)
        if row.secret_sealed
        else ""
    )
    return _detail(row, secret=secret)


@blueprint.get("/<int:client_id>/edit")
@admin_required
def edit(client_id: int) -> str:
    """The form filled from the client."""
    row = _client(client_id)
    return _form(Form.of(row), row)


@blueprint.post("/<int:client_id>/edit")
@admin_required
def change(client_id: int) -> tuple[str, int] | Response:
    """Store the form, or show it again with a sentence at each wrong field."""
    row = _client(client_id)
    form = _checked(row)
    if form.errors:
        return _form(form, row), 422
    clients.change(row, form)
    flash(f"The client {row.name} was saved.")
    return redirect(url_for("clients.show", client_id=row.id), code=303)


@blueprint.get("/<int:client_id>/delete")
@admin_required
def confirm(client_id: int) -> str:
    """Ask before deleting."""
    return render("client_delete", row=_client(client_id))


@blueprint.post("/<int:client_id>/delete")
@admin_required
def delete(client_id: int) -> Response:
    """Delete a client with its tokens."""
    row = _client(client_id)
    clients.remove(here().world, row)
    flash(f"The client {row.name} was deleted; its tokens stopped working.")
    return redirect(url_for("clients.index"), code=303)


def _client(client_id: int) -> OAuthClient:
    row = clients.find(here().world, here().host, client_id)
    if row is None:
        abort(404)
    return row


def _checked(row: OAuthClient | None = None) -> Form:
    form = Form.posted(request.form, _dialect())
    return clients.checked(here().world, here().host, _dialect(), form, row)


def _dialect() -> Dialect:
    return here().profile.dialect


def _detail(row: OAuthClient, *, secret: str | None) -> str:
    return render(
        "client",
        row=row,
        grant_type=_dialect().grant_types[clients.grant_type(row)],
        scopes=_dialect().described(" ".join(row.scopes)),
        secret=secret,
    )


def _form(form: Form, row: OAuthClient | None) -> str:
    return render(
        "client_form",
        form=form,
        row=row,
        grant_types=_dialect().grant_types,
        scopes=_dialect().scopes,
        implied_scopes=here().profile.implied_scopes,
    )
