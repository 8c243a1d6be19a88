"""App instances: their accounts, their OAuth clients, and their records."""

from typing import TYPE_CHECKING

from simulator import installed_apps
from simulator.crypto import Purpose
from simulator.db.tables import AppInstance, AppUser, OAuthClient
from simulator.net.addresses import app_system
from simulator.scenarios.seed_context import SeedContext
from simulator.systems.apps._kit.seeding import AppSeed

if TYPE_CHECKING:  # pragma: no cover
    from simulator.systems.apps._kit.scenario import App


def add_rows(context: SeedContext) -> None:
    """Add every app of the scenario with all that is in it."""
    for app in context.scenario.apps:
        _users(context, app)
        _clients(context, app)
        if context.prepared is None:
            _records(context, app)


def _users(context: SeedContext, app: "App") -> None:
    refresh = app.refresh_tokens
    context.rows.append(
        AppInstance(
            host=app.host,
            provider=app.kind,
            name=app.name,
            refresh_policy=refresh.policy if refresh else None,
            refresh_leeway=refresh.leeway if refresh else None,
        )
    )
    for user in app.users:
        number = len(context.app_users) + 1
        context.app_users[app.host, user.login] = number
        context.rows.append(
            AppUser(
                id=number,
                host=app.host,
                login=user.login,
                name=user.name,
                email=user.email,
                password_hash=context.world.keys.hash_password(user.password),
                role=user.role,
            )
        )


def _clients(context: SeedContext, app: "App") -> None:
    context.rows.extend(
        OAuthClient(
            provider=app_system(app.host),
            client_id=client.identifier,
            secret_sealed=context.world.keys.seal(Purpose.OAUTH_CLIENT_SECRET, client.secret),
            name=client.name,
            redirect_uris=list(client.redirect_uris),
            grant_types=list(client.grant_types),
            scopes=list(client.scopes),
            token_endpoint_auth_method="client_secret_post",
            client_metadata={},
            created_at=context.now,
        )
        for client in app.clients
    )


def _records(context: SeedContext, app: "App") -> None:
    seed = AppSeed(
        users={user.login: context.app_users[app.host, user.login] for user in app.users},
        bulk_ids=context.bulk_ids,
        own_ids=context.own_ids,
    )
    context.rows.extend(installed_apps.part(app.kind, "scenario").rows(seed, app))
