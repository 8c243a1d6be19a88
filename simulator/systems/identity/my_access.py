"""My sign-ins and clients: where somebody is signed in, and how to end it (our choice)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from simulator.domain import own_access
from simulator.net.addresses import IDENTITY
from simulator.systems.identity.connections import sign_in_first
from simulator.systems.identity.session import SignInNeeded, signed_in
from simulator.validation.parsing import parse_whole_number
from simulator.web import sign_in_cookie
from simulator.web.application import current_world

blueprint = Blueprint("my_access", __name__, url_prefix="/my_access")
blueprint.register_error_handler(SignInNeeded, sign_in_first)


@blueprint.get("")
def listing() -> str:
    """Return the browsers and clients of a person."""
    world, user = current_world(), signed_in().user
    here = sign_in_cookie.find(world, IDENTITY)
    ids = own_access.find_clients(world, user).page(_page("clients"))
    return render_template(
        "identity/my_access.html",
        user=user,
        sign_ins=own_access.find_sign_ins(world, user).page(_page("browsers")),
        here=here.id_hash if here else "",
        clients=own_access.describe_clients(world, user, ids.rows),
        pages_of_clients=ids.page,
    )


def _page(of: str) -> int:
    return parse_whole_number(request.args.get(of)) or 1


@blueprint.get("/client")
def confirm_client() -> str:
    """Ask before a client loses its tokens."""
    world, user = current_world(), signed_in().user
    client = own_access.get_client(world, user, request.args.get("client_id", ""))
    return render_template("identity/my_access_client.html", user=user, client=client)


@blueprint.post("/client")
def end_client() -> BaseResponse:
    """Revoke the tokens of a client, and forget that it may ask."""
    world, user = current_world(), signed_in().user
    client = own_access.get_client(world, user, request.form.get("client_id", ""))
    own_access.end_client(world, user, client)
    flash(f"{client.name} does not act for you any more.")
    return redirect(url_for("my_access.listing"), code=303)


@blueprint.get("/sign_out")
def confirm_sign_out() -> str:
    """Ask before everything ends."""
    return render_template("identity/my_access_sign_out.html", user=signed_in().user)


@blueprint.post("/sign_out")
def sign_out() -> BaseResponse:
    """Sign out of every browser; with `clients`, MCP clients have to sign in again, too."""
    world, user = current_world(), signed_in().user
    own_access.sign_out_everywhere(world, user, clients=request.form.get("clients") == "yes")
    sign_in_cookie.end(world)
    flash("You are signed out everywhere.")
    return redirect(url_for("session.sign_in"), code=303)
