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
    versions = connector_versions.list_versions(current_world(), [connector])[connector.id]
    released = [each for each in versions if each.released_at is not None]
    return {
        "connector": connector,
        "name": custom_connectors.get_name(connector),
        "latest": versions[-1],
        "released": released[-1] if released else None,
        "limits": LIMITS,
    }
