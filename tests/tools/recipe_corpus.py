"""Lint and run recipes of others: `python -m tests.tools.recipe_corpus FOLDER [FOLDER …]`.

Each recipe is run with made-up parameters, or a made-up event, and with drafts for the stubs that
it needs. Printed are the shares of lint's verdicts, and each recipe that ended otherwise than lint
said.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.db.tables import Connection, McpServer, Recipe
from simulator.domain import catalogue, recipe_tests
from simulator.domain.packages import importing, reading
from simulator.domain.packages.lint import Report, Verdict, lint_package, list_drafts
from simulator.domain.packages.model import Package
from simulator.domain.recipe_engine import Run
from simulator.domain.request_context import RequestContext
from simulator.errors import SimulatorError
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings


def main(folders: list[str]) -> None:
    """Print what becomes of the recipes of these folders."""
    verdicts: Counter[str] = Counter()
    for folder in folders:
        package = reading.read_path(Path(folder))
        report = lint_package(package, allows_code=True)
        verdicts.update(recipe.verdict.value for recipe in report.recipes)
        for sentence in _run_all(package, report):
            print(f"{folder}: {sentence}")
    total = sum(verdicts.values())
    for verdict, count in verdicts.most_common():
        print(f"{count:>5}  {100 * count / total:3.0f} %  {verdict}")


def _run_all(package: Package, report: Report) -> Iterator[str]:
    """Yield a sentence for each recipe that did not do what lint said."""
    possible = {each.name for each in report.recipes if each.verdict is not Verdict.CANNOT}
    stubs: dict[str, list[Mapping[str, Any]]] = {}
    for draft in list_drafts(package, report):
        if draft["recipe"] in possible:
            stubs.setdefault(draft["recipe"], []).append(draft)
    with Simulator(Settings(database="memory", scenario="demo", allow_code=True)) as simulator:
        world = simulator.world
        with world.db.unit() as session:
            outcome = importing.import_package(
                world, 1, 1, package, connections=_find_connections(session, package)
            )
            rows = session.scalars(
                select(Recipe).where(Recipe.project_id.in_(outcome.projects.values()))
            ).all()
            for row in rows:
                row.stubs = stubs.get(row.name, [])
        for row in rows:
            error = _run(simulator, row.id)
            if (error is None) is not (row.name in possible):
                yield f"{row.name}: {error or 'ran, though lint said that it cannot'}"


def _find_connections(session: Session, package: Package) -> dict[str, Connection]:
    """Return what stands for the package's connections: the demo's own of the same app."""
    shared = session.scalars(
        select(Connection)
        .where(Connection.parent_id.is_(None), Connection.authorized_at.is_not(None))
        .order_by(Connection.id.desc())
    )
    by_provider = {each.provider: each for each in shared}
    return {
        asset.name: by_provider[provider]
        for project in package.projects
        for asset in project.of_kind("connection")
        if (provider := str((asset.document or {}).get("provider"))) in by_provider
    }


def _run(simulator: Simulator, recipe_id: int) -> str | None:
    """Return why a recipe did not come to its end; None if it did."""
    with simulator.world.db.unit() as session:
        row = session.get_one(Recipe, recipe_id)
        server = session.scalars(select(McpServer)).first()
        assert server is not None
        context = RequestContext(
            server=catalogue.PublishedServer.read(server), person=None, ip_address=None
        )
        try:
            recipe = catalogue.CompiledRecipe.compile(row)
            run = Run(simulator.world, context, row.name, recipe)
            for _ in _exhaust(run, recipe_tests.draft_event(row)):
                pass
        except SimulatorError as error:
            return str(error)
    return None


def _exhaust(run: Run, arguments: Mapping[str, Any]) -> Iterator[None]:
    for _ in run.start(json.loads(json.dumps(arguments))):
        yield None


if __name__ == "__main__":
    main(sys.argv[1:])
