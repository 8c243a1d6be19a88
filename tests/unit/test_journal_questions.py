"""Questions to the journal: none passes for nothing, and each says what there was instead."""

import threading
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest
import requests
from werkzeug.test import Client

from simulator.faults import Fault
from simulator.journal import CAPACITY
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.production_client import IDENTITY, whole_way

pytestmark = pytest.mark.requirement("HARN-21", "HARN-22")

ADA, TOKEN = "ada@acme.example", "POST /oauth/token"


@pytest.fixture(scope="module")
def connected() -> Iterator[Simulator]:
    """A simulator in which Ada signed in and connected, and called twice."""
    with Simulator(Settings(database="memory")) as simulator, simulator.intercept():
        whole_way()
        yield simulator


@pytest.fixture
def empty() -> Iterator[Simulator]:
    """One in which nothing has happened yet."""
    with Simulator(Settings(database="memory")) as simulator:
        yield simulator


@pytest.mark.parametrize(
    "question, sentence",
    [
        (
            {"system": "identiy"},
            "No system is called 'identiy'. There are: aihub, api, app:",
        ),
        ({"system": "app:*.example"}, "No system is called 'app:*.example'. There are: aihub, api"),
        ({"status": "401"}, "status must be an HTTP status as a number, such as 401, not '401'"),
        ({"status": 299}, "not 299"),
        ({"status": True}, "not True"),
        ({"person": "Adda"}, "Nobody in the scenario is called 'Adda'. There are: "),
        ({"person": "adda@acme.example"}, "Nobody has the e-mail address 'adda@acme.example'. "),
        ({"tool": "List_requisitions"}, "No tool is called 'List_requisitions'. There are: "),
        ({"headers": {"User-Agnet": "x"}}, "The journal keeps no header 'User-Agnet'. There are: "),
        ({"headers": "x"}, "headers must map names to values"),
        ({"grant_typ": "x"}, "has no parameter 'grant_typ'. Did you mean 'grant_type'? There are:"),
        ({"response_type": "code"}, f"A request '{TOKEN}' has no parameter 'response_type'"),
        ({"grant_typ": None}, "has no parameter 'grant_typ'"),
        ({"members": {"grant_typ": "x"}}, "has no parameter 'grant_typ'"),
        ({"members": ["grant_type"]}, "members must map names to values"),
        (
            {"request": "POST /oauth/tokn"},
            "'POST /oauth/tokn'. There are: POST /oauth/token",
        ),
        ({"request": "DELETE /oauth/token"}, "serves 'DELETE /oauth/token'. There are: "),
        ({"system": "mcp"}, f"No system 'mcp' serves '{TOKEN}'."),
        ({"request": "POST /*", "members": {"parms.name": "x"}}, "no parameter 'parms.name'"),
        ({"request": "POST /*", "members": {"params.nmae": "x"}}, "'params' has no member 'nmae'"),
        (
            {"request": "POST /*", "members": {"params.arguments.categroy": "travel"}},
            "No tool has an argument 'categroy'. Did you mean 'category'?",
        ),
        ({"request": "POST /2017"}, "serves 'POST /2017'. There are: POST /2107"),
        ({"request": "GET /.well-known/oauth-protected-resource/9"}, "resource/2109"),
        ({"request": "POST /*", "members": {"params.name": "x"}}, "No tool is called 'x'. There"),
        ({"grant_type": "refresh-token"}, "is never 'refresh-token'. Did you mean 'refresh_token'"),
        ({"grant_type": ["refresh_token"]}, "grant_type is never 'a list'. There are: "),
        ({"grant_type": b"refresh_token"}, "say text, a number, or what JSON has"),
        ({"request": "POST /2107", "method": "tool/call"}, "never 'tool/call'. Did you mean 'tool"),
        ({"request": "POST /*", "members": {"params.name.x": 1}}, "'params.name' has no members"),
        ({"request": "POST /*", "members": {"params.clientInfo.nam": 1}}, "has no member 'nam'"),
        ({"request": "POST /*", "members": {"params._meta.token": 1}}, "has no member 'token'"),
        ({"members": {5: "x"}}, "The name of a parameter is a text, not 5"),
        ({"headers": {5: "x"}}, "The journal keeps no header '5'"),
        ({"headers": {"Accept": 5}}, "A header is text: 'Accept' is never 5"),
        ({"status": [401]}, "not [401]"),
        (
            {"tool": "Get_requisition", "system": "identity"},
            f"Requests '{TOKEN}' to 'identity' are no part of a tool call",
        ),
        ({"request": "POST /login", "person": "Ada"}, "Requests 'POST /login' are nobody's"),
        ({"request": "*", "system": "aihub", "tool": "Get_requisition"}, "to 'aihub' are no part"),
        ({"request": "POST /oauth/register", "person": "Ada"}, "are nobody's"),
    ],
)
def test_what_could_never_be_is_refused_with_what_there_is(
    empty: Simulator, question: dict[str, Any], sentence: str
) -> None:
    """Or it would be answered "never", whatever happens."""
    filters: dict[str, Any] = {"request": TOKEN, **question}
    journal = empty.journal

    for ask in (
        lambda: journal.verify(**filters, times=0),
        lambda: journal.verify(**filters, at_most=1),
        lambda: journal.find(**filters),
        lambda: journal.nothing_else(**filters),
        lambda: journal.in_order("*", filters),
        lambda: journal.wait(**filters, within=0.01),
    ):
        with pytest.raises(ValueError) as refused:  # noqa: PT011  # its text is looked at
            ask()
        assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "question",
    [
        {"grant_type": "refresh_token"},
        {"person": "Ada"},
        {"resource": None, "request": "* /oauth/authorize"},
        {"request": "POST *token", "system": "app:*", "code_verifier": "x"},
        {"request": "POST /", "method": "tools/call"},
        {"request": "POST /2107", "members": {"params.arguments.category": 1}},
        {"request": "POST /2107", "members": {"params.name": "Get_requisition"}},
        {"request": "POST /2107", "members": {"params._meta.io.mcp/x": 1}},
        {"grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer"},
        {"request": "POST *", "method": "tools/list"},
        {"request": "GET /oauth/callback", "system": "aihub", "person": "Ada"},
        {"request": "*", "tool": "Get_requisition", "person": "Ada"},
        {"request": "POST /*/tools/call", "tool": "Get_requisition"},
        {"request": "GET /api/requisitions", "limit": 5, "system": "app:acme.coupacloud.com"},
        {"request": "POST /api/requisitions", "members": {"requisition-lines": []}},
        {"request": "GET /api/invoices/17"},
        {"request": "PUT /api/mcp/mcp_servers/abc", "system": "api", "name": "x"},
        {"request": "GET /sse", "status": 404},
        {"request": "/.well-known/oauth-protected-resource/2107", "headers": {"accept": "*/*"}},
        {"request": "* *token", "status": 0},
        {"request": "* /login", "email": ADA},
    ],
)
def test_what_may_yet_be_is_answered_with_no(empty: Simulator, question: dict[str, Any]) -> None:
    filters: dict[str, Any] = {"request": TOKEN, **question}

    assert empty.journal.verify(**filters, times=0) == []


