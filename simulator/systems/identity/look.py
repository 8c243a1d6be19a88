"""The colours and the logo that a workspace chose for Workato Identity, as a style sheet."""

from flask import Blueprint, Response

from simulator.domain import login_experiences
from simulator.errors import NotFound
from simulator.web.application import current_world

blueprint = Blueprint("look", __name__, url_prefix="/login_experience")


@blueprint.get("/look.css")
def style_sheet() -> Response:
    """Return the rules that differ from the default look; none where nobody chose."""
    found = login_experiences.find_look(current_world())
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
            rules += '.brand img{content:url("/login_experience/logo");object-fit:contain}\n'
    return Response(rules, mimetype="text/css", headers={"Cache-Control": "no-cache"})


@blueprint.get("/logo")
def logo() -> Response:
    """Return the logo.

    Raises:
        NotFound: nobody chose one.
    """
    found = login_experiences.find_look(current_world())
    picture = found[1] if found else None
    if picture is None:
        raise NotFound("There is no logo.")
    kind = login_experiences.get_media_type(picture)
    return Response(picture, mimetype=kind, headers={"Cache-Control": "no-cache"})
