"""Custom actions: the request that a step's input makes, and the output that the answer makes."""

import json
from dataclasses import replace
from typing import Any

import pytest

from simulator.connectors import CONNECTORS
from simulator.connectors.base import AppRequest
from simulator.domain.app_calls import locate
from simulator.domain.engine.compiling import compile_recipe
from simulator.domain.engine.errors import StepFailed
from tests.unit.engine.recipes import FakeHost, action, parameter, pill, recipe, return_result, run

pytestmark = pytest.mark.requirement("REC-114")
SCHEMA = json.dumps(
    [
        {"name": "amount", "type": "integer"},
        {"name": "metadata[reason]", "details": {"real_name": "metadata[reason]"}},
    ]
)


def send(answer: Any = None, **inputs: Any) -> AppRequest:
    """Run a recipe with a custom action; return its request."""
    host = FakeHost(apps=lambda step, request: answer or {})
    run(recipe(action("coupa", "__adhoc_http_action", "call", **inputs)), {"id": "A 1"}, host=host)
    (request,) = host.requests
    return request


def test_what_is_read_has_its_data_in_the_query() -> None:
    data = {"amount": "5", "metadata_reason_": parameter("id"), "none": "=null", "left": "=skip"}
    request = send(
        verb="get", path="api/orders/" + parameter("id"), input={"schema": SCHEMA, "data": data}
    )

    assert request == AppRequest(
        method="GET", path="/api/orders/A 1", params={"amount": "5", "metadata[reason]": "A 1"}
    )


def test_json_has_the_types_and_names_of_its_schema() -> None:
    data = {"amount": "5", "metadata_reason_": "x", "list": [{"a": 1}]}
    request = send(
        verb="post",
        path="/api/orders?x=1",
        request_type="json",
        request_headers=[{"name": "Idempotency-Key", "value": parameter("id")}, {"name": ""}],
        input={"schema": SCHEMA, "data": data},
    )

    assert request == AppRequest(
        method="POST",
        path="/api/orders?x=1",
        headers={"Idempotency-Key": "A 1"},
        json={"amount": 5, "metadata[reason]": "x", "list": [{"a": 1}]},
    )


@pytest.mark.parametrize(
    "kind, data, body",
    [
        ("urlencoded", {"a": "=true", "b": ["1", "=2"]}, {"form": {"a": "true", "b": ["1", "2"]}}),
        ("multipart", {"a": "1"}, {"parts": {"a": "1"}}),
        (
            "raw",
            '{"a": 1}',
            {"body": b'{"a": 1}', "headers": {"Content-Type": "application/json"}},
        ),
        (
            "xml",
            {"body": "<a/>"},
            {"body": b"<a/>", "headers": {"Content-Type": "application/xml"}},
        ),
        ("text", "hi", {"body": b"hi", "headers": {"Content-Type": "text/plain"}}),
        (
            "rawdata",
            "hi",
            {"body": b"hi", "headers": {"Content-Type": "application/octet-stream"}},
        ),
        ("json", None, {}),
    ],
    ids=["urlencoded", "multipart", "raw", "xml", "text", "rawdata", "nothing"],
)
def test_a_body_is_written_as_its_type_says(kind: str, data: Any, body: Any) -> None:
    request = send(verb="put", path="/x", request_type=kind, input={"data": data})

    assert request == AppRequest(method="PUT", path="/x", **body)


@pytest.mark.parametrize(
    "inputs, sentence",
    [
        ({"path": "http://acme.coupacloud.com/x"}, "begins with https://"),
        ({"path": "https://ada@acme.coupacloud.com/x"}, "begins with https://"),
        ({"path": "https:///x"}, "relative to the base URI"),
        ({"path": "https://[x"}, "relative to the base URI"),
        ({"path": "//evil.example/x"}, "the app's own host"),
        ({"path": "\\\\evil.example"}, "the app's own host"),
        ({"path": ""}, "is empty"),
        ({"path": "/a\nb"}, "control characters"),
        ({"path": "/x", "verb": "brew"}, "no HTTP method 'brew'. There are: get"),
        ({"path": "/x", "verb": "post", "request_type": "yaml"}, "no request type 'yaml'"),
        (
            {"path": "/x", "request_headers": [{"name": "Authorization", "value": "x"}]},
            "cannot set the request header 'Authorization'",
        ),
        ({"path": "/x", "request_headers": {"X:": "x"}}, "cannot be named 'X:'"),
        ({"path": "/x", "request_headers": {"X": "x\ny"}}, "cannot be named 'X' or have"),
    ],
    ids=range(13),
)
def test_a_request_that_cannot_be_sent_fails_the_step(inputs: Any, sentence: str) -> None:
    with pytest.raises(StepFailed, match=sentence):
        send(**inputs)


