"""The command line: what starts the sandbox, asks it, and writes what suites begin with."""

import json
import logging
import shlex
import signal
import sys
from collections.abc import Callable, Mapping
from functools import reduce
from pathlib import Path
from typing import Any

import click

from simulator import cli_packages, cli_shipped, cli_tokens
from simulator.cli_databases import DATABASE_OPTION, with_existing
from simulator.errors import ScenarioError, SimulatorError, StartupError
from simulator.net.data_centers import DATA_CENTERS
from simulator.serving import garbage
from simulator.settings import MEMORY, NAVIGATIONS, Settings, hide_password


class _Group(click.Group):
    """Turns our errors into one clear line each."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except SimulatorError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="workato-vua-simulator")
def main() -> None:
    """A stand-in for Workato's MCP verified user access."""


for _command in (
    cli_packages.import_,
    cli_packages.export,
    cli_packages.lint,
    cli_shipped.scenarios,
    cli_shipped.docs,
    cli_shipped.steps,
    cli_shipped.init_suite,
    cli_shipped.init_app,
    cli_tokens.token,
):
    main.add_command(_command)

_scenario = click.option(
    "--scenario",
    metavar="NAME",
    envvar="SIM_SCENARIO",
    help="A scenario's name or YAML file.  [default: demo]",
)


#: What `serve` can be told, in the order of its help; `reset` takes the same words.
_SERVE_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "--port-base",
        type=int,
        metavar="N",
        envvar="SIM_PORT_BASE",
        help="First of a row of loopback ports; 0 takes free ones.  [default: 8700]",
    ),
    DATABASE_OPTION,
    _scenario,
    click.option(
        "--ready-file",
        type=click.Path(dir_okay=False, path_type=Path),
        metavar="FILE",
        envvar="SIM_READY_FILE",
        help="Written (as 'describe --json') once every system answers.",
    ),
    click.option(
        "--conformance-server",
        is_flag=True,
        default=None,
        help="Also serve the fixtures of the official MCP conformance suite, to anybody who asks.",
    ),
    click.option(
        "--allow-host",
        "allowed_hosts",
        multiple=True,
        metavar="HOST",
        envvar="SIM_ALLOWED_HOSTS",
        help="Ask HOST: for clients' metadata documents, by HTTP connections; '*': any public one.",
    ),
    click.option(
        "--allow-origin",
        "allowed_origins",
        multiple=True,
        metavar="URL",
        envvar="SIM_ALLOWED_ORIGINS",
        help="Let web pages of URL read tokens and MCP; 'loopback': those of this machine. "
        "Repeatable.",
    ),
    click.option(
        "--seed",
        type=int,
        metavar="N",
        envvar="SIM_SEED",
        help="Make the same ids and secrets each time: guessable ones, for tests alone.",
    ),
    click.option(
        "--control-token",
        metavar="TOKEN",
        envvar="SIM_CONTROL_TOKEN",
        help="What requests to the control API must bear.",
    ),
    click.option(
        "--request-faults",
        is_flag=True,
        default=None,
        envvar="SIM_REQUEST_FAULTS",
        help="Let a request header have that request go wrong: for tests alone.",
    ),
    click.option(
        "--headless-consent",
        is_flag=True,
        default=None,
        envvar="SIM_HEADLESS_CONSENT",
        help="Let a request header sign anybody in and grant without a page: for tests alone.",
    ),
    click.option(
        "--allow-code",
        is_flag=True,
        default=None,
        envvar="SIM_ALLOW_CODE",
        help="Run the Python, Ruby and JavaScript code of recipes, isolated from this machine.",
    ),
    click.option(
        "--navigation",
        type=click.Choice(NAVIGATIONS),
        envvar="SIM_NAVIGATION",
        help="Labels and navigation of the web app: AI Hub with the MCP servers tab, the same with "
        "the labels of 2025, or today's, which opens on a dashboard.  [default: mcp-servers]",
    ),
    click.option(
        "--data-center",
        type=click.Choice(DATA_CENTERS),
        envvar="SIM_DATA_CENTER",
        help="Whose production names there are.  [default: us]",
    ),
    click.option("-v", "--verbose", is_flag=True, help="Log every request."),
)


def _serve_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options of `serve`."""
    return reduce(lambda made, option: option(made), reversed(_SERVE_OPTIONS), command)


@main.command(short_help="Start every system; Ctrl-C stops them.")
@_serve_options
def serve(verbose: bool, **options: Any) -> None:
    """Start every system; Ctrl-C stops them. What was done is kept in the database."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop_before_ready)
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s %(message)s",
    )
    logging.getLogger("authlib").setLevel(logging.INFO)  # at DEBUG it logs tokens
    # It warns whenever a request waits for a thread to wake up, which is nobody's business.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    settings = _settings(options)
    with garbage.wait_for_start() as started:
        from simulator.sandbox.simulator import Simulator
        from simulator.serving import server

        def ready(description: dict[str, Any]) -> None:
            started()
            _print_table(description)

        with Simulator(settings) as simulator:
            _check_scenario(simulator, options)
            server.serve(simulator, ready)
    click.echo(_farewell(settings, options["database"]))


def _stop_before_ready(number: int, _frame: object) -> None:
    """End a start that is not finished; the exit status is that of a shell (128 + signal)."""
    click.echo("Stopped before every system answered.", err=True)
    sys.exit(128 + number)


def _settings(options: Mapping[str, Any]) -> Settings:
    lists = {name: _words(options[name]) for name in ("allowed_hosts", "allowed_origins")}
    return Settings.from_environment(**{**options, **lists})


