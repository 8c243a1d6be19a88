"""A body that nobody should send: its endpoint says 4xx, and whatever is asked later is fine."""

import json
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from simulator.journal.bounded_json import TOO_DEEP
from simulator.testing.record import Record, SeenScenario
from simulator.testing.report import collect
from simulator.testing.scrubbing import Scrubber
from tests.contract.control_world import Control, control, members, steered
from tests.contract.coupa_world import Coupa, coupa
from tests.contract.mcp_endpoint import SERVER, Endpoint, token_for

__all__ = ["control", "coupa", "steered"]  # the fixtures

IDENTITY = "https://id.workato.com"
AIHUB = "https://www.workato.com"
API_TOKEN = "wrkaus-demo-test-automation"
JSON = {"Content-Type": "application/json"}

#: Values that some reader of JSON chokes on.
VALUES = {
    "arrays, 100 deep": "[" * 100 + "]" * 100,
    "arrays, 400 deep": "[" * 400 + "]" * 400,
    "objects, 600 deep": '{"a":' * 600 + "1" + "}" * 600,
    "mixed, 950 deep": '[{"a":' * 475 + "1" + "}]" * 475,
    "arrays, 100,000 deep": "[" * 100_000 + "]" * 100_000,
    "open arrays": "[" * 60_000,
    "a wide array": f"[{','.join('1' * 30_000)}]",
    "a long text": f'"{"x" * 5_000}"',
    "a long path": f'"./{"x" * 5_000}.yaml"',
    "a huge number": "9" * 5_000,
    "an infinite number": "1e999",
    "not a number": "NaN",
    "half a character": '"\\ud800"',
    "half a character as a name": '{"\\udc00": 1}',
    "a name twice": '{"a": 1, "a": 2}',
}
#: Others choke on the same.
_ALIKE = (
    "arrays, 100 deep",
    "objects, 600 deep",
    "mixed, 950 deep",
    "open arrays",
    "a wide array",
    "a long path",
    "not a number",
    "half a character as a name",
)
values = pytest.mark.parametrize(
    "value",
    [
        pytest.param(value, id=name, marks=pytest.mark.long if name in _ALIKE else ())
        for name, value in VALUES.items()
    ],
)

#: Method, address and body of requests that parse JSON; the value goes into the braces.
ENDPOINTS = (
    ("POST", f"{IDENTITY}/oauth/register", "{0}"),
    ("POST", f"{IDENTITY}/oauth/register", '{{"client_name": {0}, "redirect_uris": {0}}}'),
    (
        "POST",
        f"{IDENTITY}/oauth/register",
        '{{"redirect_uris": ["http://127.0.0.1/cb"], "x": {0}}}',
    ),
    ("POST", f"{IDENTITY}/oauth/token", '{{"grant_type": {0}}}'),
    ("POST", f"{IDENTITY}/oauth/revoke", '{{"token": {0}}}'),
    ("POST", f"{AIHUB}/api/iam/users/1/add_to_group", "{0}"),
    ("POST", f"{AIHUB}/api/iam/users/1/add_to_group", '{{"group_id": {0}}}'),
    ("POST", f"{AIHUB}/api/connections/1/disconnect", '{{"force": {0}}}'),
    ("POST", f"{SERVER}/", "{0}"),
    ("POST", f"{SERVER}/", '{{"jsonrpc": "2.0", "id": {0}, "method": "ping"}}'),
    (
        "POST",
        f"{SERVER}/",
        '{{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {{"name": '
        '"List_my_requisitions", "arguments": {{"limit": {0}}}}}}}',
    ),
)
endpoints = pytest.mark.parametrize(
    "method, url, template", ENDPOINTS, ids=lambda text: text.removeprefix("https://")[:48]
)


def send(control: Control, method: str, url: str, body: str, bearer: str) -> TestResponse:
    """One request with a body of JSON."""
    parts = url.split("/", 3)
    return Client(control.simulator).open(
        f"/{parts[3]}",
        method=method,
        base_url="/".join(parts[:3]),
        data=body,
        headers={**JSON, "Accept": "application/json, text/event-stream"}
        | ({"Authorization": f"Bearer {bearer}"} if bearer else {}),
    )


@pytest.mark.requirement("HARN-12")
@values
@endpoints
def test_no_body_makes_an_endpoint_fail(
    control: Control, method: str, url: str, template: str, value: str
) -> None:
    simulator = control.simulator
    bearer = API_TOKEN if url.startswith(AIHUB) else token_for(simulator, "ada@acme.example")

    answer = send(control, method, url, template.format(value), bearer)

    assert answer.status_code < 500, answer.text
    members(answer)


