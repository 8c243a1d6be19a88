"""The MCP apps of a server by page: added with a linked tool, written in a code editor, removed.

"Add an MCP app", the linked tool, the code editor and "Content security policy" are Workato's
(docs, MCP app development); where they stand, and the other labels, are our choice.
"""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import McpApp, McpServer
from simulator.domain import mcp_apps, servers
from simulator.domain.mcp_apps import DIRECTIVES
from simulator.errors import FieldError
from simulator.systems.aihub import meanwhile
from simulator.systems.aihub.context import person
from simulator.web.application import current_world

bp = Blueprint("mcp_apps", __name__, url_prefix="/ai_hub/mcp/<handle>/apps")

#: What a new app begins with: the three parts that each has (an SDK, a connection, rendering).
_BEGINNING = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="UTF-8"></head>
<body>
  <div id="app">Connecting...</div>
  <script type="module">
    import { App } from "https://cdn.jsdelivr.net/npm/@modelcontextprotocol/ext-apps@1.3.1/dist/src/app-with-deps.js";
    const app = new App({ name: "My app", version: "1.0.0" });
    app.ontoolresult = (result) => {
      document.getElementById("app").textContent = JSON.stringify(result);
    };
    await app.connect();
  </script>
</body>
</html>
"""


@dataclass(frozen=True, kw_only=True)
class _Form:
    """What the form has: name and document, and origins by directive, one a line."""

    name: str
    html: str
    csp: dict[str, list[str]]

    @classmethod
    def read(cls, html: str) -> "_Form":
        """Return what was posted, the document beside."""
        sent = request.form
        return cls(
            name=sent.get("name", "").strip(),
            html=html.replace("\r\n", "\n"),
            csp={each: sent.get(each, "").replace(",", "\n").split() for each in DIRECTIVES},
        )

    @classmethod
    def of(cls, app: McpApp) -> "_Form":
        """Return what an app is."""
        return cls(name=app.name, html=app.html, csp=dict(app.csp))


@bp.route("/add", methods=["GET", "POST"])
def add(handle: str) -> Response | tuple[str, int]:
    """Add an app, linked to a tool that opens none yet."""
    server, errors = _server(handle), dict[str, str]()
    free = mcp_apps.list_free_tools(current_world(), server)
    if request.method == "GET":
        cdn = {"resourceDomains": ["https://cdn.jsdelivr.net"]}
        return _page(server, None, _Form(name="", html=_BEGINNING, csp=cdn), tools=free), 200
    form = _Form.read(request.form.get("html", ""))
    errors = mcp_apps.check(form.name, form.html, form.csp)
    chosen = request.form.get("tool", "")
    tool = next((each for each in free if str(each.id) == chosen), None)
    if tool is None:
        errors["tool"] = "Select the tool that opens the app."
    elif not errors:
        try:
            mcp_apps.add(
                current_world(), server, tool, name=form.name, html=form.html, csp=form.csp
            )
        except FieldError as error:
            errors[error.field] = error.message
        else:
            flash(f"Added the MCP app '{form.name}', which {tool.name} opens.", "success")
            return redirect(url_for("servers.server", handle=handle), 303)
    return _page(server, None, form, errors, free, chosen), 422


@bp.route("/<int:app_id>", methods=["GET", "POST"])
def edit(handle: str, app_id: int) -> Response | tuple[str, int]:
    """Change an app; `dialog=remove` asks whether to remove it."""
    server = _server(handle)
    app = mcp_apps.get_app(current_world(), server, app_id)
    if request.method == "GET":
        return _page(server, app, _Form.of(app)), 200
    form = _Form.read(request.form.get("html", ""))
    errors = mcp_apps.check(form.name, form.html, form.csp)
    try:
        meanwhile.check(app, lambda: _describe(app))
    except FieldError as outdated:
        errors["seen"] = outdated.message
    if not errors:
        try:
            mcp_apps.change(current_world(), app, name=form.name, html=form.html, csp=form.csp)
        except FieldError as error:
            errors[error.field] = error.message
    if errors:
        return _page(server, app, form, errors), 422
    flash(f"Saved the MCP app '{form.name}'.", "success")
    return redirect(url_for("servers.server", handle=handle), 303)


@bp.post("/<int:app_id>/remove")
def remove(handle: str, app_id: int) -> Response:
    """Remove an app, as the dialog asked."""
    app = mcp_apps.get_app(current_world(), _server(handle), app_id)
    mcp_apps.remove(current_world(), app)
    flash(f"Removed the MCP app '{app.name}'.", "success")
    return redirect(url_for("servers.server", handle=handle), 303)


def _server(handle: str) -> McpServer:
    return servers.get_server(current_world(), person().workspace_id, handle)


def _describe(app: McpApp) -> Any:
    return [app.name, app.html, app.csp]


def _page(
    server: McpServer,
    app: McpApp | None,
    form: _Form,
    errors: dict[str, str] | None = None,
    tools: Any = (),
    chosen: str = "",
) -> str:
    return render_template(
        "aihub/mcp_app.html",
        server=server,
        app=app,
        form=form,
        errors=errors or {},
        tools=[(tool.id, tool.name) for tool in tools],
        chosen=chosen,
        seen=meanwhile.mark(_describe(app), errors or ()) if app else "",
        directives=DIRECTIVES,
        longest=mcp_apps.LONGEST_HTML,
        dialog=request.args.get("dialog", ""),
    )
