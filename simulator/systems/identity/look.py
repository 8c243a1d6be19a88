"""The colours and the logo that a workspace chose for Workato Identity, as a style sheet."""

from flask import Blueprint, Response, request, url_for

from simulator.domain import login_experiences
from simulator.domain.login_experiences import Look
from simulator.errors import NotFound
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

blueprint = Blueprint("look", __name__, url_prefix="/login_experience")


@blueprint.get("/look.css")
def style_sheet() -> Response:
    """Return the rules that differ from the default look; none where nobody chose."""
    found = _find_look()
    rules = ""
    if found is not None:
        look, _logo = found
        main, on_main, ground = look.primary, look.on_primary, look.secondary
        rules = (
            f"html{{background:{ground}}}\n"
            f"body{{background:linear-gradient(160deg,{ground},{main})}}\n"
            f".brand{{background:{main};color:{on_main};padding-bottom:1.25rem;margin-bottom:1rem}}\n"
            f".btn-primary{{--bs-btn-bg:{main};--bs-btn-border-color:{main};"
            f"--bs-btn-color:{on_main};--bs-btn-hover-bg:{main};--bs-btn-hover-color:{on_main};"
            f"--bs-btn-active-bg:{main};--bs-btn-active-color:{on_main}}}\n"
            f"footer{{background:{main};color:{on_main}}}\n"
        )
        if look.has_logo:
            picture = url_for("look.logo", workspace=_get_workspace())
            rules += f'.brand img{{content:url("{picture}");object-fit:contain}}\n'
    return Response(rules, mimetype="text/css", headers={"Cache-Control": "no-cache"})


@blueprint.get("/logo")
def logo() -> Response:
    """Return the logo.

    Raises:
        NotFound: nobody chose one.
    """
    found = _find_look()
    picture = found[1] if found else None
    if picture is None:
        raise NotFound("There is no logo.")
    kind = login_experiences.get_media_type(picture)
    return Response(picture, mimetype=kind, headers={"Cache-Control": "no-cache"})


def _get_workspace() -> int | None:
    """Return the workspace whose look the page has; None for a page of all workspaces."""
    return parse_whole_number(request.args.get("workspace"))


def _find_look() -> tuple[Look, bytes | None] | None:
    return login_experiences.find_look(current_world(), _get_workspace())
