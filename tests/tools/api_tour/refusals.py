"""What each status of a refusal says."""

import json
from typing import Any

from simulator.crypto import fingerprint
from simulator.db.tables import ApiClient
from simulator.domain import api_client_admin
from tests.contract.browser import Browser
from tests.contract.developer_api_world import API
from tests.tools.api_tour.recorder import Recorder

_TOKEN = "wrkaus-of-the-tour"
#: What the client's role allows.
_ALLOWED = (
    *("GET /api/tags", "POST /api/tags", "POST /api/iam/user_groups"),
    "PUT /api/connections/{connection_id}",
)


def collect(api: Recorder) -> dict[str, Any]:
    """Have one request refused with each status; return the answers by status."""
    world, browser = api.simulator.world, Browser(api.simulator)
    with world.db.unit() as session:
        role = api_client_admin.save_role(world, 1, None, name="Tagger", endpoints=_ALLOWED)
        client = ApiClient(environment_id=1, name="Tagger", token_hash=fingerprint(_TOKEN))
        client.role_id, client.created_at = role.id, world.clock.now()
        session.add(client)
    requests: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "tags", {"headers": {}}),
        ("POST", "tags", {"json": {}}),
        ("DELETE", "tags/tag-none", {}),
        ("POST", "tags", {"data": "title=Finance", "content_type": "text/plain"}),
        ("POST", "tags", {"data": json.dumps("x" * 2**21), "content_type": "application/json"}),
        ("POST", "iam/user_groups", {"json": {"name": "Finance team"}}),
        *[("PUT", "connections/0", {"json": {"name": "One"}})] * 2,
    ]
    found: dict[str, Any] = {}
    for method, path, options in requests:
        headers = options.pop("headers", {"Authorization": f"Bearer {_TOKEN}"})
        answer = browser.request(method, f"{API}/{path}", headers=headers, **options)
        found.setdefault(str(answer.status_code), answer.get_json())
    return dict(sorted(found.items()))
