"""What is remembered of the catalogue is never stale: in this process, nor in another one."""

import ast
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import pytest
from sqlalchemy import delete, event, select, text, update

from simulator.db.base import Base
from simulator.db.remembered import READ_VERSION, TABLES
from simulator.db.tables import EndUser, McpApp, McpServer, McpTool, Recipe, SigningKey
from simulator.domain import callers, catalogue, servers
from simulator.domain.saml import setups
from simulator.net.addresses import IDENTITY
from simulator.oauth import AccessTokens
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.remembered_answers import Keys, see, server
from tests.contract.remembered_world import READ_EACH_TIME, REMEMBERED
from tests.postgres.plugin import SECRET_KEY
from tests.tools.requirements import ROOT
from tests.tools.suite import parse

pytestmark = pytest.mark.requirement("SPEED-2")

#: Where verbs are that write; `signing` stands for that module of the OAuth provider.
MODULES = [*sorted((ROOT / "simulator/domain").rglob("*.py")), ROOT / "simulator/oauth/signing.py"]
ROWS = {McpApp, McpServer, McpTool, Recipe, SigningKey}
#: Of each table one, and what is read each time.
SOME = (
    "servers.change",
    "servers.describe_tool",
    "recipe_versions.save",
    "signing.replace",
    "a token is revoked",
    "a person leaves a group",
)
#: They name such rows, and write something else, or what another that is tried has them write.
OTHERS = {
    "api_endpoints.delete_of_recipe",
    "app_manifests.store",
    "collection_servers._add_tool",
    "connection_attempts.open_attempt",
    "customer_deletion.delete_customer",
    "deployed_cases.put",
    "exporting._list_new",
    "folder_changes.delete_place",
    "job_history.detach_jobs",
    "proxy_servers._add_recipe",
    "recipe_changes.update_recipe",
    "recipe_triggers._pick_up",
    "recipe_triggers.reset",
    "recipe_versions._withdraw",
    "recipe_versions.comment_on",
    "recipe_versions.sign",
    "run_requests.run",
    "table_usage.list_recipes",
    "test_cases._write",
    "test_cases.change",
    "test_cases.create",
}
_FROM = re.compile(r"(?:FROM|JOIN)\s+(\w+)")


@pytest.fixture
def simulators(database_url: str) -> Iterator[tuple[Simulator, Simulator]]:
    """Two on one database, as in two processes; both have answered clients."""
    settings = Settings(database=database_url, secret_key=SECRET_KEY)
    with Simulator(settings) as first, Simulator(settings) as second:
        yield first, second


@pytest.fixture
def forgetful(
    simulators: tuple[Simulator, Simulator], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Simulator]:
    """A third one, which remembers nothing."""
    with Simulator(simulators[0].world.settings) as simulator:
        monkeypatch.setattr(simulator.world.remembered, "read", lambda *arguments: arguments[-1]())
        yield simulator


def test_the_next_answer_obeys_a_change(
    simulators: tuple[Simulator, Simulator], forgetful: Simulator
) -> None:
    """Every verb on SQLite; on PostgreSQL, one of each table that moves the version, and others."""
    on_postgres = simulators[0].world.db.is_postgres
    _try(simulators, forgetful, SOME if on_postgres else [*REMEMBERED, *READ_EACH_TIME])


@pytest.mark.long
def test_the_next_answer_obeys_every_change(
    simulators: tuple[Simulator, Simulator], forgetful: Simulator
) -> None:
    _try(simulators, forgetful, [*REMEMBERED, *READ_EACH_TIME])


def _try(
    simulators: tuple[Simulator, Simulator], forgetful: Simulator, verbs: Sequence[str]
) -> None:
    """Each verb, in a world as it was before: here and elsewhere as where nothing is remembered."""
    first, second = simulators
    first.clock.freeze()  # a limit says when it ends
    keys = Keys.get(first)
    before, taken = see(first, keys), first.snapshot()

    for verb in verbs:
        change = REMEMBERED.get(verb) or READ_EACH_TIME[verb]
        first.restore(taken)
        assert see(first, keys) == see(second, keys) == before, verb
        with first.world.db.unit():
            change.act(first.world)
        elsewhere, here = see(second, keys), see(first, keys)

        assert here == elsewhere == see(forgetful, keys), verb
        shown = "\n".join(value for value in elsewhere.values() if value not in before.values())
        assert change.shows in shown, f"{verb}: {shown}"
        assert change.shows or not shown, f"{verb}: {shown}"


def test_what_is_put_back_is_obeyed(simulators: tuple[Simulator, Simulator]) -> None:
    """A reset, a snapshot, and a change that another process makes to what was put back."""
    first, second = simulators
    keys = Keys.get(first)
    before = see(first, keys)
    taken = first.snapshot()

    def rename(simulator: Simulator, name: str) -> None:
        with simulator.world.db.unit():
            servers.change(simulator.world, server(simulator.world), name=name)

    rename(first, "One")
    assert "One" in see(first, keys)["metadata"]
    assert "One" in see(second, keys)["metadata"]

    first.restore(taken)
    assert see(first, keys) == see(second, keys) == before

    rename(second, "Two")
    assert "Two" in see(first, keys)["metadata"]
    assert "Two" in see(second, keys)["metadata"]

    first.restore(taken)
    rename(first, "Three")
    assert "Three" in see(second, keys)["metadata"]

    first.reset()
    keys = Keys.get(first)
    assert see(first, keys) == see(second, keys)
    assert "Three" not in see(second, keys)["metadata"]