def test_what_was_sent_can_be_asked_for_whether_anybody_knows_it(empty: Simulator) -> None:
    with empty.intercept():
        requests.get(f"{IDENTITY}/healthz?colour=red", timeout=5)
        requests.get(f"{IDENTITY}/nowhere?colour=red", timeout=5)

    journal = empty.journal
    assert journal.verify("/healthz", times=0, colour="blue") == []
    assert len(journal.verify("/healthz", times=1, colour="red")) == 1
    assert len(journal.verify("GET /nowhere", times=1)) == 1


def test_a_person_is_told_by_token_code_and_tool_call(connected: Simulator) -> None:
    journal = connected.journal

    hers = journal.find(person="Ada")

    assert hers == journal.find(person=ADA) == journal.find(person="Ada Reyes")
    seen = {(each.system.partition(":")[0], each.path) for each in hers}
    assert {("identity", "/oauth/token"), ("identity", "/oauth/authorize")} < seen
    assert ("app", "/api/requisitions") in seen
    assert journal.find(person="Bob") == []
    assert journal.verify("POST *token", at_least=2, person="Ada")


def test_a_tool_is_told_of_its_call_and_of_what_is_part_of_it(connected: Simulator) -> None:
    found = connected.journal.find(tool="List_my_requisitions")

    assert {each.system for each in found} >= {"mcp", "app:acme.coupacloud.com"}
    assert {each.tool for each in found} == {"List_my_requisitions"}
    assert not connected.journal.find(tool="Get_requisition")