@pytest.mark.requirement("HARN-12")
@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity"])
def test_a_number_that_is_none_is_the_clients_mistake(control: Control, number: str) -> None:
    """Else the app seems to be down, where the call could not even be written."""
    body = (
        '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": '
        f'"Create_requisition", "arguments": {{"lines": [{{"quantity": {number}}}]}}}}}}'
    )
    bearer = token_for(control.simulator, "ada@acme.example")

    answer = send(control, "POST", f"{SERVER}/", body, bearer)

    assert answer.status_code == 400
    assert answer.get_json()["error"]["data"] == {"error": "invalid_json"}
    assert "number" in answer.get_json()["error"]["message"]


@pytest.mark.requirement("HARN-12")
@values
@pytest.mark.parametrize(
    "path, template",
    [
        ("reset", "{0}"),
        ("reset", '{{"scenario": {0}}}'),
        ("faults", '{{"fields": {{"state": {0}}}, "request": "/oauth/authorize"}}'),
        ("faults", '{{"status": {0}}}'),
        ("journal/verify", '{{"request": "*", "times": 0, "fields": {{"a": {0}}}}}'),
        ("journal/verify", '{{"request": "*", "times": 0, "fields": {{"grant_type": {0}}}}}'),
        ("clock/travel", '{{"by": {0}}}'),
    ],
)
def test_the_control_api_refuses_or_bears_them(
    control: Control, path: str, template: str, value: str
) -> None:
    answer = control.send("POST", path, data=template.format(value), headers=JSON)

    assert answer.status_code < 500, answer.text
    listed = control.send("GET", "faults")
    assert listed.status_code == 200
    json.loads(listed.text, parse_constant=pytest.fail)


@pytest.mark.requirement("HARN-12")
@values
@pytest.mark.parametrize(
    "template", ["{0}", '{{"requisition-lines": {0}}}', '{{"justification": {0}}}', '{{"x": {0}}}']
)
def test_coupa_refuses_them(coupa: Coupa, template: str, value: str) -> None:
    answer = coupa.http.post(
        "/api/requisitions",
        data=template.format(value),
        headers={**JSON, "Authorization": f"Bearer {coupa.access_token('ada')}"},
    )

    assert 400 <= answer.status_code < 500, answer.text
    assert set(members(answer)) == {"errors"}


def read_everything(control: Control) -> str:
    """What the journal says, by every way to it; none may fail."""
    journal = control.simulator.journal
    shown = [str(each) for each in journal]
    shown += [repr(each) for each in journal.find("POST *", system="*", scope="x")]
    assert journal.verify("*", times=len(shown))
    answers = [control.send("GET", f"journal{query}") for query in ("", "?fields[scope]=b")]
    answers.append(control.send("POST", "journal/verify", json={"request": "*", "times": 99}))
    answers.append(control.send("GET", "journal/diagram"))
    for answer in answers:
        assert answer.status_code in (200, 409), answer.text
        if answer.is_json:
            json.loads(answer.text, parse_constant=pytest.fail)
    scrubber = Scrubber.of(journal, control.simulator.describe())
    text = "\n".join([*shown, *(answer.text for answer in answers)])
    return scrubber.text(text).encode().decode()


@pytest.mark.requirement("HARN-12")
@values
def test_whoever_sent_it_the_journal_can_be_read(control: Control, value: str) -> None:
    """Nobody has to sign in to send this; and none of it is kept from being seen."""
    for template in ("{0}", '{{"a": {0}, "name": "sent by nobody"}}'):
        send(control, "POST", f"{SERVER}/", template.format(value), bearer="")
        send(control, "POST", f"{IDENTITY}/oauth/register", template.format(value), bearer="")

    assert "sent by nobody" in read_everything(control) or len(value) >= 60_000


DEEP = {
    "JSON": (JSON, '{{"client_name": "deep one", "a": {0}}}'),
    "a form": ({"Content-Type": "application/x-www-form-urlencoded"}, "name=deep+one&a={0}"),
    "JSON as a form": (
        {"Content-Type": "application/x-www-form-urlencoded"},
        '{{"name": "deep one", "a": {0}}}',
    ),
    "JSON in JSON": (JSON, '{{"name": "deep one", "a": "{0}"}}'),
}