def test_worlds_of_one_process_remember_for_themselves() -> None:
    settings = Settings(database="memory")
    with Simulator(settings) as one, Simulator(settings) as other:
        keys = Keys.get(other)
        before = see(other, keys)
        with one.world.db.unit():
            servers.change(one.world, server(one.world), name="Renamed")
        assert "Renamed" in see(one, Keys.get(one))["metadata"]

        assert see(other, keys) == before


#: By what a transaction writes.
WRITES: Mapping[str, Callable[[Any], object]] = {
    "a row that the ORM changes": lambda session: setattr(
        session.get_one(Recipe, 1), "name", "Other"
    ),
    "an UPDATE of the ORM": lambda session: session.execute(update(McpTool).values(description="")),
    "an UPDATE of many": lambda session: session.execute(
        update(McpServer), [{"number": 2107, "name": "Other"}]
    ),
    "an UPDATE as text": lambda session: session.execute(
        text("  update recipes SET running = :no"), {"no": False}
    ),
    "a DELETE": lambda session: session.execute(delete(McpTool)),
    "an INSERT": lambda session: session.connection().exec_driver_sql(
        "INSERT INTO mcp_tools SELECT * FROM mcp_tools WHERE 1 = 0"
    ),
}


@pytest.mark.parametrize("how", WRITES)
def test_every_statement_that_writes_moves_the_version(
    simulators: tuple[Simulator, Simulator], how: str
) -> None:
    world = simulators[0].world
    before = _version(simulators[1])

    with world.db.unit() as session:
        WRITES[how](session)
    assert _version(simulators[1]) != before


def test_nothing_else_moves_it(simulators: tuple[Simulator, Simulator]) -> None:
    """Neither what is rolled back, nor a table that is not remembered, nor reading."""
    world = simulators[0].world
    before = _version(simulators[1])

    with world.db.unit() as session:
        session.execute(update(McpTool).values(description=""))
        session.rollback()
        session.execute(update(EndUser).values(name="Anybody"))
        session.scalars(select(Recipe)).all()

    assert _version(simulators[1]) == before


def test_who_changes_it_sees_it_before_the_commit(simulators: tuple[Simulator, Simulator]) -> None:
    world, number = simulators[0].world, 2107
    with world.db.unit():
        caller = callers.look_up(world, number, "", "")
        assert catalogue.find_server(world, caller, number)
    with world.db.unit() as session:
        servers.change(world, server(world), name="Renamed")
        session.flush()
        caller = callers.look_up(world, number, "", "")
        seen = catalogue.find_server(world, caller, number)
        assert seen is not None
        assert seen.name == "Renamed"
        session.rollback()
    with world.db.unit():
        caller = callers.look_up(world, number, "", "")
        seen = catalogue.find_server(world, caller, number)
        assert seen is not None
        assert seen.name != "Renamed"


def test_what_is_remembered_is_read_from_tables_that_move_the_version(
    simulators: tuple[Simulator, Simulator],
) -> None:
    world = simulators[0].world
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.extend(_FROM.findall(statement))

    with world.db.unit():
        caller = callers.look_up(world, 2107, "", "")
        event.listen(world.db.engine, "before_cursor_execute", note)
        try:
            catalogue.find_server(world, caller, 2107)
            AccessTokens(world, IDENTITY).signer.remember_verifier(caller.version)
            setups.list_enabled(world)
        finally:
            event.remove(world.db.engine, "before_cursor_execute", note)

    assert set(seen) == TABLES | {"versions"}


def test_every_verb_that_writes_what_is_remembered_is_tried() -> None:
    """Whoever adds one adds it to `REMEMBERED`, with what it shows."""
    found = {name for path in MODULES for name in _writers(path.stem, parse(path))}

    assert found - OTHERS == set(REMEMBERED)


@pytest.mark.parametrize(
    "verb",
    [
        "def f(world, server: McpServer):\n  server.name = ''",
        "def f(world):\n  for one in session.scalars(select(Recipe)):\n    one.running = False",
        "def f(world):\n  session.execute(update(McpTool).values(position=1))",
        "def f(world):\n  world.db.session.add(McpTool())",
        "class A:\n  def f(self, row: SigningKey):\n    self.session.delete(row)",
    ],
)
def test_a_verb_that_writes_is_found(verb: str) -> None:
    assert list(_writers("m", ast.parse(verb))) == ["m.f"]


def _version(simulator: Simulator) -> str | None:
    with simulator.world.db.reading() as session:
        return session.scalar(READ_VERSION)


def _writers(module: str, tree: ast.Module) -> Iterator[str]:
    """Functions that name a row which is remembered, and write something."""
    rows = {row.__name__ for row in ROWS}
    columns = {column.key for row in ROWS for column in _columns(row)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef):
            continue
        inside = list(ast.walk(node))
        names = {each.id for each in inside if isinstance(each, ast.Name)}
        if names & rows and any(_does_write(each, columns, rows) for each in inside):
            yield f"{module}.{node.name}"


def _columns(row: type[Base]) -> Any:
    return row.__table__.columns


def _does_write(node: ast.AST, columns: set[str], rows: set[str]) -> bool:
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
        return node.attr in columns
    if not isinstance(node, ast.Call):
        return False
    called = (
        node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    )
    if called in ("add", "add_all", "merge") or (
        called == "delete" and isinstance(node.func, ast.Attribute)
    ):
        return True
    given = {each.id for each in node.args if isinstance(each, ast.Name)}
    return called in ("insert", "update", "delete", "insert_missing", "get_or_create") and bool(
        given & rows
    )
