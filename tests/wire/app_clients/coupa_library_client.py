"""Coupa's API by the library coupa-async-client: `coupa_library_client.py APP`."""

import asyncio
import json
import sys
from collections.abc import Mapping
from typing import Any

from coupa_async_client import CoupaAsyncClient, CoupaClient

FIELDS = '["id","status",{"requested_by":["login"]}]'


async def read_all(settings: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every requisition since some day, by pages that are read side by side."""
    params = {"updated-at[gt_or_eq]": "2026-01-01T00:00:00-04:00", "limit": "10"}
    async with CoupaAsyncClient(**settings, default_page_size=10, default_concurrent=3) as client:
        found = client.iter_items("requisitions", params=params, fields=FIELDS)
        return [item async for item in found]


def main(app: Mapping[str, Any]) -> None:
    """Read as a program, side by side and one after the other, and say what was there."""
    settings = {
        "base_url": app["api"],
        "token_url": app["token"],
        "client_id": app["client_id"],
        "client_secret": app["client_secret"],
        "scopes": app["scope"].split(),
    }
    rows = asyncio.run(read_all(settings))
    with CoupaClient(**settings) as client:
        suppliers = list(client.items("suppliers", params={}, fields='["name"]'))
    answer = {
        "ids": [row["id"] for row in rows],
        "logins": sorted({row["requested-by"]["login"] for row in rows}),
        "members": sorted({name for row in rows for name in row}),
        "suppliers": len(suppliers),
    }
    print(json.dumps({"answer": answer}), flush=True)


main(json.loads(sys.argv[1]))