def test_headers_and_members_of_members_are_compared(connected: Simulator) -> None:
    journal = connected.journal
    calls = journal.find(members={"params.name": "List_my_requisitions"})

    assert calls == journal.find(method="tools/call")
    assert calls == journal.find(method="tools/call", headers={"authorization": "Bearer *"})
    assert not journal.find(headers={"Authorization": "Basic *"}, method="tools/call")
    assert not journal.find(members={"params.name": "Get_requisition"})


def test_a_secret_is_asked_for_as_it_was_sent(empty: Simulator) -> None:
    """It is masked in the journal: no question with the secret itself would ever fit."""
    sent = {"grant_type": "refresh_token", "refresh_token": "very-secret", "client_id": "1"}
    with empty.intercept():
        requests.post(f"{IDENTITY}/oauth/token", data=sent, timeout=5)

    (found,) = empty.journal.verify(TOKEN, times=1, refresh_token="very-secret")
    assert empty.journal.find(refresh_token=found.fields["refresh_token"]) == [found]
    assert empty.journal.find(TOKEN, refresh_token="another") == []
    assert empty.journal.find(TOKEN, client_id=1) == [found]
    with pytest.raises(AssertionError) as failure:
        empty.journal.verify(TOKEN, times=0, refresh_token="very-secret")
    assert "very-secret" not in str(failure.value)


