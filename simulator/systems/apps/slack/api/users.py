"""People of the workspace."""

from typing import Any

from sqlalchemy import select

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.slack import bots, ids, shapes
from simulator.systems.apps.slack.api.calls import Call, method, page_of
from simulator.systems.apps.slack.refusals import Refused

_EMAIL = "users:read.email"


@method("users.list", "users:read")
def listing(call: Call) -> dict[str, Any]:
    """List the people of the workspace."""
    most = call.limit()
    found = select(AppUser).where(AppUser.host == call.user.host, AppUser.id > (call.cursor() or 0))
    rows = call.world.db.session.scalars(found.order_by(AppUser.id).limit(most + 1)).all()
    rows, more = page_of(rows, most, lambda row: int(row.id))
    members = [_shown(call, row) for row in rows]
    return {"members": members, "cache_ts": int(call.world.clock.now().timestamp()), **more}


@method("users.info", "users:read")
def info(call: Call) -> dict[str, Any]:
    """Describe somebody."""
    return {"user": _shown(call, call.person(call.text("user", "user_not_found")))}


@method("users.lookupByEmail", _EMAIL)
def lookup(call: Call) -> dict[str, Any]:
    """Find somebody by their e-mail address."""
    email = call.text("email", "users_not_found")
    found = people.by_email(call.world, call.user.host, email)
    if found is None:
        raise Refused("users_not_found")
    return {"user": _shown(call, found)}


@method("users.profile.get", "users.profile:read")
def profile(call: Call) -> dict[str, Any]:
    """Describe somebody's profile, by default the person's own, with their address."""
    name = call.maybe("user")
    found = call.person(name) if name else call.user
    is_own = found.id == call.user.id
    return {"profile": shapes.profile(found, with_email=is_own or _EMAIL in call.scopes)}


@method("bots.info", "users:read")
def bot(call: Call) -> dict[str, Any]:
    """Describe an app's bot."""
    number = ids.read_id(call.text("bot", "bot_not_found"), "B")
    found = people.by_id(call.world, call.user.host, number) if number else None
    if found is None or not bots.is_bot(found):
        raise Refused("bot_not_found")
    return {"bot": shapes.bot(found)}


def _shown(call: Call, row: AppUser) -> dict[str, Any]:
    return shapes.user(row, with_email=_EMAIL in call.scopes)
