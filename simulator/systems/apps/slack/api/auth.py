"""Who a token is of, its end, and the workspace."""

from typing import Any

from sqlalchemy import update

from simulator.db.tables import OAuthToken
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.slack import ids, shapes
from simulator.systems.apps.slack.api.calls import Call, method


@method("api.test")
def test(call: Call) -> dict[str, Any]:
    """Answer what was sent."""
    return {"args": {name: text for name, text in call.sent.items() if name != "token"}}


@method("auth.test")
def identify(call: Call) -> dict[str, Any]:
    """Say whose the token is."""
    host = call.user.host
    return {
        "url": f"https://{host}/",
        "team": here().name,
        "user": shapes.handle(call.user),
        "team_id": ids.team_id(host),
        "user_id": ids.user_id(call.user),
        **({"bot_id": ids.bot_id(call.user)} if call.is_bot else {}),
        "is_enterprise_install": False,
    }


@method("auth.revoke")
def revoke(call: Call) -> dict[str, Any]:
    """End the token, and with it what the client has of the person; `test` only tries it."""
    if call.flag("test"):
        return {"revoked": False}
    row = here().store.find(call.token)
    assert row is not None, "the call bears it"
    of_person = OAuthToken.client_id == row.client_id, OAuthToken.subject == row.subject
    own = (OAuthToken.provider == row.provider, *of_person, OAuthToken.revoked_at.is_(None))
    ended = update(OAuthToken).where(*own).values(revoked_at=call.world.clock.now())
    call.world.db.session.execute(ended)
    return {"revoked": True}


@method("team.info", "team:read")
def team(call: Call) -> dict[str, Any]:
    """Describe the workspace."""
    host = call.user.host
    names = {"id": ids.team_id(host), "name": here().name, "domain": host.partition(".")[0]}
    return {"team": {**names, "url": f"https://{host}/", "email_domain": ""}}