@pytest.mark.requirement("GOOGLE-1")
@pytest.mark.parametrize(
    "path, address",
    [
        ("me/labels", "/mail/v1/me/labels"),
        ("/me/labels?u=https://x.example", "/mail/v1/me/labels?u=https://x.example"),
        ("/mail/v1/me", "/mail/v1/me"),
        ("https://mail.example/other/v2", "https://mail.example/other/v2"),
    ],
    ids=["relative", "slash", "whole", "absolute"],
)
def test_a_path_is_relative_to_the_base_uri_of_the_app(
    monkeypatch: pytest.MonkeyPatch, path: str, address: str
) -> None:
    base = replace(CONNECTORS["coupa"], custom_action_path="/mail/v1/")
    monkeypatch.setitem(CONNECTORS, "coupa", base)

    assert send(path=path).path == address


@pytest.mark.requirement("GOOGLE-1")
def test_an_absolute_uri_names_a_host_of_the_app() -> None:
    """No other host gets the connection's token."""
    app = replace(CONNECTORS["coupa"], api_hosts=("files.example",))
    code = recipe(action("coupa", "__adhoc_http_action", "call"))
    (call,) = [each for each in compile_recipe(code, ()).steps if each.calls_app]

    def sent(path: str) -> str:
        return locate(call, app, "https://api.example/v1", path)

    assert sent("/x?u=https://other.example") == (
        "https://api.example/v1/x?u=https://other.example"
    )
    for url in ("https://api.example/v2", "https://FILES.example/a"):
        assert sent(url) == url
    for url in (
        "https://other.example/x",
        "https://api.example:8443/x",
        "https://files.example.co",
    ):
        with pytest.raises(StepFailed, match="has to name a host of Coupa"):
            sent(url)


@pytest.mark.parametrize(
    "path, value",
    [(["id"], 7), (["body", "id"], 7), (["headers", "X-Answer"], "1"), (["more"], "kept")],
    ids=["root", "body", "headers", "undeclared"],
)
def test_an_answer_is_at_the_root_and_under_body(path: list[str], value: Any) -> None:
    host = FakeHost(apps=lambda step, request: {"id": "7", "more": "kept"})
    output = json.dumps([{"name": "id", "type": "integer"}])
    call = action("coupa", "__adhoc_http_action", "call", verb="get", path="/x", output=output)

    assert run(recipe(call, return_result(x=pill("coupa", "call", *path))), host=host) == {
        "x": value
    }


@pytest.mark.requirement("REC-114", "PKG-63")
def test_an_answer_with_a_member_body_of_its_own() -> None:
    """A comment has a body: the recipe's form says which one its pills mean."""
    host = FakeHost(apps=lambda step, request: {"id": "7", "body": {"id": "inner"}})
    call = {"verb": "post", "path": "/x", "input": {"data": {}}}
    new = action("jira", "__adhoc_http_action", "call", response_headers="[]", **call)
    old = action("jira", "__adhoc_http_action", "call", **call)
    returned = return_result(x=pill("jira", "call", "body", "id"))

    assert run(recipe(new, returned), host=host) == {"x": "7"}
    assert run(recipe(old, returned), host=host) == {"x": "inner"}


def test_a_list_is_the_body() -> None:
    host = FakeHost(apps=lambda step, request: [{"id": 1}])
    call = action("coupa", "__adhoc_http_action", "call", verb="get", path="/x")

    assert run(recipe(call, return_result(x=pill("coupa", "call", "body"))), host=host) == {
        "x": [{"id": 1}]
    }
