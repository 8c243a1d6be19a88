"""Packages of a scenario: imported when the rest of it is there."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select

from simulator.db.tables import Connection, EndUserGroup, McpServer, ServerGroup
from simulator.db.tables.servers import WORKATO_IDP
from simulator.domain.packages import importing, reading
from simulator.domain.packages.outcome import Outcome
from simulator.domain.packages.refusals import PackageError
from simulator.errors import ScenarioError
from simulator.package_data import find_folder
from simulator.scenarios.files import find
from simulator.scenarios.reading import shown
from simulator.scenarios.seed_context import WORKSPACE_ID, SeedContext

#: What the path of a package begins with that the simulator ships.
SHIPPED = "shipped:"

if TYPE_CHECKING:  # pragma: no cover
    from simulator.scenarios.schema import Package, Scenario


def import_all(context: SeedContext) -> None:
    """Import the scenario's packages; its own connections stand for theirs of the same name.

    Args:
        context: the context of a seeding; the rows of everything else are in the database.

    Raises:
        ScenarioError: a package cannot be imported: the scenario's file, and why.
    """
    session = context.world.db.session
    for number, package in enumerate(context.scenario.packages):
        connections = {each.name: each for each in session.scalars(select(Connection))}
        environment = package.environment or context.scenario.environments[0]
        try:
            read = reading.read_path(_resolve(context.scenario, package))
            if package.project is not None:
                read = read.named(package.project)
            outcome = importing.import_package(
                context.world,
                WORKSPACE_ID,
                context.environments[environment],
                read,
                start=package.running,
                connections=connections,
            )
        except PackageError as error:
            file = shown(find(context.scenario.source))
            raise ScenarioError(f"{file}: packages.{number}: {package.path}: {error}") from None
        _give_access(context, package, environment, outcome)


def _give_access(
    context: SeedContext, package: "Package", environment: str, outcome: Outcome
) -> None:
    """Give the package's groups access to those of its servers that have Workato Identity."""
    session = context.world.db.session
    environment_id = context.environments[environment]
    groups = session.scalars(
        select(EndUserGroup)
        .where(EndUserGroup.environment_id == environment_id, EndUserGroup.name.in_(package.groups))
        .order_by(EndUserGroup.id)
    ).all()
    numbers = [each.row_id for each in outcome.changes if each.kind == "mcp_server"]
    for server in session.scalars(select(McpServer).where(McpServer.number.in_(numbers))):
        if server.auth_type == WORKATO_IDP:
            session.add_all(
                ServerGroup(server_number=server.number, group_id=each.id) for each in groups
            )
    session.flush()


def stamp(scenario: "Scenario") -> tuple[tuple[str, int, int], ...]:
    """Return what changes whenever a file of a scenario's packages does.

    Args:
        scenario: the scenario as `load` returns it.
    """
    return tuple(
        each for package in scenario.packages for each in _stamp(_resolve(scenario, package))
    )


def _stamp(path: Path) -> Iterator[tuple[str, int, int]]:
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    for each in files:
        try:
            state = each.stat()
        except OSError:  # seeding says that it cannot be read
            continue
        yield str(each), state.st_mtime_ns, state.st_size


def _resolve(scenario: "Scenario", package: "Package") -> Path:
    """Return where a package is: its path begins at the scenario's file, or names one of ours."""
    if package.path.startswith(SHIPPED):
        return find_folder("fixtures/packages") / package.path.removeprefix(SHIPPED)
    return find(scenario.source).parent / package.path
