"""Faults are planted, the journal is searched and verified, over HTTP."""

import dataclasses
from http import HTTPStatus
from typing import Any

import pytest
from werkzeug.test import Client

from simulator.control.pages import LONGEST
from simulator.faults import Fault
from tests.contract.browser import Browser
from tests.contract.control_world import Control, control, members, steered

__all__ = ["control", "steered"]  # the fixtures

IDENTITY = "https://id.workato.com"


def answer(control: Control, path: str = "/healthz") -> tuple[int, str]:
    """What Workato Identity answers."""
    page = Browser(control.simulator).request("GET", IDENTITY + path)
    return page.status_code, page.text


@pytest.mark.requirement("CTL-8")
def test_a_fault_strikes_and_is_counted(control: Control) -> None:
    planted = {
        "request": "/healthz",
        "system": "identity",
        "status": 503,
        "body": "Später",
        "times": 1,
    }

    made = control.send("POST", "faults", json=planted)
    struck, after = answer(control), answer(control)

    assert (made.status_code, made.headers["Location"]) == (201, "/_simulator/faults/1")
    assert struck == (503, "Später")
    assert after[0] == HTTPStatus.OK
    resource = control.call("GET", "faults/1")
    assert resource == members(made) | {"hits": 1}
    assert resource | planted == resource
    assert control.call("GET", "faults") == {"faults": [resource]}


@pytest.mark.requirement("CTL-8")
def test_faults_are_cleared_one_by_one_or_all(control: Control) -> None:
    for status in (500, 502, 503):
        control.call("POST", "faults", {"status": status})

    control.call("DELETE", "faults/2")
    left = [each["status"] for each in control.call("GET", "faults")["faults"]]
    missing = control.refused("DELETE", "faults/2")
    control.call("DELETE", "faults")

    assert left == [500, 503]
    assert missing["detail"] == "There is no fault 2. There are: 1, 3."
    assert control.refused("GET", "faults/one")["status"] == 404
    assert control.call("GET", "faults") == {"faults": []}
    assert answer(control)[0] == HTTPStatus.OK


