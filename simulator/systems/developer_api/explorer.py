"""A page on which people try the Developer API: Swagger UI, from an installed package."""

from importlib.util import find_spec
from pathlib import Path

from flask import Flask, Response, send_from_directory

from simulator import extras
from simulator.errors import NotFound

#: Where the page is (our choice).
PAGE = "/api/explorer"
_MODULE = "flask_swagger_ui"
#: Swagger UI writes styles into its elements; everything else comes from here.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
_START, _STYLE = "start.js", "start.css"
_HTML = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Developer API of the sandbox</title>
<link rel="icon" href="{PAGE}/favicon-32x32.png">
<link rel="stylesheet" href="{PAGE}/swagger-ui.css">
<link rel="stylesheet" href="{PAGE}/{_STYLE}">
</head>
<body>
<main id="explorer"></main>
<noscript>This page needs JavaScript. What it shows is the document at /api/openapi.json.</noscript>
<script src="{PAGE}/swagger-ui-bundle.js"></script>
<script src="{PAGE}/{_START}"></script>
</body>
</html>
"""
_SCRIPT = """SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#explorer",
  docExpansion: "none",
  defaultModelsExpandDepth: -1,
  filter: true,
  persistAuthorization: false,
  validatorUrl: null,
});
"""
#: No answer has links to other operations; the column would take a third of a narrow page.
_RULES = ".swagger-ui .response-col_links { display: none; }\n"
_OWN = {_START: (_SCRIPT, "text/javascript"), _STYLE: (_RULES, "text/css")}


def add_explorer(app: Flask) -> None:
    """Add the page and what it loads; where the package is not installed, a sentence instead.

    Args:
        app: the app of the Developer API.
    """

    @app.get(PAGE)
    def explore() -> Response:
        """Show every endpoint; with a token, they can be tried."""
        _find_assets()
        response = Response(_HTML, mimetype="text/html")
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    @app.get(f"{PAGE}/<name>")
    def load_asset(name: str) -> Response:
        """Return a file of Swagger UI, or of what starts it here."""
        if name in _OWN:
            text, media_type = _OWN[name]
            return Response(text, mimetype=media_type)
        return send_from_directory(_find_assets(), name)


def _find_assets() -> Path:
    """Return the folder with Swagger UI's files, without importing the package.

    Raises:
        NotFound: it is not installed.
    """
    found = find_spec(_MODULE)
    if found is None or found.origin is None:
        raise NotFound(extras.lacking("The explorer", _MODULE))
    return Path(found.origin).parent / "dist"
