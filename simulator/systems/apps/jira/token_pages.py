"""Where people make and revoke what programs act with: API tokens, and personal access tokens.

Paths, labels and the limits of a token's life are those of Atlassian's account page and of Jira
Data Center; that both stand at the site itself is our choice.
"""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.errors import NotFound
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.session import current_user, login_required
from simulator.systems.apps.jira import own_tokens

pages = Blueprint("tokens", __name__)


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is told of a kind of tokens.

    Attributes:
        name: the name as the database has it.
        heading: the heading of its page.
        one: a token of it.
        about: what it is for.
    """

    name: str
    heading: str
    one: str
    about: str


_KINDS = {
    "api-tokens": Kind(
        name=own_tokens.API,
        heading="API tokens",
        one="API token",
        about="A program sends it with your e-mail address, as a password, and acts as you.",
    ),
    "personal-access-tokens": Kind(
        name=own_tokens.PERSONAL,
        heading="Personal access tokens",
        one="personal access token",
        about="A program sends it alone (Authorization: Bearer), and acts as you. Jira Data Center "
        "has them; this simulated site takes them, too.",
    ),
}


@pages.route("/manage-profile/security/<path>", methods=["GET", "POST"])
@login_required
def index(path: str) -> str | tuple[str, int]:
    """The person's tokens of a kind; a POST makes one, which is shown this once."""
    kind, token, errors = _kind(path), "", {}
    typed = {"label": "", "days": str(own_tokens.MOST_DAYS)}
    if request.method == "POST":
        typed = {name: request.form.get(name, "") for name in typed}
        details = here().world, current_user(), kind.name, typed["label"]
        errors = own_tokens.check(*details, typed["days"])
        if not errors:
            token = own_tokens.create(*details, int(typed["days"]))
    page = render_template(
        "jira/tokens.html",
        kind=kind,
        path=path,
        kinds=_KINDS,
        rows=own_tokens.list_tokens(here().world, current_user(), kind.name),
        now=here().world.clock.now(),
        typed=typed,
        errors=errors,
        token=token,
        longest=own_tokens.LONGEST_LABEL,
        most=own_tokens.MOST_DAYS,
    )
    return (page, 422) if errors else page


@pages.post("/manage-profile/security/<path>/<int:token_id>/revoke")
@login_required
def revoke(path: str, token_id: int) -> Response:
    """Take a token back."""
    kind = _kind(path)
    try:
        own_tokens.revoke(here().world, current_user(), kind.name, token_id)
    except NotFound:
        abort(404)
    flash(f"The {kind.one} was revoked; programs that have it are refused.")
    return redirect(url_for("tokens.index", path=path), code=303)


def _kind(path: str) -> Kind:
    return _KINDS.get(path) or abort(404)
