"""What the tests of whole clients do around a client: let time pass, revoke a token."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import requests

from simulator.simulator import Simulator

SERVER = "Procurement assistant"
TOOL = "List_my_requisitions"

#: Longer than an access token lives.
EXPIRY = timedelta(hours=1, seconds=1)


def revoke(
    simulator: Simulator, token: str, client_id: str, client_secret: str | None = None
) -> None:
    """Revoke a token as its client may (RFC 7009), for clients that have no call for it."""
    identity = simulator.world.addresses.origins["identity"]
    credentials = {"client_id": client_id}
    if client_secret:
        credentials["client_secret"] = client_secret
    answer = requests.post(f"{identity}/oauth/revoke", data={"token": token, **credentials})
    assert answer.status_code == 200, answer.text


def owners(answer: Mapping[str, Any]) -> set[str]:
    """The e-mail addresses of those whose requisitions an answer of `TOOL` holds, as on the wire.

    Raises:
        KeyError: it holds something else, such as a prompt.
    """
    rows = answer["structuredContent"]["requisitions"]
    return {row["requested-by"]["email"] for row in rows}
