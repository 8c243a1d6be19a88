"""App instances: their accounts, their OAuth clients, and their records."""

from typing import TYPE_CHECKING

from simulator import installed_apps
from simulator.crypto import Purpose
from simulator.db.tables import AppInstance, AppUser, OAuthClient
from simulator.net.addresses import app_system
from simulator.scenarios.plot import Plot
from simulator.systems.apps._kit.seeding import AppSeed

if TYPE_CHECKING:  # pragma: no cover
    from simulator.systems.apps._kit.scenario import App


def plant(plot: Plot) -> None:
    """Add every app of the scenario with all that is in it."""
    for app in plot.scenario.apps:
        _users(plot, app)
        _clients(plot, app)
        _records(plot, app)


def _users(plot: Plot, app: "App") -> None:
    plot.rows.append(AppInstance(host=app.host, provider=app.kind, name=app.name))
    for user in app.users:
        number = len(plot.app_users) + 1
        plot.app_users[app.host, user.login] = number
        plot.rows.append(
            AppUser(
                id=number,
                host=app.host,
                login=user.login,
                name=user.name,
                email=user.email,
                password_hash=plot.world.keys.hash_password(user.password),
                role=user.role,
            )
        )


def _clients(plot: Plot, app: "App") -> None:
    plot.rows.extend(
        OAuthClient(
            provider=app_system(app.host),
            client_id=client.identifier,
            secret_sealed=plot.world.keys.seal(Purpose.OAUTH_CLIENT_SECRET, client.secret),
            name=client.name,
            redirect_uris=list(client.redirect_uris),
            grant_types=list(client.grant_types),
            scopes=list(client.scopes),
            token_endpoint_auth_method="client_secret_post",
            client_metadata={},
            created_at=plot.now,
        )
        for client in app.clients
    )


def _records(plot: Plot, app: "App") -> None:
    seed = AppSeed(
        users={user.login: plot.app_users[app.host, user.login] for user in app.users},
        bulk_ids=plot.bulk_ids,
    )
    plot.rows.extend(installed_apps.part(app.kind, "scenario").rows(seed, app))
