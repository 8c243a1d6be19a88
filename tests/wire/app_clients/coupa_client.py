"""Coupa's API with the tokens of public OAuth libraries: `coupa_client.py GRANT APP`."""

import json
import sys
from collections.abc import Mapping
from typing import Any

import requests
from grants_client import GRANTS


def main(grant: str, app: Mapping[str, Any]) -> None:
    """Get tokens, refresh them, and say whose requisitions the API answers."""
    first, tokens = GRANTS[grant](app)
    headers = {"Authorization": f"Bearer {tokens['access_token']}", "Accept": "application/json"}
    rows = requests.get(app["api"], headers=headers, timeout=30).json()
    answer = {
        "logins": sorted({row["requested-by"]["login"] for row in rows}),
        "scope": first["scope"],
    }
    print(json.dumps({"answer": answer}), flush=True)


main(sys.argv[1], json.loads(sys.argv[2]))
