"""A form does once what it says, however often its button is pressed.

A double click sends the very same form twice, and a browser forgets the answer to the first. So
each page's forms carry `once`, a text of that page's own; who sends the same again within a few
minutes is led where the first one led, and reads there what was said to it (our choice). What is
sent from a page that was opened anew, or with other values, is done.
"""

import json
from datetime import timedelta

from flask import Flask, Response, g, redirect, request, session
from sqlalchemy import delete, insert, or_
from werkzeug.wrappers import Response as BaseResponse

from simulator.clock import has_expired, stopwatch
from simulator.crypto import Purpose, fingerprint
from simulator.db.tables import PostedPage
from simulator.db.upsert import get_or_create
from simulator.domain import refresh_claims
from simulator.net.addresses import AIHUB
from simulator.systems.aihub.context import is_public, signed_in
from simulator.web import sign_in_cookie
from simulator.web.application import FLASHED, current_world

#: How long the same form is the same intention.
LENGTH = timedelta(minutes=5)
_NAME = "once"
#: Of a row: what the form led to is not known yet.
_UNKNOWN = 0


def install(app: Flask) -> None:
    """Have the web app's forms done once; after sign-in and CSRF are checked.

    Args:
        app: the web app.
    """
    app.before_request(_lead_on)
    app.after_request(_remember)
    app.jinja_env.globals["once"] = _once


def _once() -> str:
    """Return what the forms of the page that is made carry."""
    if "once" not in g:
        g.once = current_world().randomness.secret("once", 16)
    return str(g.once)


def _lead_on() -> BaseResponse | None:
    """Lead on who sends a form again; on PostgreSQL, once the first one is answered."""
    if request.method != "POST" or _NAME not in request.form:
        return None
    if signed_in() is None or is_public(request.endpoint):  # what these say is in the cookie
        return None
    key = _make_key()
    sent = _claim(key)
    if sent is None:
        g.sent_form = key
        return None
    answer = json.loads(current_world().keys.unseal(Purpose.POSTED_PAGE, sent.sealed))
    session[FLASHED] = [tuple(each) for each in answer["flashed"]]
    return redirect(answer["location"], sent.status)


def _claim(key: str) -> PostedPage | None:
    """Return what the same form led to before; None where this one is to be done.

    One that is being done is waited for: it may commit on the way, as before it calls an app.
    """
    world, since = current_world(), stopwatch()
    while True:
        now = world.clock.now()
        sent = get_or_create(
            *(world.db.session, PostedPage, {"id_hash": key}),
            owner=(mine := world.randomness.hex("claim of a form")),
            status=_UNKNOWN,
            sealed="",
            expires_at=now + LENGTH,
        )
        is_over = (
            has_expired(sent.expires_at, now) or stopwatch() - since >= refresh_claims.PATIENCE
        )
        if sent.owner == mine or is_over:
            return None
        if sent.status != _UNKNOWN:
            return sent
        world.db.commit()  # hold no lock of the database while waiting for the other one
        refresh_claims.wait()


def _remember(response: Response) -> Response:
    """Keep where a form led; one that led nowhere may be sent again."""
    key = g.pop("sent_form", None)
    if key is None:
        return response
    with current_world().db.session.no_autoflush:  # what the form wrote is checked at the commit
        _write(key, response)
    return response


def _write(key: str, response: Response) -> None:
    world, now = current_world(), current_world().clock.now()
    world.db.session.execute(
        delete(PostedPage).where(
            or_(PostedPage.id_hash == key, has_expired(PostedPage.expires_at, now))
        )
    )
    if not 300 <= response.status_code < 400:
        return
    answer = json.dumps(
        {"location": response.headers["Location"], "flashed": session.get(FLASHED, [])}
    )
    world.db.session.execute(
        insert(PostedPage).values(
            id_hash=key,
            owner="",
            status=response.status_code,
            sealed=world.keys.seal(Purpose.POSTED_PAGE, answer),
            expires_at=now + LENGTH,
        )
    )


def _make_key() -> str:
    """Return what stands for a form: whose it is, from which page, and everything in it."""
    sign_in = sign_in_cookie.find(current_world(), AIHUB)
    files = [(name, file.filename) for name, file in request.files.items(multi=True)]
    length = request.content_length if files else 0
    fields = sorted(request.form.items(multi=True))
    whose = sign_in.id_hash if sign_in else ""
    return fingerprint(repr((whose, request.full_path, fields, files, length)))
