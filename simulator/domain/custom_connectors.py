"""Custom connectors, which packages bring along; recipes that use them need stubs here."""

import base64
from pathlib import PurePosixPath

from sqlalchemy import select

from simulator.db.listing import Found
from simulator.db.tables import PackageAsset
from simulator.domain.project_assets import get_of_kind, select_of_kind
from simulator.world import World

_KIND = "custom_adapter"


def find_connectors(world: World, workspace_id: int) -> Found[PackageAsset]:
    """Return the custom connectors of a workspace, by id.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
    """
    return Found(world.db.session, select_of_kind(workspace_id, _KIND))


def get_connector(world: World, workspace_id: int, number: int) -> PackageAsset:
    """Return a custom connector.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        number: its id.

    Raises:
        NotFound: there is none.
    """
    return get_of_kind(world, workspace_id, _KIND, number, "custom connector")


def get_name(connector: PackageAsset) -> str:
    """Return the name by which recipes call a custom connector.

    Args:
        connector: its file.
    """
    written = (connector.document or {}).get("provider")
    file = PurePosixPath(connector.zip_name).name.partition(".")[0]
    return written if isinstance(written, str) else file


def read_code(world: World, connector: PackageAsset) -> str:
    """Return the code of a custom connector; empty where its package has none.

    Args:
        world: with an open unit of work.
        connector: its file.
    """
    written = (connector.document or {}).get("code")
    if isinstance(written, str):
        return written
    code_file = connector.zip_name.removesuffix(".json") + ".rb"
    content = world.db.session.scalar(
        select(PackageAsset.content).where(
            PackageAsset.project_id == connector.project_id, PackageAsset.zip_name == code_file
        )
    )
    return base64.b64decode(content or "").decode("utf-8", "replace")
