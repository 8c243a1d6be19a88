"""Bots: the account that an app has in a workspace, beside those of people."""

from sqlalchemy import select

from simulator.db.tables import AppUser, OAuthClient
from simulator.net.addresses import app_system
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.machines import make_account
from simulator.systems.apps.slack import ids
from simulator.world import World

_LOGIN = "bot-"


def install(world: World, host: str, client_id: str) -> AppUser:
    """Return the bot of an app, made when the app is installed with scopes for it.

    Args:
        host: the workspace.
        client_id: the client id of the app.
    """
    own = OAuthClient.provider == app_system(host), OAuthClient.client_id == client_id
    name = world.db.session.scalars(select(OAuthClient.name).where(*own)).one()
    return make_account(world, host, f"{_LOGIN}{ids.app_id(client_id).lower()}", name)


def is_bot(user: AppUser) -> bool:
    """Return whether an account is that of an app."""
    return people.is_machine(user)


def app_id(bot: AppUser) -> str:
    """Return the id of the app whose bot this is."""
    return bot.login.removeprefix(_LOGIN).upper()
