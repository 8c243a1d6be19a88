"""Post/Redirect/Get for every form: what answers one is shown at an address of its own.

A page that answers a POST has none: to reload it, or to come Back to it, the browser asks whether
to send the form once more, or says that the document has expired. So the page is kept for the
browser that sent the form, which is sent on to fetch it (RFC 9110 §15.4.4). What was typed and
what was wrong with it stay, and nothing is sent twice. Programs, which do not ask for HTML by
name, are answered at once.
"""

from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from flask import Flask, Response, redirect, request, session
from sqlalchemy import delete
from werkzeug.wrappers import Response as BaseResponse

from simulator.clock import has_expired
from simulator.crypto import Purpose, fingerprint
from simulator.db.tables import PostedPage
from simulator.web import sign_in_cookie
from simulator.world import World

#: How long Back and a reload find such a page.
LENGTH = timedelta(hours=1)
_LONGEST = 1024 * 1024
_NAME, _OWNER = "posted", "posted_by"


def install(app: Flask, world: World, system: str) -> None:
    """Have a system answer forms so; after its unit of work and its sessions are set up.

    Args:
        app: the system's application.
        world: keeps the pages.
        system: its name; a page of one is shown at no other.
    """

    @app.before_request
    def _show() -> BaseResponse | None:
        if request.method != "GET" or _NAME not in request.args:
            return None
        page = world.db.session.get(PostedPage, fingerprint(request.args[_NAME]))
        if (
            page is None
            or has_expired(page.expires_at, world.clock.now())
            or page.owner != _owner(world, system)
        ):
            # It was too long ago, or somebody else's: the page that has the form, as it is now.
            return redirect(_here() if request.routing_exception is None else "/", 303)
        text = world.keys.unseal(Purpose.POSTED_PAGE, page.sealed)
        return Response(text, page.status, mimetype="text/html")

    @app.after_request
    def _keep(response: Response) -> BaseResponse:
        if not _is_page_for_browser(response):
            return response
        begin(world)
        text = response.get_data(as_text=True)
        return redirect(keep(world, system, text, response.status_code), 303)


def begin(world: World) -> None:
    """Know the answering browser again, before the head of an answer that streams is sent."""
    session.setdefault(_OWNER, world.randomness.secret("posted-by"))


def keep(world: World, system: str, text: str, status: int) -> str:
    """Keep the page that answers the form which is being answered.

    Args:
        system: its name.
        text: the page.
        status: its status.

    Returns:
        Where this browser finds it: a path.
    """
    now = world.clock.now()
    world.db.session.execute(delete(PostedPage).where(has_expired(PostedPage.expires_at, now)))
    secret = world.randomness.secret("posted")
    world.db.session.add(
        PostedPage(
            id_hash=fingerprint(secret),
            owner=_owner(world, system),
            status=status,
            sealed=world.keys.seal(Purpose.POSTED_PAGE, text),
            expires_at=now + LENGTH,
        )
    )
    return _here(secret)


def asks_for_page() -> bool:
    """Return whether a browser sent the form, and no program, which is answered at once."""
    return "text/html" in request.headers.get("Accept", "")


def _is_page_for_browser(response: Response) -> bool:
    """Return whether this answers a form with a page.

    One of a failure (5xx) is not stored: sent again, the form may well succeed.
    """
    return (
        request.method == "POST"
        and response.mimetype == "text/html"
        and (response.status_code < 300 or 400 <= response.status_code < 500)
        and asks_for_page()
        and not response.is_streamed
        and (response.content_length or 0) <= _LONGEST
    )


def _owner(world: World, system: str) -> str:
    """Return who owns a page: the browser, and its sign-in, so that a sign-out leaves nothing."""
    sign_in = sign_in_cookie.find(world, system)
    return fingerprint(repr((system, session.get(_OWNER, ""), sign_in.id_hash if sign_in else "")))


def without_answer(query: str) -> str:
    """Return a query string that names no such page.

    Args:
        query: the query of an address.
    """
    pairs = parse_qsl(query, keep_blank_values=True)
    return urlencode([(name, value) for name, value in pairs if name != _NAME])


def _here(secret: str = "") -> str:
    """This very address, with the page that answers it, or without."""
    query = without_answer(request.query_string.decode("utf-8", "replace"))
    if secret:
        query = "&".join(each for each in (query, urlencode({_NAME: secret})) if each)
    path = "/" + request.path.lstrip("/")  # two slashes would lead to another host
    return f"{path}?{query}" if query else path
