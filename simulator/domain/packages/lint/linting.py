"""Look a package over: every recipe, and what servers say of their tools."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from simulator.domain.editing.missing import list_missing
from simulator.domain.engine.block_code import BlockCode
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.stubs import Stub
from simulator.domain.packages.lint import execution, structure
from simulator.domain.packages.lint.findings import RecipeReport, Report, StepReport, Verdict
from simulator.domain.packages.model import (
    Asset,
    Package,
    PackagedProject,
    Reference,
    read_reference,
)
from simulator.domain.packages.resolution import (
    Found,
    Unresolved,
    list_unresolved,
    may_be_missing,
    refuse,
    resolve,
)
from simulator.domain.packages.shapes import find_tool_reference


def lint_package(
    package: Package,
    stubs: Mapping[str, Sequence[Stub]] | None = None,
    *,
    allows_code: bool = False,
) -> Report:
    """Return the verdict on every recipe of a package, and remarks on the package.

    Args:
        package: the package as read.
        stubs: name of a recipe → its stubs.
        allows_code: whether steps with code are run.
    """
    linter = _Linter(package, stubs or {}, allows_code)
    recipes = tuple(
        linter.report(project, asset)
        for project in package.projects
        for asset in project.of_kind("recipe")
    )
    missing = list_unresolved(package)
    return Report(
        recipes=recipes,
        refusals=tuple(str(refuse(each)) for each in missing if not may_be_missing(package, each)),
        remarks=(
            *package.remarks,
            *_tell_elsewhere([each for each in missing if may_be_missing(package, each)]),
            *linter.check_servers(),
        ),
    )


def _tell_elsewhere(missing: Sequence[Unresolved]) -> Iterator[str]:
    """Yield a sentence for each missing asset, whatever refers to it."""
    referring: dict[Reference, list[Unresolved]] = {}
    for each in missing:
        referring.setdefault(each.reference, []).append(each)
    for reference, those in referring.items():
        first = those[0].project.place(those[0].asset)
        more = f" (and {len(those) - 1} more)" if len(those) > 1 else ""
        yield (f"{first}{more}: {reference.zip_name} ('{reference.name}') is not in the package.")


def _name_missing(
    steps: Sequence[StepReport],
    code: BlockCode,
    config: Sequence[BlockCode],
    stubs: Sequence[Stub],
) -> Iterator[StepReport]:
    """Yield reports on steps: what lacks a required input keeps its recipe from being started."""
    sentences: dict[int, list[str]] = {}
    if execution.is_readable(steps):
        for each in list_missing(code, list_steps(code, config), stubs):
            sentences.setdefault(each.number, []).append(each.sentence)
    for step in steps:
        lacking = sentences.get(step.number, [])
        reason = " ".join([*lacking, step.reason]).strip()
        yield replace(step, verdict=Verdict.CANNOT, reason=reason) if lacking else step


class _Linter:
    def __init__(
        self, package: Package, stubs: Mapping[str, Sequence[Stub]], allows_code: bool
    ) -> None:
        self._package, self._stubs, self._allows_code = package, stubs, allows_code
        self._reports: dict[tuple[str, str], RecipeReport] = {}
        #: Recipes that are being looked at: one that calls itself does not say what it would do.
        self._open: set[tuple[str, str]] = set()

    def report(self, project: PackagedProject, asset: Asset) -> RecipeReport:
        """Return the report on a recipe, made once."""
        key = project.name, asset.zip_name
        if key not in self._reports:
            self._open.add(key)
            self._reports[key] = self._make_report(project, asset)
            self._open.discard(key)
        return self._reports[key]

    def _make_report(self, project: PackagedProject, asset: Asset) -> RecipeReport:
        document = asset.document or {}

        def called(target: Any) -> Verdict | None:
            found = self._find_called(project, asset, target)
            if not found or found.asset.kind != "recipe":
                return None
            if (found.project.name, found.asset.zip_name) in self._open:
                return Verdict.RUNS
            return self.report(found.project, found.asset).verdict

        code, config = document["code"], document.get("config") or []
        stubs = self._stubs.get(asset.name, ())
        return RecipeReport(
            project=project.name,
            zip_name=asset.zip_name,
            file=project.place(asset),
            name=asset.name,
            steps=tuple(
                _name_missing(
                    execution.check(code, config, stubs, called, allows_code=self._allows_code),
                    *(code, config, stubs),
                )
            ),
            findings=tuple(structure.check(code, config)),
        )

    def _find_called(self, project: PackagedProject, asset: Asset, target: Any) -> Found | None:
        """Return the recipe that a step calls; without a file's name it is found by its own."""
        reference = read_reference(target)
        if reference is not None:
            return resolve(self._package, project, asset, reference)
        name = target.get("name") if isinstance(target, Mapping) else None
        others = [each for each in self._package.projects if each is not project]
        return next(
            (
                Found(project=each, asset=recipe)
                for each in (project, *others)
                for recipe in each.of_kind("recipe")
                if recipe.name == name
            ),
            None,
        )

    def check_servers(self) -> Iterator[str]:
        """Yield sentences about servers whose manifests contradict their tools."""
        for project in self._package.projects:
            for asset in project.of_kind("mcp_server"):
                yield from self._check_server(project, asset)

    def _check_server(self, project: PackagedProject, server: Asset) -> Iterator[str]:
        """Yield where a tool's `vua_required` is not what its recipe's connections say."""
        document = server.document or {}
        for tool in document.get("tools") or []:
            reference = read_reference(find_tool_reference(document, tool))
            found = reference and resolve(self._package, project, server, reference)
            recipe = found and self._find_recipe(found)
            if not recipe or "vua_required" not in tool:
                continue
            config = (recipe.asset.document or {}).get("config") or []
            acts = any(each.get("personalization") is True for each in config)
            if acts is not (tool["vua_required"] is True):
                yield (
                    f"{project.place(server)}: the tool '{recipe.asset.name}' says vua_required "
                    f"{str(tool['vua_required']).lower()}, and its recipe "
                    f"{'uses' if acts else 'does not use'} End user's connection."
                )

    def _find_recipe(self, found: Found) -> Found | None:
        """Return the recipe that an asset is, or stands for."""
        if found.asset.kind == "recipe":
            return found
        for reference in found.asset.references:
            if reference.kind == "recipe":
                return resolve(self._package, found.project, found.asset, reference)
        return None
