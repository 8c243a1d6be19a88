"""FastMCP with one tool: `python fastmcp_server.py PORT jwt|oauth`; prints a JSON line when made.

With `jwt`, requests are answered without a session, in JSON; with `oauth` it is its own
authorization server (in memory, without pages), and has sessions.
"""

import json
import sys

from fastmcp import FastMCP
from fastmcp.server.auth.providers.in_memory import InMemoryOAuthProvider
from fastmcp.server.auth.providers.jwt import JWTVerifier, RSAKeyPair
from mcp.server.auth.settings import ClientRegistrationOptions


def main() -> None:
    """Serve until killed."""
    port, way = int(sys.argv[1]), sys.argv[2]
    url = f"http://127.0.0.1:{port}"
    token = ""
    if way == "jwt":
        keys = RSAKeyPair.generate()
        token = keys.create_token(issuer=url, audience="peer")
        auth = JWTVerifier(public_key=keys.public_key, issuer=url, audience="peer")
    else:
        auth = InMemoryOAuthProvider(
            base_url=url, client_registration_options=ClientRegistrationOptions(enabled=True)
        )
    server = FastMCP("peer", auth=auth)

    @server.tool
    def policy(category: str) -> dict[str, str]:
        return {"category": category, "text": "Book the cheapest train."}

    print(json.dumps({"token": token}), flush=True)
    server.run(
        transport="http",
        port=port,
        show_banner=False,
        log_level="error",
        stateless_http=way == "jwt",
        json_response=True,
    )


main()
