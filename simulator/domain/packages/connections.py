"""The connections of a package: those that it has, and those of other projects that it uses."""

from collections.abc import Mapping
from datetime import datetime

from simulator.connectors.auth_types import AUTHORIZATION_CODE_GRANT
from simulator.db.tables import Connection, Project
from simulator.domain.packages import resolution
from simulator.domain.packages.model import PackagedProject, read_reference
from simulator.domain.packages.stored import StoredAssets, find_connection_called, make_find
from simulator.world import World


class Connections:
    """What an import does about connections.

    Args:
        workspace_id: where they are stored.
        environment_id: theirs.
        stored: the stored assets, the incoming rows and projects included.
        given: name → the one that stands for the package's own of that name and provider.
        now: the simulated moment.
    """

    def __init__(
        self,
        world: World,
        workspace_id: int,
        environment_id: int,
        stored: StoredAssets,
        given: Mapping[str, Connection],
        now: datetime,
    ) -> None:
        self._world, self._session = world, world.db.session
        self._workspace_id, self._environment_id = workspace_id, environment_id
        self._stored, self._given, self._now = stored, given, now

    def store(self, packaged: PackagedProject) -> None:
        """Make the connections of a project that are not there yet.

        Args:
            packaged: a project of the package.
        """
        project = self._stored.projects[packaged.name]
        providers = self._list_providers(packaged)
        for asset in packaged.of_kind("connection"):
            row = self._stored.rows[packaged.name, asset.zip_name]
            assert asset.document is not None
            written = asset.document["provider"]
            provider = written if isinstance(written, str) else providers.get(asset.zip_name)
            if row.connection_id is None:
                provider = provider or _make_provider_name(asset.name)
                found = self._take(project, asset.name, provider)
                row.connection_id = found.id
            elif row.connection is not None:
                row.connection.name = asset.name

    def _list_providers(self, packaged: PackagedProject) -> dict[str, str]:
        """Return file of a connection → the provider that recipes use it for."""
        own = self._stored.project(packaged.name)
        found: dict[str, str] = {}
        for asset in packaged.of_kind("recipe"):
            assert asset.document is not None
            for entry in asset.document.get("config") or []:
                reference = read_reference(entry.get("account_id"))
                if reference is None:
                    continue
                target = resolution.resolve(self._stored.package, own, asset, reference)
                if target is not None:
                    found[target.asset.zip_name] = entry["provider"]
        return found

    def make_missing(self, packaged: PackagedProject) -> None:
        """Make the connections of other projects that were not brought along.

        Args:
            packaged: a project of the package, whose recipes name them.
        """
        project = self._stored.projects[packaged.name]
        for asset in packaged.of_kind("recipe"):
            assert asset.document is not None
            find = make_find(self._world, self._stored, packaged.name, asset)
            for entry in asset.document.get("config") or []:
                reference = read_reference(entry.get("account_id"))
                if reference is not None and find(reference) is None:
                    taken = self._take(project, reference.name, entry["provider"])
                    self._stored.elsewhere[packaged.name, reference.name] = taken.id

    def _take(self, project: Project, name: str, provider: str) -> Connection:
        given = self._given.get(name)
        if given is not None and given.provider == provider:
            return given
        found = find_connection_called(self._world, project, name)
        if found is None:
            found = Connection(
                workspace_id=self._workspace_id,
                project_id=project.id,
                environment_id=self._environment_id,
                provider=provider,
                name=name,
                input={
                    "auth_type": AUTHORIZATION_CODE_GRANT,
                    "client_id": "",
                    "host": "",
                    "scopes": [],
                },
                created_at=self._now,
                updated_at=self._now,
            )
            self._session.add(found)
            self._session.flush()
        return found


def _make_provider_name(name: str) -> str:
    """Return what recipes would call a custom connector that none of them uses."""
    return "".join(each if each.isalnum() else "_" for each in name.lower()) + "_connector"
