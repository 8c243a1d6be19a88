"""The simulator beside its peers, under one driver, in one run: `--compare`.

Each operation by one client and by eight, who keep their connections open. What a peer does not do
has no row. Peers that answer without pages, or with fewer, are measured as they are.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.tools.benchmarks import operations, peer_operations, servers
from tests.tools.benchmarks.load import Load, Operation, measure, resident_megabytes
from tests.tools.benchmarks.servers import Server

SECONDS = 3.0
CLIENTS = (1, 8)
#: Operation → what it is.
OPERATIONS = {
    "call_without_app": "tools/call by bearer token, no app",
    "call_with_app": "tools/call that calls Coupa as that person",
    "sign_in": "sign-in with pages, consent remembered; token",
    "refresh": "refresh with rotation",
    "jwks": "JWKS",
    "userinfo": "userinfo",
    "session": "MCP session: initialize, initialized, tools/list, DELETE",
    "connect": "MCP OAuth connect: registration, sign-in, token, initialize",
    "first_verified_call": "first verified call, whole chain, nobody connected before",
}
_PEERS = (
    "FastMCP, JWT",
    "FastMCP, own OAuth",
    "TypeScript SDK",
    "oidc-provider-mock",
    "node-oidc-provider",
)
_STARTS = ("moto", "emulate")


@dataclass(frozen=True)
class Row:
    """One operation of one server.

    Attributes:
        operation: a key of `OPERATIONS`.
        server: who answered.
        clients: how many asked at once.
        load: what was measured.
    """

    operation: str
    server: str
    clients: int
    load: Load

    def __str__(self) -> str:
        return f"  {self.server:<20} {self.clients} {'at once':<8} {self.load}"


def lines(seconds: float = SECONDS, only: frozenset[str] = frozenset()) -> Iterator[str]:
    """Measure everything; yield the table, line by line.

    Args:
        seconds: how long each measurement takes.
        only: operations; all if empty.
    """
    lacking = servers.find_lacking()
    wanted = [name for name in OPERATIONS if not only or name in only]
    starts: list[str] = []
    rows: list[Row] = []
    with servers.simulator() as server:
        rows += _simulated(server, wanted, seconds)
        starts.append(_start(server))
    if lacking:
        yield f"The peers are not installed ({lacking}): `make bench` does that."
    for name in () if lacking else _PEERS:
        with servers.peer(name) as server:
            rows += _of_peer(server, wanted, seconds)
            starts.append(_start(server))
    for name in () if lacking else _STARTS:
        with servers.peer(name) as server:
            starts.append(_start(server))
    for operation in wanted:
        yield OPERATIONS[operation]
        yield from (str(row) for row in rows if row.operation == operation)
    yield "cold start to an answer; memory"
    yield from starts


def _simulated(server: Server, wanted: list[str], seconds: float) -> Iterator[Row]:
    simulated = operations.Simulated(server)
    for name in wanted:
        make: Callable[[], Operation] = getattr(simulated, name)
        if name == "first_verified_call":
            load = measure(make, server.pid, clients=1, seconds=seconds, before=simulated.reset())
            yield Row(name, server.name, 1, load)
            continue
        for clients in CLIENTS:
            load = measure(make, server.pid, clients=clients, seconds=seconds)
            yield Row(name, server.name, clients, load)


def _of_peer(server: Server, wanted: list[str], seconds: float) -> Iterator[Row]:
    made = peer_operations.operations_of(server)
    for name in wanted:
        for clients in CLIENTS if name in made else ():
            load = measure(made[name], server.pid, clients=clients, seconds=seconds)
            yield Row(name, server.name, clients, load)


def _start(server: Server) -> str:
    memory = resident_megabytes(server.pid)
    return f"  {server.name:<20} {server.first_answer:7.0f} ms   {memory:5.0f} MiB"
