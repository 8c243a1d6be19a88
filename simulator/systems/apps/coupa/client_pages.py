"""Setup > Integrations > OAuth2/OpenID Connect Clients: the pages of an admin."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.crypto import Purpose
from simulator.db.tables import OAuthClient
from simulator.systems.apps.coupa import clients, scopes
from simulator.systems.apps.coupa.clients import Form
from simulator.systems.apps.coupa.instance import here
from simulator.systems.apps.coupa.session import admin_required

blueprint = Blueprint("clients", __name__, url_prefix="/oauth2/clients")


@blueprint.get("")
@admin_required
def index() -> str:
    """Every client of the instance."""
    rows = [(row, clients.grant_type(row)) for row in clients.every(here().world, here().host)]
    return render_template("coupa/clients.html", rows=rows, grant_types=clients.GRANT_TYPES)


@blueprint.get("/new")
@admin_required
def new() -> str:
    """The empty form."""
    return _form(Form(), None)


@blueprint.post("/new")
@admin_required
def create() -> tuple[str, int] | Response:
    """Register a client, or show the form again with a sentence at each wrong field."""
    form = clients.checked(here().world, here().host, Form.posted(request.form))
    if form.errors:
        return _form(form, None), 422
    row = clients.create(here().world, here().host, form)
    flash(f"The client {row.name} was created. Copy its Identifier and Secret.")
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
    form = clients.checked(here().world, here().host, Form.posted(request.form), row)
    if form.errors:
        return _form(form, row), 422
    clients.change(row, form)
    flash(f"The client {row.name} was saved.")
    return redirect(url_for("clients.show", client_id=row.id), code=303)


@blueprint.get("/<int:client_id>/delete")
@admin_required
def confirm(client_id: int) -> str:
    """Ask before deleting."""
    return render_template("coupa/client_delete.html", row=_client(client_id))


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


def _detail(row: OAuthClient, *, secret: str | None) -> str:
    return render_template(
        "coupa/client.html",
        row=row,
        grant_type=clients.GRANT_TYPES[clients.grant_type(row)],
        scopes=scopes.described(" ".join(row.scopes)),
        secret=secret,
    )


def _form(form: Form, row: OAuthClient | None) -> str:
    return render_template(
        "coupa/client_form.html",
        form=form,
        row=row,
        grant_types=clients.GRANT_TYPES,
        scopes=scopes.DESCRIPTIONS,
    )
