"""My connections: with which accounts a person acts in the apps; disconnect and reconnect."""

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from simulator.db.tables import Connection
from simulator.domain import authorizations, user_connections, verified_access
from simulator.domain.connections import get_connector
from simulator.systems.identity.connections import sign_in_first, unavailable
from simulator.systems.identity.session import SignInNeeded, signed_in
from simulator.web.application import current_world

blueprint = Blueprint("my_connections", __name__, url_prefix="/my_connections")
blueprint.register_error_handler(SignInNeeded, sign_in_first)
blueprint.register_error_handler(verified_access.Unavailable, unavailable)


@blueprint.get("")
def listing() -> str:
    """Return the page of a person's own connections (our choice: none is documented)."""
    user = signed_in().user
    found = user_connections.list_of_person(current_world(), user)
    rows = [(own, place, get_connector(own).name) for own, place in found]
    several = len({place.id for _own, place, _app in rows}) > 1
    return render_template(
        "identity/my_connections.html", user=user, rows=rows, show_environments=several
    )


@blueprint.get("/<int:connection_id>/disconnect")
def confirm(connection_id: int) -> str | BaseResponse:
    """Ask before disconnecting; the page can be reached by Back when nothing is connected."""
    own = _own(connection_id)
    app = get_connector(own).name
    if not own.connected:
        flash(f"{app} is not connected any more: there is nothing to disconnect.")
        return redirect(url_for("my_connections.listing"), code=303)
    return render_template(
        "identity/disconnect.html",
        user=signed_in().user,
        connection=own,
        app=app,
        end_of_grant=get_connector(own).end_of_grant,
    )


@blueprint.post("/<int:connection_id>/disconnect")
def disconnect(connection_id: int) -> BaseResponse:
    """Disconnect; the next call of a tool asks to connect again."""
    own = _own(connection_id)
    app = get_connector(own).name
    left = user_connections.disconnect(current_world(), own, signed_in().user.email)
    flash(f"Disconnected from {app}. {left}".strip())
    return redirect(url_for("my_connections.listing"), code=303)


@blueprint.post("/<int:connection_id>/reconnect")
def reconnect(connection_id: int) -> BaseResponse:
    """On to the app's consent page; what is stored stays until the consent is back."""
    own = _own(connection_id)
    attempt, parent = user_connections.reconnect(current_world(), own, signed_in().user)
    verified_access.check_app(current_world(), parent)
    url = authorizations.start(current_world(), parent, attempt)
    return redirect(current_world().addresses.local(url), code=303)


def _own(connection_id: int) -> Connection:
    return user_connections.get_own(current_world(), signed_in().user, connection_id)