@pytest.mark.parametrize(
    "count, sentence",
    [
        ({"times": -1}, "times must be a whole number, 0 or more, not -1."),
        ({"times": 1.5}, "not 1.5."),
        ({"times": "1"}, "not '1'."),
        ({"times": True}, "not True."),
        ({}, "Say how often: times=…, at_least=… or at_most=…."),
        ({"at_least": 0}, "at_least=0 is always so"),
        ({"at_least": 3, "at_most": 2}, "Nothing is at_least=3 and at_most=2 times."),
        ({"times": 1, "at_least": 1}, "times says it all"),
        ({"at_most": CAPACITY}, "No more than 2000 exchanges are kept"),
    ],
)
def test_a_count_that_cannot_be_or_cannot_fail_is_refused(
    connected: Simulator, count: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        connected.journal.verify(TOKEN, **count)
    assert sentence in str(refused.value)


def test_bounds_hold(connected: Simulator) -> None:
    journal = connected.journal
    number = len(journal.find("POST *token"))

    for count in ({"at_least": number}, {"at_most": number}, {"at_least": 1, "at_most": number}):
        assert len(journal.verify("POST *token", **count)) == number
    for count, message in (
        ({"at_least": number + 1}, f"expected at least {number + 1}, found {number}."),
        ({"at_most": number - 1}, f"expected at most {number - 1}, found {number}."),
        ({"at_least": number + 1, "at_most": 99}, f"expected {number + 1} to 99, found {number}."),
    ):
        with pytest.raises(AssertionError, match=message):
            journal.verify("POST *token", **count)


def test_an_order_is_told(connected: Simulator) -> None:
    journal = connected.journal
    code = {"request": TOKEN, "grant_type": "authorization_code"}

    found = journal.in_order("POST /oauth/register", code, {"method": "tools/call"})

    assert [each.path for each in found[:2]] == ["/oauth/register", "/oauth/token"]
    with pytest.raises(AssertionError, match=r"Step 2, POST /oauth/register: not found after #"):
        journal.in_order(code, "POST /oauth/register")
    with pytest.raises(AssertionError, match=r"Step 2, .*not found"):
        journal.in_order(code, code)
    with pytest.raises(ValueError, match="An order is that of two requests or more"):
        journal.in_order(code)


def test_nothing_else_is_told_from_what_was_verified(empty: Simulator) -> None:
    journal = empty.journal
    with empty.intercept():
        whole_way()

    journal.verify("POST /oauth/register", times=1)
    with pytest.raises(AssertionError, match="nothing else was expected") as failure:
        journal.nothing_else(system="identity")
    assert TOKEN in str(failure.value)
    assert "/oauth/register" not in str(failure.value)

    journal.verify("*", system="identity", at_least=1)
    journal.nothing_else(system="identity")
    # What the calls asked of the app is part of them.
    journal.verify(method="tools/call", request="POST /*", at_least=1)
    assert not [
        each for each in journal.unverified(journal.query(system="app:*")) if each.tool is not None
    ]
    journal.clear()
    journal.nothing_else()


def test_what_is_forgotten_is_not_taken_for_what_never_was(empty: Simulator) -> None:
    journal = empty.journal
    browser = Client(empty)
    browser.get("/oauth/jwks", base_url=IDENTITY)
    for _ in range(CAPACITY):
        browser.get("/healthz", base_url=IDENTITY)

    for bound in ("times", "at_most"):
        with pytest.raises(AssertionError, match="has forgotten its oldest 1 exchanges"):
            journal.verify("GET /oauth/jwks", **{bound: 0})
    assert journal.verify("GET /healthz", at_least=2)


def test_it_waits_for_clients_that_run_by_themselves(empty: Simulator) -> None:
    journal, go = empty.journal, threading.Event()

    def client() -> None:
        go.wait(10)
        with httpx2.Client(transport=empty.transport(httpx2)) as http:
            for path in ("/healthz", "/oauth/jwks", "/healthz"):
                http.get(f"{IDENTITY}{path}")

    thread = threading.Thread(target=client)
    thread.start()
    with pytest.raises(AssertionError, match=r"/healthz: expected at least 2 within 0.05 s, found"):
        journal.wait("/healthz", within=0.05, times=2)
    go.set()
    found = journal.wait("/healthz", within=10, times=2)
    thread.join(10)

    assert len(found) == 2
    journal.verify("/oauth/jwks", times=1)
    journal.nothing_else()


@pytest.mark.parametrize("within", [0, -1, float("nan"), float("inf"), 1e300, "5", None, True])
def test_nobody_waits_for_ever(empty: Simulator, within: Any) -> None:
    with pytest.raises(ValueError, match="within must be seconds, more than 0 and at most a day"):
        empty.journal.wait("/healthz", within=within)


@pytest.mark.requirement("FLT-8")
@pytest.mark.parametrize(
    "fault",
    [
        *(
            {name: number}
            for name in ("delay", "advance_clock_by", "skew")
            for number in (1e300, 1e12)
        ),
        *(
            {name: float(text)}
            for name in ("delay", "advance_clock_by", "skew")
            for text in ("nan", "inf")
        ),
        *({name: -1} for name in ("delay", "advance_clock_by")),
        {"skew": float("-inf")},
        {"skew": -1e300},
        {"probability": float("nan")},
        *(
            {name: "5"}
            for name in ("delay", "advance_clock_by", "skew", "probability", "times", "status")
        ),
        *({name: True} for name in ("delay", "times", "status", "seed", "probability")),
        {"times": 1.5},
        {"drop_connection": "yes"},
        {"body": "text"},
        {"fields": "grant_type"},
        {"headers": {"X-Odd": "a\nb"}},
        {"headers": {"X Odd": "a"}},
        {"headers": {"X-Odd": 5}},
        {"system": None},
    ],
)
def test_a_fault_that_would_overflow_or_break_is_refused(
    empty: Simulator, fault: dict[str, Any]
) -> None:
    (name,) = fault
    with pytest.raises(ValueError, match=rf"^{name} (must|cannot)"):
        empty.faults.add("/healthz", **fault)
    assert list(empty.faults) == []


@pytest.mark.requirement("FLT-8")
def test_the_largest_fault_strikes_without_an_overflow(empty: Simulator) -> None:
    largest = 3_155_760_000.0
    for skew in (largest, -largest):
        empty.faults.add("/healthz", skew=skew, advance_clock_by=largest, times=1)
    empty.world.clock.freeze(empty.world.clock.now().replace(year=8990))
    with empty.intercept():
        answers = [requests.get(f"{IDENTITY}/healthz", timeout=5).status_code for _ in range(3)]

    assert answers == [200, 200, 200]


def test_a_fault_is_named_as_it_was_planted() -> None:
    assert str(Fault(request="/x", status=503, times=2)) == "fault /x (status=503, times=2)"
    assert str(Fault(system="mcp")) == "fault * (system='mcp')"
