"""The control API of a simulator without sockets; every answer is held against the document."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from werkzeug.test import Client, TestResponse

from simulator.control import ControlApi
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings

ADDRESS = "http://127.0.0.1:8700"


@dataclass
class Control:
    """A program that steers a simulator."""

    simulator: Simulator
    headers: dict[str, str]

    @cached_property
    def _http(self) -> Client:
        return Client(ControlApi(self.simulator))

    @cached_property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document."""
        answer = self._http.get(
            f"{CONTROL_PATH}openapi.json", base_url=ADDRESS, headers=self.headers
        )
        return members(answer)

    def raw(self, method: str, target: str, **options: Any) -> TestResponse:
        """One request to any path of the control API's port."""
        headers = {**self.headers, **options.pop("headers", {})}
        return self._http.open(target, base_url=ADDRESS, method=method, headers=headers, **options)

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        """One request below the prefix; its answer must be one that the document foresees."""
        answer = self.raw(method, CONTROL_PATH + path, **options)
        foreseen = self._foreseen(method, CONTROL_PATH + path)
        if foreseen is not None:
            check(answer, foreseen["responses"], self.document["components"])
        return answer

    def call(self, method: str, path: str, json: Any = None, **options: Any) -> Any:
        """The JSON of an answer that must be good; None of one without content."""
        given = {"json": json} if json is not None else {}
        answer = self.send(method, path, **given, **options)
        assert answer.status_code in (200, 201, 204), answer.text
        return answer.json if answer.text else None

    def refused(self, method: str, path: str, json: Any = None, **options: Any) -> dict[str, Any]:
        """The problem that must be the answer (RFC 9457)."""
        given = {"json": json} if json is not None else {}
        answer = self.send(method, path, **given, **options)
        assert answer.mimetype == "application/problem+json", answer.text
        problem = members(answer)
        assert problem["status"] == answer.status_code >= 400
        assert (problem["type"], problem["title"]) == (
            "about:blank",
            HTTPStatus(answer.status_code).phrase,
        )
        assert problem["detail"].endswith(".")
        return problem

    def _foreseen(self, method: str, path: str) -> dict[str, Any] | None:
        for template, item in self.document["paths"].items():
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path.partition("?")[0]):
                operation: dict[str, Any] | None = item.get(method.lower())
                return operation
        return None


def members(answer: TestResponse) -> dict[str, Any]:
    """The JSON object that an answer must be."""
    members_of_answer = answer.json
    assert isinstance(members_of_answer, dict), answer.text
    return members_of_answer


def check(answer: TestResponse, responses: dict[str, Any], components: dict[str, Any]) -> None:
    """Hold an answer against what an operation's `responses` say."""
    assert str(answer.status_code) in responses, f"{answer.status}: {answer.text}"
    content = responses[str(answer.status_code)].get("content")
    if content is None:
        assert answer.data == b""
        return
    schema = content[answer.mimetype]["schema"]
    value = answer.text if answer.mimetype == "text/plain" else answer.json
    Draft202012Validator({**schema, "components": components}).validate(value)


@pytest.fixture(scope="module")
def steered() -> Iterator[Simulator]:
    """One simulator for the tests of a module."""
    with Simulator(Settings(database="memory")) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def program(steered: Simulator) -> Control:
    """Its control API; what a test did is there in the next one, of the same module."""
    return Control(steered, {})


@pytest.fixture
def control(steered: Simulator) -> Control:
    """Its control API, and nothing left of the test before."""
    steered.reset("demo")
    for snapshot in steered.snapshots:
        steered.drop_snapshot(snapshot.name)
    return Control(steered, {})