@pytest.mark.requirement("HARN-12")
@pytest.mark.parametrize("depth", [400, 600, 20_000])
@pytest.mark.parametrize("headers, template", DEEP.values(), ids=DEEP.keys())
def test_what_is_too_deep_is_shown_as_such(
    control: Control, headers: dict[str, str], template: str, depth: int
) -> None:
    body = template.format("[" * depth + "]" * depth)
    Client(control.simulator).post("/oauth/register", base_url=IDENTITY, data=body, headers=headers)

    shown = read_everything(control)

    assert "deep one" in shown
    assert TOO_DEEP.split("(")[1] in shown
    assert "[" * 100 not in shown


ODD = {
    "a query with half a code": "/oauth/authorize?a=%ff%00%zz&state=s3cr3t-7&=&&&=x",
    "a line break": "/oauth/authorize%0aPOST%20/forged?state=s3cr3t-7",
    "a path of parameters": "/x;state=1/%2e%2e?next=%2Fa%3Fstate%3Ds3cr3t-7",
    "a long path": f"/{'a' * 5_000}?state=s3cr3t-7",
    "many parameters": f"/x?{'a=b&' * 5_000}state=s3cr3t-7",
}


@pytest.mark.requirement("HARN-11", "HARN-12")
@pytest.mark.parametrize("target", ODD.values(), ids=ODD.keys())
def test_odd_addresses_are_read_without_secrets_and_forge_no_line(
    control: Control, target: str
) -> None:
    Client(control.simulator).get(target, base_url=IDENTITY)

    shown = read_everything(control)
    drawn = control.send("GET", "journal/diagram").text.splitlines()
    (line,) = [str(each) for each in control.simulator.journal]

    assert "s3cr3t-7" not in shown
    assert len(drawn) == 5
    assert all(len(each) < 500 for each in drawn)
    assert "\n" not in line
    assert len(line) < 3_000


@pytest.mark.requirement("HARN-11")
def test_a_secret_in_a_parameter_that_is_an_address_is_nowhere(
    control: Control, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """The way from an authorization request by the login page: `next` carries its state."""
    caplog.set_level("INFO", "simulator")
    target = (
        "/oauth/authorize?response_type=code&client_id=c&state=s3cr3t-of-next"
        "&redirect_uri=http%3A%2F%2F127.0.0.1%2Fcb%3Fstate%3Ds3cr3t-inside"
    )
    browser = Client(control.simulator)
    browser.get(target, base_url=IDENTITY)
    browser.get("/sign-in", query_string={"next": target}, base_url=IDENTITY)
    browser.post("/sign-in", data={"next": target, "return_to": target}, base_url=IDENTITY)

    scenario = SeenScenario(
        feature="f", description="", file="f", rule="", name="s", line=1, tags=[]
    )
    record = Record(nodeid="x", simulator=control.simulator, scenario=scenario)
    collect.prepare(tmp_path)
    collect.keep(tmp_path, record, failure=f"it was at {target}", seconds=1)
    shown = read_everything(control) + str(collect.collected(tmp_path))
    shown += "\n".join(map(str, record.exchanges))
    shown += "\n".join(each.getMessage() for each in caplog.records)

    assert "next" in shown
    assert "s3cr3t" not in shown


@pytest.fixture
def answered_deep(control: Control) -> Control:
    """The app's token endpoint and API answer JSON that nests 600 deep."""
    body = b'{"a":' * 600 + b"1" + b"}" * 600
    for request in ("/oauth2/token", "/api/requisitions*"):
        control.simulator.faults.add(request, system="app:*", body=body)
    return control


@pytest.mark.requirement("HARN-12")
def test_an_app_that_answers_too_deep_is_one_that_answers_no_json(answered_deep: Control) -> None:
    simulator = answered_deep.simulator
    endpoint = Endpoint(simulator, token_for(simulator, "ada@acme.example"))

    answer = endpoint.ask("tools/call", {"name": "List_my_requisitions", "arguments": {}})

    result = members(answer)["result"]
    assert (answer.status_code, result["isError"]) == (200, True)
    assert read_everything(answered_deep)


@pytest.mark.requirement("HARN-12")
@pytest.mark.parametrize("request_line", ["/" + "*a" * 400, "/" + "a" * 900, "/" + "*" * 900])
def test_a_long_question_is_answered(control: Control, request_line: str) -> None:
    """And one that is longer still is refused, not echoed."""
    for request, status in ((request_line, {200, 409, 422}), (request_line * 20, {422})):
        answer = control.send(
            "POST", "journal/verify", json={"request": request, "times": 0, "status": 404}
        )
        assert answer.status_code in status
        assert len(answer.data) < 5_000
