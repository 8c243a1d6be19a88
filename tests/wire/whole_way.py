"""What the tests of whole clients do around a client: let time pass, revoke a token."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import requests

from simulator.sandbox.simulator import Simulator

SERVER = "Procurement assistant"
TOOL = "List_my_requisitions"

#: Longer than an access token lives.
EXPIRY = timedelta(hours=1, seconds=1)


def revoke(
    simulator: Simulator,
    token: str,
    client_id: str,
    client_secret: str | None = None,
    *,
    by_header: bool = False,
) -> None:
    """Revoke a token as its client may (RFC 7009), for clients that have no call for it."""
    url = f"{simulator.world.addresses.origins['identity']}/oauth/revoke"
    form = {"token": token}
    if client_secret and by_header:
        answer = requests.post(url, data=form, auth=(client_id, client_secret))
    else:
        form |= {"client_id": client_id, "client_secret": client_secret or ""}
        answer = requests.post(url, data=form)
    assert answer.status_code == 200, answer.text


def owners(answer: Mapping[str, Any]) -> set[str]:
    """The e-mail addresses of those whose requisitions an answer of `TOOL` holds, as on the wire.

    Raises:
        KeyError: it holds something else, such as a prompt.
    """
    rows = answer["structuredContent"]["requisitions"]
    return {row["requested-by"]["email"] for row in rows}
