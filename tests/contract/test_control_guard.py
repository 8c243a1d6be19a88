"""Who may steer the sandbox: programs of this machine with the right token, never a web page."""

import logging

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.control_world import Control, control, members, steered

__all__ = ["control", "steered"]  # the fixtures

TOKEN = "an-open-sesame"


@pytest.mark.requirement("CTL-4")
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8700",
        "127.0.0.1.evil.example",
        "id.workato.com",
        "[::",
        "127.0.0.1:8700, evil.example",
        "evil.example@127.0.0.1:8700",
        "127.0.0.1:x",
        "127.0.0.1:8700.",
        "127.0.0.1/evil.example",
    ],
)
def test_another_host_is_refused_as_dns_rebinding(control: Control, host: str) -> None:
    problem = control.refused("GET", "clock", headers={"Host": host})

    assert problem["status"] == 403
    assert f"not at '{host}'" in problem["detail"]


@pytest.mark.requirement("CTL-4")
@pytest.mark.parametrize("host", ["127.0.0.1:8700", "localhost:9000", "LocalHost", "[::1]:8700"])
def test_every_name_of_this_machine_is_fine(control: Control, host: str) -> None:
    assert control.call("GET", "clock", headers={"Host": host})["frozen"] is False


@pytest.mark.requirement("CTL-4")
@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:8701", "http://localhost:8700", "null"]
)
@pytest.mark.parametrize(
    "method, path", [("GET", "journal"), ("POST", "reset"), ("DELETE", "clock")]
)
def test_a_web_page_is_refused(control: Control, method: str, path: str, origin: str) -> None:
    before = control.simulator.id

    problem = control.refused(method, path, headers={"Origin": origin})

    assert problem["status"] == 403
    assert origin in problem["detail"]
    assert control.simulator.id == before


@pytest.mark.requirement("CTL-4")
def test_no_answer_lets_a_page_in(control: Control) -> None:
    """A preflight (Fetch, CORS) is refused, and no header allows anything."""
    preflight_headers = {
        "Origin": "https://evil.example",
        "Access-Control-Request-Method": "DELETE",
    }

    refused = control.send("OPTIONS", "clock", headers=preflight_headers)
    own = control.send("GET", "clock", headers={"Origin": "http://127.0.0.1:8700"})

    assert (refused.status_code, own.status_code) == (403, 200)
    for answer in (refused, own):
        assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.requirement("CTL-4")