@pytest.mark.requirement("CTL-8")
@pytest.mark.parametrize(
    "fault, sentence",
    [
        ({"status": 299}, "status must be an HTTP status, not 299."),
        ({"probability": 2}, "probability must be 0 to 1, not 2"),
        ({"times": 0}, "times must be 1 or more, not 0."),
        ({"status": "503"}, "'status' must be a whole number"),
        ({"hits": 1}, "'hits' is unknown; known: 'request'"),
        ({"number": 7}, "'number' is unknown"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    control: Control, fault: dict[str, object], sentence: str
) -> None:
    problem = control.refused("POST", "faults", fault)

    assert problem["status"] == 422
    assert sentence in problem["detail"]
    assert control.call("GET", "faults") == {"faults": []}


@pytest.mark.requirement("CTL-8")
def test_the_members_of_a_fault_are_those_of_the_dataclass(control: Control) -> None:
    """With what its docstring says of them."""
    schemas = control.document["components"]["schemas"]
    fields = [each for each in dataclasses.fields(Fault) if not each.name.startswith("_")]

    assert list(schemas["Fault"]["properties"]) == [each.name for each in fields]
    assert list(schemas["NewFault"]["properties"]) == [each.name for each in fields if each.init]
    assert schemas["NewFault"]["properties"]["delay"]["description"].startswith("real seconds")
    assert all("description" in member for member in schemas["Fault"]["properties"].values())


@pytest.mark.requirement("CTL-8")
def test_a_fault_planted_in_process_can_be_told_whatever_its_bytes_are(control: Control) -> None:
    control.simulator.faults.add("/healthz", body=b"\xff")

    assert control.call("GET", "faults")["faults"][0]["body"] == "\ufffd"


def search(control: Control, query: str) -> list[Any]:
    """Method and path of what a search finds."""
    found = control.call("GET", f"journal{query}")["exchanges"]
    return [(each["method"], each["path"]) for each in found]


@pytest.mark.requirement("CTL-9")
def test_the_journal_is_searched(control: Control) -> None:
    answer(control, "/healthz")
    answer(control, "/nowhere?status=odd&system=mine")

    assert search(control, "") == [("GET", "/healthz"), ("GET", "/nowhere")]
    assert search(control, "?request=GET%20/h*") == [("GET", "/healthz")]
    assert search(control, "?status=404&system=ident*") == [("GET", "/nowhere")]
    assert search(control, "?system=mcp") == []
    # Fields whose names are those of other filters, too.
    assert search(control, "?fields[status]=odd&fields[system]=mine") == [("GET", "/nowhere")]
    assert search(control, "?fields[status]=even") == []
    assert control.refused("GET", "journal?status=odd")["status"] == 422


@pytest.mark.requirement("FLT-6", "CTL-9")
def test_a_question_about_what_cannot_be_is_refused(control: Control) -> None:
    """Or it would be answered "never", whatever happens."""
    listed = control.refused("GET", "journal?request=get%20/healthz")
    verified = control.refused("POST", "journal/verify", {"request": "healthz", "times": 0})

    for problem, request in ((listed, "get /healthz"), (verified, "healthz")):
        assert problem["status"] == 422
        assert problem["detail"].startswith(f"'{request}' fits no request. Say a path, ")


@pytest.mark.requirement("CTL-9")
def test_an_exchange_is_told_without_its_secrets(control: Control) -> None:
    Browser(control.simulator).request(
        "POST", f"{IDENTITY}/oauth/token", data={"grant_type": "x", "code": "very-secret"}
    )

    (resource,) = control.call("GET", "journal")["exchanges"]

    assert (resource["system"], resource["caller"], resource["cause"]) == (
        "identity",
        "outside",
        None,
    )
    assert resource["fields"]["grant_type"] == "x"
    assert resource["fields"]["code"].startswith("…")
    assert "error" in resource["answer"]


@pytest.mark.requirement("CTL-9")
def test_the_journal_is_verified(control: Control) -> None:
    answer(control, "/healthz")
    answer(control, "/healthz")

    met = control.call("POST", "journal/verify", {"request": "/healthz", "times": 2, "status": 200})
    none = control.call("POST", "journal/verify", {"request": "POST *", "times": 0})
    missed = control.refused(
        "POST", "journal/verify", {"request": "/healthz", "times": 1, "status": 503}
    )

    assert [each["number"] for each in met["exchanges"]] == [1, 2]
    assert (none["exchanges"], none["next"]) == ([], None)
    assert missed["status"] == 409
    assert "/healthz with status=503: expected 1, found 0." in missed["detail"]
    assert [each["number"] for each in missed["exchanges"]] == [1, 2]


@pytest.mark.requirement("CTL-9")
def test_the_journal_is_drawn_and_cleared(control: Control) -> None:
    answer(control, "/healthz")

    drawn = control.send("GET", "journal/diagram")
    control.call("DELETE", "journal")

    assert drawn.mimetype == "text/plain"
    assert drawn.text == control_diagram("GET /healthz", 200)
    assert control.call("GET", "journal") == {"exchanges": [], "next": None}


def control_diagram(request: str, status: int) -> str:
    """One exchange, drawn."""
    return (
        "sequenceDiagram\n  participant p0 as outside\n  participant p1 as identity\n"
        f"  p0->>+p1: {request}\n  p1-->>-p0: {status}\n"
    )


@pytest.mark.requirement("CTL-9")
def test_steering_is_not_recorded_and_no_fault_strikes_it(control: Control) -> None:
    control.call("POST", "faults", {"status": 500})

    control.call("GET", "clock")

    assert control.call("GET", "journal") == {"exchanges": [], "next": None}
    assert control.call("GET", "faults/1")["hits"] == 0


@pytest.mark.requirement("CTL-9", "HARN-21", "HARN-22")
@pytest.mark.parametrize(
    "question, sentence",
    [
        ({"system": "identiy"}, "No system is called 'identiy'. There are: aihub, api"),
        ({"status": 299}, "status must be an HTTP status"),
        ({"person": "Adda"}, "Nobody in the scenario is called 'Adda'."),
        ({"tool": "List_requisitions"}, "No tool is called 'List_requisitions'."),
        ({"headers": {"Acept": "*"}}, "The journal keeps no header 'Acept'."),
        (
            {"fields": {"grant_typ": "x"}},
            "no parameter 'grant_typ'. Did you mean 'grant_type'?",
        ),
        ({"request": "POST /oauth/tokn"}, "No system serves 'POST /oauth/tokn'."),
        ({"feilds": {}}, "'feilds' is unknown"),
    ],
)
def test_a_slip_is_refused_by_every_question(
    control: Control, question: dict[str, Any], sentence: str
) -> None:
    expectation = {"request": "POST /oauth/token", **question}

    for path, body in (
        ("verify", {**expectation, "times": 0}),
        ("verify", {**expectation, "at_most": 3}),
        ("nothing-else", expectation),
        ("wait", {**expectation, "within": 0.01}),
        ("order", {"steps": [expectation, expectation]}),
    ):
        problem = control.refused("POST", f"journal/{path}", body)
        assert problem["status"] == 422
        assert sentence in problem["detail"].replace("'steps.0.feilds'", "'feilds'")


@pytest.mark.requirement("CTL-9", "HARN-21", "HARN-22")
def test_bounds_order_and_nothing_else_are_verified(control: Control) -> None:
    for path in ("/oauth/jwks", "/healthz", "/healthz"):
        answer(control, path)
    health = {"request": "/healthz"}

    few = control.refused("POST", "journal/verify", {**health, "at_least": 3})
    none = control.refused("POST", "journal/verify", health)
    met = control.call("POST", "journal/verify", {**health, "at_least": 1, "at_most": 2})
    more = control.refused("POST", "journal/nothing-else", {"system": "identity"})
    order = control.call("POST", "journal/order", {"steps": [{"request": "/oauth/jwks"}, health]})
    wrong = control.refused(
        "POST", "journal/order", {"steps": [health, {"request": "/oauth/jwks"}]}
    )

    assert (few["status"], none["status"]) == (409, 422)
    assert "/healthz: expected at least 3, found 2." in few["detail"]
    assert "Say how often" in none["detail"]
    assert len(met["exchanges"]) == 2
    assert more["status"] == 409
    assert [each["path"] for each in order["exchanges"]] == ["/oauth/jwks", "/healthz"]
    assert "Step 2, /oauth/jwks: not found after #2." in wrong["detail"]
    assert control.send("POST", "journal/nothing-else", json={}).status_code == 204


@pytest.mark.requirement("CTL-9", "HARN-21", "HARN-22")
def test_a_request_is_waited_for(control: Control) -> None:
    late = control.refused("POST", "journal/wait", {"request": "/healthz", "within": 0.01})
    answer(control)
    found = control.call("POST", "journal/wait", {"request": "/healthz", "within": 5})
    endless = control.refused("POST", "journal/wait", {"request": "/healthz", "within": 1e300})

    assert late["status"] == 409
    assert "expected at least 1 within 0.01 s, found 0." in late["detail"]
    assert [each["path"] for each in found["exchanges"]] == ["/healthz"]
    assert endless["status"] == 422


@pytest.mark.requirement("FLT-8", "CTL-8")
@pytest.mark.parametrize("name", ["delay", "advance_clock_by", "skew"])
@pytest.mark.parametrize("number", ["1e300", "-1e300", "NaN", "Infinity", "1e999"])
def test_numbers_that_overflow_a_clock_are_refused(
    control: Control, name: str, number: str
) -> None:
    """Two of them are no JSON (RFC 8259 §6), and are refused as such."""
    sent = control.send(
        "POST", "faults", data=f'{{"{name}": {number}}}', content_type="application/json"
    )

    assert sent.status_code in (400, 422)
    assert control.call("GET", "faults") == {"faults": []}


@pytest.mark.requirement("CTL-13")
def test_the_journal_is_read_page_by_page(control: Control) -> None:
    for number in range(7):
        answer(control, f"/healthz?n={number % 2}")

    def pages(query: str) -> list[list[int]]:
        found, after = [], 0
        while after is not None:
            page = control.call("GET", f"journal?after={after}&{query}")
            found.append([each["number"] for each in page["exchanges"]])
            after = page["next"]
        return found

    assert pages("limit=3") == [[1, 2, 3], [4, 5, 6], [7]]
    assert pages("limit=7") == [[1, 2, 3, 4, 5, 6, 7]]
    assert pages("limit=2&fields[n]=1") == [[2, 4], [6]]
    assert pages("") == [[1, 2, 3, 4, 5, 6, 7]]
    assert pages("limit=1&fields[n]=none") == [[]]
    for wrong in ("limit=0", "limit=2001", "limit=x", "after=-1", "after=x"):
        assert control.refused("GET", f"journal?{wrong}")["status"] == 422


@pytest.mark.requirement("CTL-13")
def test_a_page_is_bounded_in_bytes(control: Control) -> None:
    """Nothing is left out: what does not fit is on the next page; one exchange always fits."""
    http = Client(control.simulator)
    for _ in range(30):
        body = {"client_name": "x", "note": "n" * 60_000}
        http.post("/oauth/register", base_url=IDENTITY, json=body)

    numbers: list[int] = []
    after, pages = 0, 0
    while after is not None:
        page = control.send("GET", f"journal?after={after}")
        assert len(page.data) < LONGEST * 1.1
        numbers += [each["number"] for each in page.get_json()["exchanges"]]
        after, pages = page.get_json()["next"], pages + 1

    assert numbers == list(range(1, 31))
    assert pages > 1
    missed = control.send("POST", "journal/verify", json={"request": "*", "times": 1})
    assert missed.status_code == 409
    assert len(missed.data) < LONGEST * 1.1
    assert missed.get_json()["next"] == len(missed.get_json()["exchanges"])
