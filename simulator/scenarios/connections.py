"""Builders' connections, those that are authorized with live tokens of the app."""

from typing import TYPE_CHECKING

from simulator import installed_apps
from simulator.connectors import account_label
from simulator.crypto import Purpose
from simulator.db.tables import Connection
from simulator.domain import connection_forms, connections
from simulator.scenarios.ids import token_family
from simulator.scenarios.plot import WORKSPACE_ID, Plot

if TYPE_CHECKING:  # pragma: no cover
    from simulator.scenarios import schema


def plant(plot: Plot) -> None:
    """Add the connections; `authorized_as` makes one established, as after Connect."""
    for number, connection in enumerate(plot.scenario.connections, 1):
        plot.connections[connection.name] = number
        row = _row(plot, number, connection)
        plot.rows.append(row)
        if connection.authorized_as is not None:
            _authorize(plot, row, connection, connection.authorized_as)
            row.account = _account(plot, connection.host, connection.authorized_as)


def _row(plot: Plot, number: int, connection: "schema.Connection") -> Connection:
    scenario = plot.scenario
    environment = connection.environment or scenario.environments[0]
    app = next(app for app in scenario.apps if app.host == connection.host)
    client = next(one for one in app.clients if one.identifier == connection.client)
    return Connection(
        id=number,
        workspace_id=WORKSPACE_ID,
        project_id=plot.projects[connection.project],
        environment_id=plot.environments[environment],
        provider=connection.provider,
        name=connection.name,
        input={
            "auth_type": connection_forms.AUTHORIZATION_CODE_GRANT,
            "client_id": client.identifier,
            "host": f"https://{connection.host}",
            "scopes": list(connection.scopes),
        },
        authorized_by=connection.authorized_by,
        client_secret_sealed=plot.world.keys.seal(Purpose.CONNECTION_CLIENT_SECRET, client.secret),
        created_at=plot.now,
        updated_at=plot.now,
    )


def _account(plot: Plot, host: str, login: str) -> str | None:
    app = next(app for app in plot.scenario.apps if app.host == host)
    user = next(user for user in app.users if user.login == login)
    return account_label(user.name, user.login, user.email)


def _authorize(plot: Plot, row: Connection, connection: "schema.Connection", login: str) -> None:
    from simulator.systems.apps._kit.provider import token_store  # brings in Authlib

    dialect = installed_apps.part(connection.provider, "dialect").DIALECT
    answer = token_store(plot.world, connection.host, dialect).issue(
        client_id=connection.client,
        subject=str(plot.app_users[connection.host, login]),
        scope=" ".join(connection.scopes),
        family=token_family(connection.name),
        auth_time=plot.now,
    )
    connections.store_tokens(plot.world, row, answer)