@pytest.mark.parametrize("kind", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_does_not_say_it_is_json_is_refused(control: Control, kind: str | None) -> None:
    """The kinds that a form or a simple request of a page may have."""
    problem = control.refused("POST", "clock/travel", data=b'{"by": 1}', content_type=kind)

    assert problem["status"] == 415
    assert "application/json" in problem["detail"]


@pytest.mark.requirement("CTL-5")
def test_with_a_token_every_request_needs_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with Simulator(Settings(database="memory", control_token=TOKEN)) as simulator:
        control = Control(simulator, {"Authorization": f"Bearer {TOKEN}"})
        assert control.call("GET", "clock")["frozen"] is False

        for method, path in (("GET", ""), ("GET", "openapi.json"), ("POST", "reset"), ("GET", "x")):
            missing = control.send(method, path, headers={"Authorization": ""})
            wrong = control.send(method, path, headers={"Authorization": f"Bearer {TOKEN}x"})
            assert missing.status_code == wrong.status_code == 401
            assert missing.headers["WWW-Authenticate"] == 'Bearer realm="control"'
            assert wrong.headers["WWW-Authenticate"].endswith('error="invalid_token"')
            assert "--control-token" in members(missing)["detail"]
            assert TOKEN not in wrong.text

    assert "/_simulator/clock" in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.requirement("CTL-5")
def test_a_token_that_is_no_ascii_is_wrong_and_no_accident() -> None:
    with Simulator(Settings(database="memory", control_token=TOKEN)) as simulator:
        control = Control(simulator, {"Authorization": f"Bearer {TOKEN}"})

        answer = control.send("GET", "clock", headers={"Authorization": "Bearer sésame"})

        assert answer.status_code == 401


@pytest.mark.requirement("CTL-3")
def test_what_is_not_there_is_a_problem_too(control: Control) -> None:
    nowhere = control.refused("GET", "nowhere")
    outside = control.raw("GET", "/healthz")
    wrong = control.send("PATCH", "clock")

    assert nowhere["status"] == 404
    assert "/_simulator/ lists what there is" in nowhere["detail"]
    assert (wrong.status_code, set(wrong.headers["Allow"].split(", "))) == (
        405,
        {"GET", "HEAD", "PUT", "DELETE"},
    )
    assert outside.status_code == 404


@pytest.mark.requirement("CTL-3")
@pytest.mark.parametrize("body", [b"{", b"", b"nonsense", b"\xff", b'{"by": NaN}', b"[" * 9000])
def test_a_body_that_is_not_what_is_wanted_is_told_so(control: Control, body: bytes) -> None:
    problem = control.refused("POST", "clock/travel", data=body, content_type="application/json")

    assert problem["status"] in (400, 422)
    assert "body" in problem["detail"]


@pytest.mark.requirement("CTL-3")
def test_a_body_that_is_too_long_is_refused(control: Control) -> None:
    problem = control.refused("POST", "faults", {"body": "x" * (2 * 1024 * 1024 + 1)})

    assert problem["status"] == 413


@pytest.mark.requirement("CTL-3")
@pytest.mark.parametrize(
    "method, path",
    [
        ("POST", "reset"),
        ("POST", "snapshots"),
        ("PUT", "snapshots/a"),
        ("DELETE", "clock"),
        ("PUT", "clock"),
        ("POST", "clock/travel"),
        ("POST", "clock/freeze"),
        ("POST", "clock/resume"),
        ("POST", "faults"),
        ("POST", "journal/verify"),
        ("PATCH", "people/anybody"),
    ],
)
def test_unknown_members_are_refused_by_name(control: Control, method: str, path: str) -> None:
    problem = control.refused(method, path, {"colour~/": "red"})

    assert problem["status"] == 422
    assert "'colour~/' is unknown; known:" in problem["detail"]
    assert "/colour~0~1" in [mistake["pointer"] for mistake in problem["errors"]]  # RFC 6901


@pytest.mark.requirement("CTL-3")
def test_unknown_and_doubled_parameters_are_refused_by_name(control: Control) -> None:
    unknown = control.refused("GET", "journal?sytem=mcp")
    none = control.refused("GET", "clock?at=noon")
    twice = control.refused("GET", "journal?status=200&status=404")
    both = control.refused("GET", "journal?fields=x&fields[a]=b")

    assert "'sytem' is unknown; known: " in unknown["detail"]
    assert "'request', 'system', 'status'" in unknown["detail"]
    assert "'at' is unknown; known: nothing" in none["detail"]
    assert "'status' is given twice" in twice["detail"]
    assert both["status"] == 422


@pytest.mark.requirement("CTL-3")
def test_a_failure_of_ours_is_a_problem_without_details(
    control: Control, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(control.simulator, "describe", fail)

    problem = control.raw("GET", "/_simulator/description")

    assert (problem.status_code, problem.mimetype) == (500, "application/problem+json")
    assert "a secret" not in problem.text
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.requirement("HARN-11")
def test_no_request_forges_a_line_of_the_log(
    control: Control, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "simulator.control")

    control.send("DELETE", "snapshots/a%0aINFO forged%0d%1b[2J")
    control.raw("GET", f"/_simulator/nowhere%0aforged/{'x' * 5000}")

    lines = [each.getMessage() for each in caplog.records]
    assert len(lines) >= 2
    assert all(line.isprintable() and len(line) < 300 for line in lines)
