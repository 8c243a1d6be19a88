"""Pick lists: the values that an app has for a field, asked for with a connection."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from simulator.connectors import CONNECTORS
from simulator.connectors.base import Connector, PickList
from simulator.db.tables import Connection
from simulator.domain import connections
from simulator.domain.tokens import ConnectionLost, TokenRefused, discover, get_live_access_token
from simulator.errors import FieldError, SimulatorError, Unreachable, list_choices
from simulator.validation.parsing import parse_foreign_json, parse_foreign_object
from simulator.world import World


def read(
    world: World, connection: Connection, name: str, parameters: Mapping[str, Any]
) -> list[tuple[str, str]]:
    """Return the values of a pick list: label and value of each.

    Args:
        connection: with which the app is asked.
        name: the name of the pick list.
        parameters: the parameters of the pick list, by name.

    Raises:
        FieldError: on what is wrong.
        SimulatorError: the connection cannot be used, or the app refuses.
    """
    connector = CONNECTORS.get(connection.provider)
    pick_list = connector.pick_lists.get(name) if connector is not None else None
    if connector is None or pick_list is None:
        known = list_choices(sorted(connector.pick_lists) if connector is not None else ())
        raise FieldError("pick_list_name", f"{connection.provider} has no such pick list. {known}")
    for needed in pick_list.needed:
        if not parameters.get(needed):
            raise FieldError("pick_list_params", f"{needed} can't be blank")
    if not connection.connected:
        raise SimulatorError(f"The connection '{connection.name}' is not connected.")
    try:
        return _ask(world, connection, connector, pick_list, parameters)
    except (ConnectionLost, TokenRefused, Unreachable) as error:
        raise SimulatorError(str(error)) from None


def _ask(
    world: World,
    connection: Connection,
    connector: Connector,
    pick_list: PickList,
    parameters: Mapping[str, Any],
) -> list[tuple[str, str]]:
    token = get_live_access_token(world, connection)
    settings = connections.get_oauth_settings(connection)
    if connection.api_url is None and connector.discovery is not None:
        connection.api_url = discover(world, settings, token)
    base = connection.api_url or connector.api_url or str(settings.input["host"])
    given = {each: quote(str(parameters[each]), safe="") for each in pick_list.needed}
    world.db.commit()  # hold no lock of the database while waiting for this one
    answer = world.http.request(
        "GET",
        base + pick_list.path.format(**given),
        params={each: parameters[each] for each in pick_list.query if each in parameters},
        headers={
            "Accept": "application/json",
            "Authorization": connector.header(settings.input, token),
        },
    )
    if answer.status_code != 200:
        details = connector.read_error(parse_foreign_object(answer.content))
        ending = f": {details}" if details else "."
        raise SimulatorError(f"{connector.name} answered {answer.status_code}{ending}")
    return pick_list.read(parse_foreign_json(answer.content))
