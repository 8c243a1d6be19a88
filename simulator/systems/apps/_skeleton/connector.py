"""What Workato knows of the app."""

from simulator.connectors.base import AccountEndpoint, Action, Connector
from simulator.connectors.form_fields import HostField

_SEARCH = Action(
    name="search_notes",
    title="Search notes",
    method="GET",
    path="/api/notes",
    wrap="notes",
    scopes=("notes.read",),
)

CONNECTOR = Connector(
    provider="sample",
    name="Sample",
    host_field=HostField(
        label="Host",
        hint="For example https://your-company.sample.example.",
        placeholder="https://your-company.sample.example",
        pattern=r"https://[a-z0-9-]+\.sample\.example",
        error="Host must have the format https://your-company.sample.example.",
    ),
    authorize_url="/oauth/authorize",
    token_url="/oauth/token",
    revoke_url="/oauth/revoke",
    scopes=("notes.read", "offline_access"),
    required_scopes=("notes.read",),
    client_page="Clients",
    actions={_SEARCH.name: _SEARCH},
    read_error=lambda members: str(members.get("message", "")),
    account_endpoints=(
        AccountEndpoint(
            path="/api/me",
            scopes=frozenset({"notes.read"}),
            members=("name", "login", "email"),
        ),
    ),
)
