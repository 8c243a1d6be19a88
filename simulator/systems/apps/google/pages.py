"""What a signed-in person sees: their mail, and which applications they let into their account."""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from simulator.db.tables import OAuthClient, OAuthConsent
from simulator.net.addresses import app_system
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.session import current_user, login_required
from simulator.systems.apps.google.gmail import mailbox, own_labels
from simulator.systems.apps.google.gmail.mailbox import BadPageToken, Filter
from simulator.systems.apps.google.gmail.mime import Mail
from simulator.systems.apps.google.provider import GoogleProvider
from simulator.systems.apps.google.scopes import ALIASES, DESCRIPTIONS, SIGN_IN
from simulator.systems.apps.google.traffic import MY_ACCOUNT

pages = Blueprint("pages", __name__)
_ON_A_PAGE = 50
#: Applications on the page of those that were let in (our choice).
_MOST = 200


@pages.app_context_processor
def _on_every_page() -> dict[str, Any]:
    address = here().world.addresses.base_url(app_system(MY_ACCOUNT))
    return {
        "connections_url": f"{address}/connections",
        "sign_in_scopes": {*SIGN_IN, *ALIASES},
    }


def _own_labels() -> dict[str, str]:
    return {row.label_id: row.name for row in own_labels.every(here().world, current_user())}


@pages.get("/")
@login_required
def home() -> str:
    """The person's mail, the newest first; searched as the search box does."""
    query, token = request.args.get("q", "")[:2_000], request.args.get("before", "")
    chosen = Filter(query=query)
    try:
        rows, following = mailbox.list_messages(
            here().world, current_user(), chosen, token, _ON_A_PAGE
        )
    except BadPageToken:
        abort(404)
    shown = [(row, Mail(row.raw)) for row in rows]
    names = {"own_labels": _own_labels(), "following": following}
    return render_template("google/home.html", rows=shown, q=query, **names)


@pages.get("/mail/<message_id>")
@login_required
def message(message_id: str) -> str:
    """One message; another person's is answered like one that does not exist."""
    row = mailbox.find(here().world, current_user(), message_id) or abort(404)
    names = _own_labels()
    return render_template("google/message.html", row=row, mail=Mail(row.raw), own_labels=names)


@pages.get("/connections")
@login_required
def connections() -> str:
    """Which applications the person let in, and what each may do."""
    return render_template("google/connections.html", rows=_let_in())


def _let_in() -> list[dict[str, Any]]:
    provider = app_system(here().host)
    found = (
        select(OAuthClient, OAuthConsent.scope)
        .join(OAuthConsent, OAuthConsent.client_id == OAuthClient.client_id)
        .where(
            OAuthClient.provider == provider,
            OAuthConsent.provider == provider,
            OAuthConsent.subject == str(current_user().id),
        )
        .order_by(OAuthClient.name, OAuthClient.id)
        .limit(_MOST)
    )
    rows = here().world.db.session.execute(found).all()
    return [
        {"client": client, "may": [DESCRIPTIONS.get(name, name) for name in scope.split()]}
        for client, scope in rows
    ]


@pages.post("/connections")
@login_required
def remove() -> Response:
    """Take an application's access away."""
    client_id = request.form.get("client", "")
    found = [each["client"] for each in _let_in() if each["client"].client_id == client_id]
    if not found:
        abort(404)
    provider = here().provider
    assert isinstance(provider, GoogleProvider)
    provider.end_grant(client_id, str(current_user().id))
    flash(f"{found[0].name} has no access to your account any more.")
    return redirect(url_for("pages.connections"), code=303)
