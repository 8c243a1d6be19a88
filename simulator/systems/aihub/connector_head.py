"""What stands above every tab of a custom connector: its latest version, and the released one."""

from typing import Any

from simulator.db.tables import PackageAsset
from simulator.domain import connector_versions, custom_connectors
from simulator.domain.custom_connectors import LONGEST_NOTE, LONGEST_TITLE
from simulator.systems.aihub.context import person
from simulator.web.application import current_world

#: How long fields may be, for the templates.
LIMITS = {"title": LONGEST_TITLE, "note": LONGEST_NOTE}


def find_connector(connector_id: int) -> PackageAsset:
    """Return a connector of the workspace of who is signed in.

    Raises:
        NotFound: it does not exist.
    """
    return custom_connectors.get_connector(current_world(), person().workspace_id, connector_id)


def describe_connector(connector: PackageAsset) -> dict[str, Any]:
    """Return what the macro `head` of `_connector.html` shows, and what forms need.

    Args:
        connector: the connector whose tab is open.
    """
    world = current_world()
    return {
        "connector": connector,
        "name": custom_connectors.get_name(connector),
        "latest": connector_versions.get_latest(world, connector),
        "released": connector_versions.list_newest(world, [connector], released=True).get(
            connector.id
        ),
        "limits": LIMITS,
    }
