"""The command about API clients: where the Developer API is, and a token for it."""

import shlex
from typing import Any

import click

from simulator.cli_databases import DATABASE_OPTION, with_existing
from simulator.settings import Settings

#: What a client is called that this command creates.
_OWN = "Command line"


@click.command(short_help="Print the Developer API's address and a token, for a shell.")
@DATABASE_OPTION
@click.option("--name", metavar="NAME", help="Of the API client.  [default: the scenario's first]")
def token(database: str | None, name: str | None) -> None:
    """Print WORKATO_HOST and WORKATO_API_TOKEN as exports: eval "$(simulator token)".

    The token of a client that was made by hand is not stored: the client gets another one. Where
    there is no client, one is created that may use every endpoint.
    """

    def show(simulator: Any) -> None:
        simulator.load_addresses()
        document = simulator.describe()
        known = {one["name"]: one["token"] for one in document["api_clients"]}
        chosen = name or next((each for each, value in known.items() if value), _OWN)
        value = known.get(chosen) or _issue(simulator, chosen)
        host = document["systems"]["aihub"]
        for variable, text in (
            ("WORKATO_HOST", host),
            ("WORKATO_API_URL", f"{host}/api/"),
            ("WORKATO_API_TOKEN", value),
        ):
            click.echo(f"export {variable}={shlex.quote(text)}")

    with_existing(Settings.from_environment(database=database), show)


def _issue(simulator: Any, name: str) -> str:
    """Return a new token of the client with this name, which is created if there is none."""
    from simulator.domain import api_client_admin, workspaces

    world = simulator.world
    with world.db.unit():
        workspace_id = workspaces.list_ids(world)[0]
        found = api_client_admin.list_clients(world, workspace_id, name).first(100)
        for each in found:
            if each.name == name:
                click.echo(f"'{name}' has a new token: the one before is dead.", err=True)
                return api_client_admin.regenerate_token(world, each)
        environment = workspaces.list_environments(world, workspace_id)[0]
        _client, value = api_client_admin.create_client(world, environment, name=name, role=None)
        click.echo(f"Created the API client '{name}' in {environment.name}.", err=True)
        return value