def _check_scenario(simulator: Any, options: Mapping[str, Any]) -> None:
    """Refuse to start another world than the one that was asked for.

    Raises:
        StartupError: the database holds another scenario's world; with the ways out.
    """
    from simulator.scenarios.files import find

    requested_scenario, seeded_scenario = options["scenario"], simulator.scenario
    if (
        requested_scenario is None
        or seeded_scenario is None
        or requested_scenario == seeded_scenario
    ):
        return
    if find(requested_scenario).resolve() == _file_of(seeded_scenario):
        return
    database = simulator.world.settings.database
    reset = _command_line("reset", options["database"], scenario=requested_scenario)
    raise StartupError(
        f"{hide_password(database)} holds the world of scenario '{seeded_scenario}', not "
        f"'{requested_scenario}'. Leave --scenario out to start it; '{reset}' replaces it, and "
        "everything done in it is gone; --database URL names another database."
    )


def _file_of(seeded_scenario: str) -> Path | None:
    """The file of the scenario that a database was made from; None if it is gone."""
    from simulator.scenarios.files import find

    try:
        return find(seeded_scenario).resolve()
    except ScenarioError:
        return None


def _farewell(settings: Settings, database: str | None) -> str:
    """What is said at the end: where everything is, and how to go on."""
    if settings.database == MEMORY:
        return "Stopped. The database was in memory: what was done is gone."
    again = _command_line("serve", database)
    either = f"'make sandbox' or '{again}'" if database is None else f"'{again}'"
    goes = "go on" if database is None else "goes on"
    return (
        f"Stopped. Everything is kept in {hide_password(settings.database)}; {either} {goes} there."
    )


def _command_line(verb: str, database: str | None, **options: str) -> str:
    """A command line as people type it; a database is named where it is not the default one."""
    words = ["simulator", verb]
    for name, value in options.items():
        words += [f"--{name}", value]
    if database is not None:
        words += ["--database", hide_password(database)]
    return shlex.join(words)


def _words(values: tuple[str, ...]) -> tuple[str, ...] | None:
    """Hosts or origins as settings hold them, one or more a value; None when there is none."""
    return tuple(" ".join(values).replace(",", " ").lower().split()) or None


def _print_table(description: dict[str, Any]) -> None:
    from simulator.description.summary import table

    click.echo(table(description))
    sys.stdout.flush()


@main.command(short_help="Print what the running sandbox has, and where.")
@DATABASE_OPTION
@click.option("--json", "as_json", is_flag=True, help="The whole document, for programs.")
@click.option(
    "--client",
    metavar="NAME",
    help="Settings for an MCP client (cursor, vscode, codex, …), ready to paste.",
)
@click.option(
    "--about",
    metavar="NAME",
    multiple=True,
    help="A person or server that a large world's description would leave out; repeatable.",
)
def describe(
    database: str | None, as_json: bool, client: str | None, about: tuple[str, ...]
) -> None:
    """Print the addresses, people, servers and apps of the running sandbox."""
    if as_json and client is not None:
        raise click.UsageError("--client prints settings, --json the document: give one of them.")
    settings = Settings.from_environment(database=database)

    def show(simulator: Any) -> None:
        origins = simulator.load_addresses()
        if not origins or not all(_answers(o, simulator.id) for o in origins.values()):
            raise click.ClickException(
                "No sandbox is running on this database. Start one with 'make sandbox' or "
                "'simulator serve'."
            )
        simulator.load_addresses()  # a world with more apps has got its listeners when it was asked
        document = simulator.describe(*about)
        if client is not None:
            _print_settings(client, document)
        elif as_json:
            click.echo(json.dumps(document, indent=2))
        else:
            _print_table(document)

    with_existing(settings, show)


def _print_settings(client: str, description: dict[str, Any]) -> None:
    """Settings alone on standard output, for a file or a pipe; remarks beside."""
    from simulator.description.client_settings import settings

    written, remarks = settings(client, description)
    for remark in remarks:
        click.echo(remark, err=True)
    click.echo(written)


@main.command(short_help="Bring the scenario's world back; everything done since is gone.")
@_serve_options
@click.option("-y", "--yes", is_flag=True, help="Do not ask.")
def reset(yes: bool, **options: Any) -> None:
    """Bring the scenario's world back; everything done since is gone. Also while it is running.

    It takes the options of 'serve'; those that say how to serve change nothing here.
    """
    del options["verbose"]
    settings = _settings(options)

    def bring_back(simulator: Any) -> None:
        if not yes and sys.stdin.isatty():
            where = hide_password(settings.database)
            click.confirm(f"Delete everything done in {where}?", abort=True)
        simulator.reset(options["scenario"])
        click.echo("The world is as its scenario made it.")

    with_existing(settings, bring_back)


@main.command(short_help="Say what is wrong with a database; nothing is changed.")
@DATABASE_OPTION
def doctor(database: str | None) -> None:
    """Look at the database of a sandbox, and say what is wrong with it and what to do.

    Nothing is made, migrated or repaired. The exit status is 1 where something is wrong.
    """
    from simulator.sandbox.database_check import check_database

    findings = check_database(Settings.from_environment(database=database))
    is_well = True
    for finding in findings:
        click.echo(f"{'ok     ' if finding.is_well else 'wrong  '}{finding.sentence}")
        is_well = is_well and finding.is_well
    sys.exit(0 if is_well else 1)


def _answers(origin: str, world_id: str) -> bool:
    """Whether a system of this very world listens there."""
    import http.client

    connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=2)
    try:
        connection.request("GET", "/healthz")
        return bool(json.loads(connection.getresponse().read())["world"] == world_id)
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError):
        return False
    finally:
        connection.close()
