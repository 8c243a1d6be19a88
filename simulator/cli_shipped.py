"""The commands about what the package ships: scenarios, documentation, steps, a suite."""

import json
import os
import shlex
from pathlib import Path

import click


@click.command(short_help="List the scenarios there are, copy one, or print their format.")
@click.option(
    "--copy",
    type=(str, click.Path(dir_okay=False, path_type=Path)),
    metavar="NAME FILE",
    help="Write the scenario NAME to FILE, to start your own from.",
)
@click.option("--schema", is_flag=True, help="Print the format as a JSON Schema, for editors.")
def scenarios(copy: tuple[str, Path] | None, schema: bool) -> None:
    """List the scenarios there are, copy one, or print the format of their files."""
    from simulator.scenarios import names

    if copy is not None and schema:
        raise click.UsageError("--copy writes a scenario, --schema prints the format: give one.")
    if schema:
        from simulator.scenarios.json_schema import json_schema

        click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))
    elif copy is not None:
        _copy_scenario(*copy)
    else:
        for name, title in names():
            click.echo(f"{name:<12} {title}")


def _copy_scenario(name: str, target: Path) -> None:
    from simulator.scenarios.files import find

    text = find(name).read_text(encoding="utf-8")
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise click.ClickException(f"{target} is there already; nothing is overwritten.") from None
    except OSError as error:
        raise click.ClickException(f"Cannot write {target}: {error.strerror}.") from None
    click.echo(f"wrote {target}")
    use = shlex.join(["simulator", "serve", "--scenario", os.path.join(".", target)])
    click.echo(f"Use it: {use}")


@click.command(short_help="Print a page of the documentation, or list the pages.")
@click.argument("topic", required=False)
def docs(topic: str | None) -> None:
    """Print the page TOPIC of the documentation, in Markdown; without TOPIC, list the pages."""
    from simulator import handbook

    if topic is None:
        for name, title in handbook.topics():
            click.echo(f"{name:<20} {title}")
        return
    try:
        click.echo(handbook.page(topic), nl=False)
    except LookupError as error:
        raise click.ClickException(str(error)) from None


@click.command(short_help="Print the Gherkin steps that suites can use.")
@click.argument("word", default="")
def steps(word: str) -> None:
    """Print the Gherkin steps that suites can use; those alone that have WORD, if it is given."""
    from simulator import handbook

    found = list(handbook.steps(word))
    if not found:
        raise click.ClickException(f"No step has '{word}'. 'simulator steps' prints all of them.")
    module = ""
    for step in found:
        if step.module != module:
            module = step.module
            click.echo(f"{module}:")
        click.echo(f"  {step.pattern}")


@click.command("init-app", short_help="Write a package for an app of your own.")
@click.argument("name")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(path_type=Path))
def init_app(name: str, folder: Path | None) -> None:
    """Write a package for the app NAME to DIR (by default NAME): it starts, and its test passes."""
    from simulator.systems.apps import skeleton

    target = folder or Path(name)
    for file in skeleton.write(name, target):
        click.echo(f"wrote {file}")
    click.echo(f"Install and test it: pip install -e {target} && pytest {target}")


@click.command("init-suite", short_help="Write a small test suite of your own.")
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init_suite(folder: Path) -> None:
    """Write a small test suite of your own to DIR: it passes with 'pytest DIR'."""
    from simulator.extras import has, install
    from simulator.testing import suite

    for file in suite.write(folder):
        click.echo(f"wrote {file}")
    if not has("pytest_bdd"):
        click.echo(f"Scenarios in Gherkin need pytest-bdd: {install('bdd')}")
    click.echo(f"Run it: pytest {folder}")
