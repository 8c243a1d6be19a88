"""The commands about Workato packages: import, export, lint."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from simulator.cli_databases import DATABASE_OPTION, with_existing
from simulator.settings import Settings

if TYPE_CHECKING:  # pragma: no cover
    from simulator.domain.packages.lint import Report
    from simulator.domain.packages.model import Package
    from simulator.domain.packages.outcome import Outcome, Progress

#: From so many files on, an import shows how far it is.
_LONG = 200


@click.command("import", short_help="Bring a project of yours in: a folder, a zip, a checkout.")
@click.argument("path", type=click.Path(path_type=Path))
@DATABASE_OPTION
@click.option("--project", metavar="NAME", help="Call the project NAME.")
@click.option(
    "--environment",
    metavar="NAME",
    help="Of its connections and MCP servers.  [default: the first one]",
)
@click.option("--stopped", is_flag=True, help="Do not start its recipes.")
@click.option("--json", "as_json", is_flag=True, help="What was done, for programs.")
def import_(
    path: Path,
    database: str | None,
    project: str | None,
    environment: str | None,
    stopped: bool,
    as_json: bool,
) -> None:
    """Import the Workato package at PATH: a folder, a zip, or a checkout of exports.

    A project that is there already is updated; nothing of it is deleted. What is wrong in the
    package is told with its file, and then nothing is imported. Also while the sandbox is running.
    """
    from simulator.domain.packages.lint import lint_package
    from simulator.domain.packages.reading import read_path
    from simulator.sandbox.packages import import_package

    package = read_path(path)
    if project is not None:
        package = package.named(project)

    def bring_in(simulator: Any) -> None:
        outcome = import_package(
            simulator.world,
            package,
            environment=environment,
            start=not stopped,
            progress=_show_progress,
        )
        allows_code = simulator.world.settings.allow_code
        report = lint_package(package, allows_code=allows_code)
        if as_json:
            click.echo(json.dumps(outcome.to_json() | {"lint": report.to_json()}, indent=2))
        else:
            _print_outcome(outcome)
            _print_verdicts(report)

    with_existing(Settings.from_environment(database=database), bring_in)


def _show_progress(progress: "Progress") -> None:
    """Say on a terminal, and of long imports elsewhere, how far the import is."""
    line = f"{progress.stage}: {progress.done} of {progress.total}"
    if sys.stderr.isatty():
        ending = "\n" if progress.percent == 100 else ""
        click.echo(f"\r{line:<45} {progress.place[:30]:<30}{ending}", nl=False, err=True)
    elif progress.total >= _LONG and progress.done % _LONG == 0:
        click.echo(line, err=True)


def _print_outcome(outcome: "Outcome") -> None:
    from simulator.domain.packages.outcome import Action

    counts = ", ".join(f"{outcome.count(action)} {action}" for action in Action)
    names = ", ".join(f"'{name}'" for name in outcome.projects)
    click.echo(f"Imported {names}: {counts}.")
    for change in outcome.changes:
        if change.action is not Action.UNCHANGED:
            click.echo(f"  {change.action:<8}{change.kind or 'file':<16}{change.zip_name}")
    for remark in outcome.remarks:
        click.echo(f"Note: {remark}")
    kinds = {change.kind for change in outcome.changes if change.action is Action.ADDED}
    if "connection" in kinds:
        click.echo("Connections come without their secrets: authorize them in the recipe editor.")
    if "mcp_server" in kinds:
        click.echo("Nobody may use a new MCP server yet: give user groups access, or make a token.")


@click.command(short_help="Write a project as a package: a folder, or a zip.")
@click.argument("project")
@click.argument("path", type=click.Path(path_type=Path))
@DATABASE_OPTION
@click.option("--force", is_flag=True, help="Overwrite the files that are there.")
def export(project: str, path: Path, database: str | None, force: bool) -> None:
    """Write PROJECT as a Workato package to PATH: a zip if it ends with .zip, else a folder."""
    from simulator.domain.packages.exporting import to_zip
    from simulator.sandbox.packages import export_project

    def write(simulator: Any) -> None:
        files = export_project(simulator.world, project)
        try:
            if path.suffix == ".zip":
                _write({path: to_zip(files)}, force)
            else:
                _write({path / name: content for name, content in files.items()}, force)
        except OSError as error:
            raise click.ClickException(f"Cannot write {path}: {error.strerror}.") from None
        click.echo(f"wrote {path} ({len(files)} files)")

    with_existing(Settings.from_environment(database=database), write)


def _write(files: Mapping[Path, bytes], force: bool) -> None:
    there = [each for each in files if each.exists()]
    if there and not force:
        raise click.ClickException(
            f"{there[0]} is there already; nothing is overwritten without --force."
        )
    for each, content in files.items():
        each.parent.mkdir(parents=True, exist_ok=True)
        each.write_bytes(content)


@click.command(short_help="Say of each recipe of a package whether it would run here.")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--allow-code", is_flag=True, help="As for a sandbox that may run code of recipes.")
@click.option("--json", "as_json", is_flag=True, help="Every step, for programs.")
@click.option("--stubs", is_flag=True, help="Drafts of the stubs that it needs, as YAML.")
def lint(path: Path, allow_code: bool, as_json: bool, stubs: bool) -> None:
    """Look over the Workato package at PATH, without a sandbox: a folder, a zip or a checkout.

    Each recipe runs, runs with a stub that you write, or cannot run; each step that does not simply
    run says why. What breaks a rule of Workato's own is noted. The exit status is 1 where a recipe
    cannot run, or where an import would refuse the package.

    With --stubs it prints what a scenario may say of the steps that need a stub, with outputs of
    the shape that they declare: replace the values by yours.
    """
    from simulator.domain.packages.lint import lint_package
    from simulator.domain.packages.reading import read_path

    package = read_path(path)
    report = lint_package(package, allows_code=allow_code)
    if stubs:
        _print_drafts(package, report)
    elif as_json:
        click.echo(json.dumps(report.to_json(), indent=2))
    else:
        _print_report(report)
    sys.exit(0 if report.is_well else 1)


def _print_drafts(package: "Package", report: "Report") -> None:
    import yaml

    from simulator.domain.packages.lint import list_drafts

    drafts = {"stubs": list_drafts(package, report)}
    click.echo(yaml.safe_dump(drafts, sort_keys=False, allow_unicode=True), nl=False)


def _print_verdicts(report: "Report") -> None:
    """Say which recipes do not simply run, and where to read why."""
    from simulator.domain.packages.lint import Verdict

    others = [each for each in report.recipes if each.verdict is not Verdict.RUNS]
    for recipe in others:
        click.echo(f"{recipe.verdict:<17} {recipe.file}  ({recipe.name})")
    if others:
        click.echo("'simulator lint' says step by step why.")


def _print_report(report: "Report") -> None:
    from simulator.domain.packages.lint import Verdict

    for recipe in report.recipes:
        click.echo(f"{recipe.verdict:<17} {recipe.file}  ({recipe.name})")
        for step in recipe.steps:
            if step.verdict is not Verdict.RUNS:
                click.echo(f"  step {step.number:<3} {step.verdict}: {step.reason}")
        for finding in recipe.findings:
            where = f"step {finding.step}" if finding.step else "recipe"
            click.echo(f"  note: {where}: {finding.message} ({finding.rule})")
    for refusal in report.refusals:
        click.echo(f"refused: {refusal}")
    for remark in report.remarks:
        click.echo(f"note: {remark}")
    counts = ", ".join(f"{report.count(each)} {each}" for each in Verdict)
    click.echo(f"{len(report.recipes)} recipes: {counts}.")
