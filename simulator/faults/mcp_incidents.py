"""Incidents of the MCP servers: access, sessions, tools, transport."""

import json

from simulator.faults.incident import (
    BOTH,
    BUSY,
    HTML,
    MAINTENANCE,
    MCP,
    PERSON,
    RECOVERS,
    Incident,
    incident,
)

_RPC = "POST *"
_SIGN_IN_AGAIN = "Refreshes its token once, calls again, and if that fails has the person sign in."

MCP_INCIDENTS: tuple[Incident, ...] = (
    incident(
        "mcp-no-group",
        "The person is signed in, but in no group that may use the server: every request with "
        "their token is refused.",
        *PERSON,
        sees="403 with the JSON-RPC error `not_in_group`, from `initialize` on.",
        does="Shows the message, which names what an admin has to do. Neither signs in again nor "
        "refreshes: the token is good.",
        system=MCP,
        request=_RPC,
        effect="group-lost",
    ),
    incident(
        "mcp-step-up",
        "The server needs the scope `tools:call`, which no token has that did not ask for it.",
        *BOTH,
        sees="403 with `insufficient_scope`, and in `WWW-Authenticate` the scopes to ask for: "
        "those of the token and the one that it lacks.",
        does="Has the person consent to these scopes, once, and calls again with the new token. A "
        "client that may not have the scope says so instead of asking in a loop.",
        system=MCP,
        request=_RPC,
        scopes="tools:call",
    ),
    incident(
        "mcp-token-expired",
        "The MCP server takes a client's access token for expired, once: the client refreshes.",
        *BOTH,
        sees='401 with `error="invalid_token"`.',
        does=_SIGN_IN_AGAIN,
        system=MCP,
        token="expired",
        times=1,
    ),
    incident(
        "mcp-token-revoked",
        "The client's grant was revoked: it cannot refresh, and the person signs in again.",
        *BOTH,
        sees='401 with `error="invalid_token"`, then 400 `invalid_grant` for the refresh.',
        does="Drops its tokens, and has the person sign in again, once.",
        system=MCP,
        token="revoked",
        times=1,
    ),
    incident(
        "mcp-token-unknown",
        "Workato Identity was restarted with new keys, and has dropped the old ones: no token from "
        "before is known any more.",
        *BOTH,
        sees='401 with `error="invalid_token"` for a token that has not expired.',
        does=_SIGN_IN_AGAIN + " Does not trust its own idea of when the token expires.",
        system=MCP,
        effect="keys-dropped",
        times=1,
    ),
    incident(
        "mcp-session-lost",
        "The MCP server was restarted and has lost the client's session. Clients of 2026-07-28 "
        "have none.",
        *BOTH,
        sees="404 with the JSON-RPC error `unknown_session`, for a session that it did not end.",
        does="Initializes a new session with the same token, and sends the request again.",
        system=MCP,
        effect="session-ended",
        times=1,
    ),
    incident(
        "mcp-session-never-starts",
        "The token is accepted and `initialize` answers a session, but no request with a session "
        "finds it, as behind a load balancer that forgets.",
        *PERSON,
        sees="200 for `initialize`, 404 with `unknown_session` for whatever comes next, each time.",
        does="Gives up after a try or two, and says that the server keeps no session. Does not "
        "initialize or sign in in a loop.",
        system=MCP,
        effect="session-ended",
    ),
    incident(
        "mcp-tool-removed",
        "A builder stops a tool after the client has listed it, for real: it is gone when it is "
        "called.",
        *BOTH,
        sees="The JSON-RPC error `unknown_tool` (-32602) for a tool of its list.",
        does="Lists the tools again, and tells the model that the tool is gone.",
        system=MCP,
        effect="tool-stopped",
        times=1,
    ),
    incident(
        "mcp-down",
        "The MCP server answers 503.",
        *BOTH,
        sees="503 with a text that is no JSON-RPC.",
        does="Says that the server is down; tries again later, and keeps its session and tokens.",
        system=MCP,
        status=503,
    ),
    incident(
        "mcp-slow",
        "The MCP server answers ten real seconds late.",
        *BOTH,
        sees="No answer for ten seconds.",
        does="Shows that it waits, and sends `notifications/cancelled` where it gives up.",
        system=MCP,
        request=_RPC,
        delay=10,
    ),
    incident(
        "mcp-rate-limited",
        "A gateway in front of the MCP server answers 429 with `Retry-After`, in JSON of its own.",
        *BOTH,
        sees="429 with `Retry-After: 30` and JSON that is no JSON-RPC.",
        does="Waits as long as `Retry-After` says.",
        system=MCP,
        status=429,
        headers=BUSY,
        body=json.dumps({"error": "too_many_requests"}).encode(),
    ),
    incident(
        "mcp-recovers",
        "The MCP server answers 503 twice, then 429, then as ever.",
        *BOTH,
        sees="503, 503, 429 with `Retry-After: 1`, then the result.",
        does="Tries again a few times, more slowly each time.",
        system=MCP,
        request=_RPC,
        plan=RECOVERS,
    ),
    incident(
        "mcp-answers-html",
        "A proxy in front of the MCP server answers 200 with a page.",
        *BOTH,
        sees="HTML with status 200 where JSON-RPC should be.",
        does="Says that the answer was no MCP; does not hand the page to the model.",
        system=MCP,
        headers=HTML,
        body=MAINTENANCE,
    ),
    incident(
        "mcp-cut-off",
        "The connection breaks in the middle of an answer; of a stream, in its last event.",
        *BOTH,
        sees="A body that ends early: half of an event, or of the JSON.",
        does="Ends the call with an error instead of waiting for the rest, and does not repeat a "
        "call that may have changed something.",
        system=MCP,
        request=_RPC,
        truncated=True,
    ),
    incident(
        "mcp-hangs-up",
        "The MCP server ends the connection without an answer.",
        *BOTH,
        sees="A connection that ends before any answer.",
        does="Ends the call with an error; connects anew for the next one.",
        system=MCP,
        drop_connection=True,
    ),
)
