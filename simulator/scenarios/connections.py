"""Builders' connections, those that are authorized with live tokens of the app."""

from typing import TYPE_CHECKING

from simulator import installed_apps
from simulator.connectors import CONNECTORS, account_label, app_of
from simulator.connectors.auth_types import AUTHORIZATION_CODE_GRANT
from simulator.crypto import Purpose
from simulator.db.tables import Connection
from simulator.domain import connections
from simulator.scenarios.ids import token_family
from simulator.scenarios.seed_context import WORKSPACE_ID, SeedContext

if TYPE_CHECKING:  # pragma: no cover
    from simulator.scenarios import schema


def add_rows(context: SeedContext) -> None:
    """Add the connections; `authorized_as` makes one established, as after Connect."""
    for number, connection in enumerate(context.scenario.connections, 1):
        context.connections[connection.name] = number
        row = _row(context, number, connection)
        context.rows.append(row)
        if connection.authorized_as is not None:
            _authorize(context, row, connection, connection.authorized_as)
            row.account = _account(context, connection.host, connection.authorized_as)


def _row(context: SeedContext, number: int, connection: "schema.Connection") -> Connection:
    environment = connection.environment or context.scenario.environments[0]
    settings, secret = _settings(context, connection)
    return Connection(
        id=number,
        workspace_id=WORKSPACE_ID,
        project_id=context.projects[connection.project],
        environment_id=context.environments[environment],
        provider=connection.provider,
        name=connection.name,
        input={
            "auth_type": AUTHORIZATION_CODE_GRANT,
            "client_id": connection.client,
            "scopes": list(connection.scopes),
            **settings,
        },
        authorized_by=connection.authorized_by,
        # Nobody can consent outside for a scenario: it is ready for end users, without a token.
        authorization_status="success" if connection.is_elsewhere else None,
        authorized_at=context.now if connection.is_elsewhere else None,
        client_secret_sealed=context.world.keys.seal(Purpose.CONNECTION_CLIENT_SECRET, secret),
        created_at=context.now,
        updated_at=context.now,
    )


def _settings(context: SeedContext, connection: "schema.Connection") -> tuple[dict[str, str], str]:
    """Where the app is, and the client's secret."""
    connector = CONNECTORS[connection.provider]
    if connection.is_elsewhere:
        addresses = {
            "host": connector.host(connection.base_url or ""),
            "authorize_url": connection.authorization_url or "",
            "token_url": connection.token_url or "",
        }
        return addresses, connection.client_secret or ""
    app = next(app for app in context.scenario.apps if app.host == connection.host)
    client = next(one for one in app.clients if one.identifier == connection.client)
    host = f"https://{connection.host}" if connector.host_field is not None else ""
    return {"host": host}, client.secret


def _account(context: SeedContext, host: str, login: str) -> str | None:
    app = next(app for app in context.scenario.apps if app.host == host)
    user = next(user for user in app.users if user.login == login)
    return account_label(user.name, user.login, user.email)


def _authorize(
    context: SeedContext, row: Connection, connection: "schema.Connection", login: str
) -> None:
    from simulator.systems.apps._kit.provider import token_store  # brings in Authlib

    dialect = installed_apps.part(app_of(connection.provider), "dialect").DIALECT
    offline = [dialect.offline_scope] if dialect.is_offline_by_parameter else []
    answer = token_store(context.world, connection.host, dialect).issue(
        client_id=connection.client,
        subject=str(context.app_users[connection.host, login]),
        scope=" ".join([*connection.scopes, *offline]),
        family=token_family(connection.name),
        auth_time=context.now,
    )
    connections.store_tokens(context.world, row, answer)
