"""The journal: who asked whom what, without secrets, and a question about it in one line."""

from collections.abc import Iterator

import pytest
import requests

from simulator.journal import CAPACITY
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.production_client import IDENTITY, whole_way


@pytest.fixture
def sandbox() -> Iterator[Simulator]:
    """A simulator in which Ada signed in and connected, and called twice."""
    with Simulator(Settings(database="memory")) as simulator, simulator.intercept():
        whole_way()
        yield simulator


@pytest.mark.requirement("HARN-4")
def test_a_question_is_one_line(sandbox: Simulator) -> None:
    journal = sandbox.journal

    (token,) = journal.verify("POST /oauth/token", times=1, grant_type="authorization_code")
    assert token.system == "identity"
    assert token.caller == "outside"
    assert token.status == 200
    assert journal.find("POST /oauth2/token", system="app:*")[0].caller in ("aihub", "identity")
    (read,) = journal.verify("GET /api/requisitions*", times=1, system="app:acme.coupacloud.com")
    (cause,) = [each for each in journal if each.number == read.cause]
    assert (cause.system, cause.fields["method"]) == ("mcp", "tools/call")
    assert journal.find(status=500) == []


@pytest.mark.requirement("HARN-4")
def test_a_wrong_count_lists_what_there_was(sandbox: Simulator) -> None:
    with pytest.raises(AssertionError) as failure:
        sandbox.journal.verify("POST /oauth/token", times=2, grant_type="refresh_token")

    message = str(failure.value)
    assert "expected 2, found 0" in message
    assert "grant_type='refresh_token'" in message
    assert "outside → identity: POST /oauth/token" in message
    assert "mcp → app:acme.coupacloud.com: GET /api/requisitions" in message


@pytest.mark.requirement("FLT-6")
@pytest.mark.parametrize("request_line", ["post /oauth/token", "oauth/token", "POST  /x", "POST"])
def test_a_question_that_nothing_could_answer_is_refused(
    sandbox: Simulator, request_line: str
) -> None:
    with pytest.raises(ValueError, match=f"'{request_line}' fits no request"):
        sandbox.journal.verify(request_line, times=0)


@pytest.mark.requirement("HARN-4")
def test_no_secret_is_in_it_and_the_same_one_looks_the_same(sandbox: Simulator) -> None:
    everything = "\n".join(repr(each) for each in sandbox.journal)

    for secret in ("demo-Pass-1", "coupa-Pass-1", "v" * 43, "eyJ"):
        assert secret not in everything
    token = sandbox.journal.find("POST /oauth/token")[0].answer["access_token"]
    calls = sandbox.journal.find(system="mcp", method="tools/call")
    assert token.startswith("…")
    assert {each.headers["Authorization"] for each in calls} == {f"Bearer {token}"}
    paths = [each.path for each in sandbox.journal if "/connections/setup/" in each.path]
    assert paths
    assert all(path.split("/")[-1].startswith("…") for path in paths)


@pytest.mark.requirement("HARN-4")
def test_it_draws_a_sequence_diagram(sandbox: Simulator) -> None:
    drawn = sandbox.journal.diagram().splitlines()

    assert drawn[0] == "sequenceDiagram"
    assert "  participant p0 as outside" in drawn
    assert any(line.endswith(": POST /oauth/token") for line in drawn)
    arrows = [line.split(":")[0] for line in drawn if "->>" in line and "-->>" not in line]
    returns = [line for line in drawn if "-->>" in line]
    assert len(arrows) == len(returns) == len(list(sandbox.journal))


@pytest.mark.requirement("HARN-4")
def test_a_reset_clears_it_and_it_forgets_the_oldest(sandbox: Simulator) -> None:
    sandbox.reset()
    assert list(sandbox.journal) == []

    for _ in range(CAPACITY + 5):
        sandbox.journal.record("identity", _nothing, _request(), lambda *_: print)

    numbers = [each.number for each in sandbox.journal]
    assert (numbers[0], numbers[-1]) == (6, CAPACITY + 5)


@pytest.mark.requirement("HARN-4")
def test_a_body_that_is_looked_into_still_reaches_its_system(sandbox: Simulator) -> None:
    answer = requests.post(f"{IDENTITY}/oauth/register", data=b"{broken", headers=_JSON)

    assert answer.status_code == 400
    assert sandbox.journal.find("POST /oauth/register")[-1].fields == {}


@pytest.mark.requirement("HARN-4")
@pytest.mark.parametrize("size, is_recorded", [(60_000, True), (70_000, False)])
def test_large_answers_pass_but_are_not_kept(
    sandbox: Simulator, size: int, is_recorded: bool
) -> None:
    def large(_environ: object, start_response: object) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "application/json")])  # type: ignore[operator]
        return [b'"', b"x" * size, b'"']

    journal = sandbox.journal
    chunks = journal.record("identity", large, _request(), lambda *_: print)

    assert len(b"".join(chunks)) == size + 2
    assert bool(list(journal)[-1].answer) is is_recorded


@pytest.mark.requirement("HARN-4")
def test_what_a_stream_asks_of_others_is_known_to_come_from_it(sandbox: Simulator) -> None:
    journal = sandbox.journal

    def events() -> Iterator[bytes]:
        yield b"data: 1\n\n"
        journal.record("app:a.example", _nothing, _request(), lambda *_: print)
        yield b"data: 2\n\n"

    def streaming(_environ: object, start_response: object) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/event-stream")])  # type: ignore[operator]
        return events()

    list(journal.record("mcp", streaming, _request(), lambda *_: print))

    stream, caused = list(journal)[-2:]
    assert (caused.caller, caused.cause) == ("mcp", stream.number)


_JSON = {"Content-Type": "application/json"}


def _request() -> dict[str, object]:
    return {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}


def _nothing(_environ: object, start_response: object) -> list[bytes]:
    start_response("200 OK", [])  # type: ignore[operator]
    return []
