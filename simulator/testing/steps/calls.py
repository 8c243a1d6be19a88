"""Calls of tools with whichever client a person has, and what they answered."""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import requests

from simulator import installed_apps
from simulator.errors import list_choices
from simulator.journal.query import lookup
from simulator.testing.actors import Actor
from simulator.testing.answers import Answer, read_answer
from simulator.testing.client_under_test import tool_fields
from simulator.testing.mcp_client import McpClient


@dataclass
class TokenHolder:
    """A client with an MCP token: nobody in person stands behind it."""

    client: McpClient
    answers: list[Any] = field(default_factory=list)


def call(actor: Actor, tool: str, arguments: Mapping[str, Any] | None = None) -> Answer:
    """Call a tool with a person's client; by default with `default_arguments`.

    Args:
        actor: the actor whose client calls.
        tool: its name.
        arguments: the arguments of the call.
    """
    if arguments is None:
        arguments = default_arguments(schema_of(actor, tool))
    return read_answer(actor.call(tool, dict(arguments)))


def schema_of(actor: Actor, tool: str) -> Mapping[str, Any]:
    """Return a tool's `inputSchema`, as the person's client lists it; empty if it does not.

    Args:
        actor: the actor whose client lists it.
        tool: its name.

    Raises:
        LookupError: their client is not connected.
    """
    if actor.client is None:
        raise LookupError(f"{actor.name}'s client is not connected.")
    if tool not in actor.input_schemas:
        # A server that refuses to list its tools refuses the call as well, and says why.
        with suppress(Exception):
            actor.input_schemas.update(schemas(actor.client))
    schema: Mapping[str, Any] = actor.input_schemas.get(tool, {})
    return schema


def default_arguments(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the first choice for each required argument; those without choices are left out."""
    properties = schema.get("properties", {})
    needed = {name: properties.get(name, {}) for name in schema.get("required", ())}
    return {name: each["enum"][0] for name, each in needed.items() if each.get("enum")}


def read_arguments(
    schema: Mapping[str, Any], datatable: list[list[str]] | None, docstring: str | None
) -> dict[str, Any]:
    """Return a tool's arguments from what stands below a step.

    Args:
        schema: the tool's `inputSchema`; a text argument is taken as it stands, any other as JSON.
        datatable: rows of argument and value below their heads.
        docstring: a JSON object.

    Raises:
        LookupError: there is neither, or it is not written like that.
    """
    if docstring is not None:
        value = json.loads(docstring)
        if not isinstance(value, dict):
            raise LookupError("The doc string of arguments is a JSON object, by argument.")
        return value
    if not datatable or datatable[0] != ["argument", "value"]:
        raise LookupError("Below `with:` stands a table | argument | value |, or a doc string.")
    properties = schema.get("properties", {})
    if unknown := [name for name, _ in datatable[1:] if properties and name not in properties]:
        raise LookupError(f"The tool has no argument {unknown[0]}. {list_choices(properties)}")
    return {
        name: text
        if properties.get(name, {}).get("type", "string") == "string"
        else json.loads(text)
        for name, text in datatable[1:]
    }


def last_answer(caller: Actor | TokenHolder) -> Answer:
    """Return the last answer that the person's client got.

    Raises:
        LookupError: it called nothing yet.
    """
    if not caller.answers:
        raise LookupError("No client called a tool yet.")
    return read_answer(caller.answers[-1])


def prompt_of(answer: Answer) -> Mapping[str, Any]:
    """Return what a program reads in an authentication prompt."""
    assert answer.is_error, f"no prompt, but a result: {answer.text}"
    assert "auth_url" in answer.data, f"no prompt, but an error: {answer.text}"
    return answer.data


def value_of(answer: Answer) -> Mapping[str, Any]:
    """Return what a tool that ran gave; the same stands in its text, for older clients."""
    assert not answer.is_error, answer.text
    assert answer.data == json.loads(answer.text)
    return answer.data


def rows_of(answer: Answer, rows: str) -> list[dict[str, Any]]:
    """Return the rows of a kind in an answer: `purchase orders` stand under `purchase_orders`.

    Args:
        answer: the answer of a tool that ran.
        rows: what they are called in a step.

    Raises:
        LookupError: it has no such rows.
    """
    value = value_of(answer)
    if key_of(rows) not in value:
        raise LookupError(f"The answer has no {rows}. {list_choices(value)}")
    found: list[dict[str, Any]] = value[key_of(rows)]
    return found


def owner_of(row: Mapping[str, Any]) -> str:
    """Return the e-mail address of the person whose row it is, as the app that it is from says.

    Args:
        row: the row of an app's answer.

    Raises:
        LookupError: it does not say.
    """
    places = [app.owner for app in installed_apps.traffic() if app.owner]
    for place in places:
        for email in lookup(row, place):
            return str(email)
    raise LookupError(f"The row does not say whose it is. {list_choices(places)}")


def post_as(actor: Actor, method: str, params: dict[str, Any] | None = None) -> requests.Response:
    """Send a message with the token of a person's client; the answer is seen as on the wire."""
    client = actor.client
    assert client is not None, f"{actor.name}'s client is not connected"
    message = {"jsonrpc": "2.0", "id": 1, "method": method}
    return actor.stage.network.session().post(
        client.url,
        json=message | ({"params": params} if params else {}),
        headers={"Authorization": f"Bearer {client.access_token}"},
        timeout=10,
    )


def schemas(client: Any) -> dict[str, Any]:
    """Return the `inputSchema` of each tool that a client lists, by name."""
    tools = [tool_fields(tool) for tool in client.list_tools()]
    return {tool["name"]: tool.get("inputSchema", {}) for tool in tools}


def key_of(rows: str) -> str:
    """Return the member of an answer that holds rows of a kind."""
    return rows.replace(" ", "_")
