"""What a signed-in person sees: home, the lists of documents, one document, Setup."""

from typing import Any

from flask import Blueprint, abort, render_template, request

from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.session import admin_required, current_user, login_required
from simulator.systems.apps.coupa import documents
from simulator.systems.apps.coupa.documents import INVOICES, KINDS, PURCHASE_ORDERS, REQUISITIONS
from simulator.systems.apps.coupa.permissions import permissions
from simulator.systems.apps.coupa.scopes import DESCRIPTIONS
from simulator.validation.paging import Page

blueprint = Blueprint("pages", __name__)

_ON_HOME = 5
_ON_LIST = 25


@blueprint.get("/")
@login_required
def home() -> str:
    """Her own newest requisitions, purchase orders and invoices."""
    world, user = here().world, current_user()
    sections = [
        {
            "kind": kind,
            "rows": documents.newest(world, kind, user, limit=_ON_HOME, own=True),
            "count": documents.count(world, kind, user, own=True),
        }
        for kind in (REQUISITIONS, PURCHASE_ORDERS, INVOICES)
    ]
    return render_template("coupa/home.html", sections=sections)


@blueprint.get(f"/<any({', '.join(KINDS)}):path>")
@login_required
def index(path: str) -> str:
    """A page of the documents that the person may see; an admin sees everybody's."""
    world, user, kind = here().world, current_user(), KINDS[path]
    number, total = request.args.get("page", 1, type=int), documents.count(world, kind, user)
    page = Page.nearest(number, size=_ON_LIST, total=total)
    rows = documents.newest(world, kind, user, limit=page.size, offset=page.offset)
    return render_template("coupa/list.html", kind=kind, rows=rows, page=page)


@blueprint.get(f"/<any({', '.join(KINDS)}):path>/<int:document_id>")
@login_required
def show(path: str, document_id: int) -> str:
    """One document with its lines; another person's is answered like one that does not exist."""
    kind = KINDS[path]
    row: Any = documents.find(here().world, kind, current_user(), document_id)
    if row is None:
        abort(404)
    return render_template("coupa/document.html", kind=kind, row=row)


@blueprint.get("/oauth2/scopes")
@admin_required
def scopes() -> str:
    """Each scope with its API permissions: pairs of a resource and what may be done with it."""
    return render_template(
        "coupa/scopes.html", permissions=permissions(), descriptions=DESCRIPTIONS
    )


@blueprint.get("/setup")
@admin_required
def setup() -> str:
    """The admin's table of contents; only the integrations are simulated."""
    return render_template("coupa/setup.html")
