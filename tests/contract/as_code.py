"""A program that keeps a workspace as code, as Terraform does: plan, apply, refresh, destroy.

The vendor's own provider was not at hand; what one asks follows from the documented endpoints. It
types what it reads as a Go client would, and waits as 429 says.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from simulator.sandbox.time_travel import TimeTravel
from simulator.testing.api_client import ApiClient

Members = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Resource:
    """How one kind of thing is kept.

    Attributes:
        address: of all of its kind.
        kinds: member that is read → its JSON type, always.
        key: of the id in what creating answers.
        envelope: the member in which one of them stands; empty for none.
        updated_at_once: whether what creating cannot say is said by an update behind it.
    """

    address: str
    kinds: Mapping[str, type | tuple[type, ...]]
    key: str = "id"
    envelope: str = ""
    created_at: str = ""
    updated_at_once: bool = False


TEXT = (str, type(None))
#: Resource → how it is kept; properties, which are no objects, are beside them.
RESOURCES: Mapping[str, Resource] = {
    "project": Resource(
        address="/api/projects",
        created_at="/api/folders",
        key="project_id",
        updated_at_once=True,
        kinds={"id": int, "name": str, "description": TEXT, "folder_id": int},
    ),
    "folder": Resource(
        address="/api/folders",
        kinds={"id": int, "name": str, "parent_id": int, "is_project": bool, "project_id": int},
    ),
    "connection": Resource(
        address="/api/connections",
        kinds={"id": int, "name": str, "provider": str, "folder_id": int, "tags": list}
        | {"external_id": TEXT},
    ),
    "recipe": Resource(
        address="/api/recipes",
        kinds={"id": int, "name": str, "code": str, "config": list, "folder_id": int},
    ),
    "data_table": Resource(
        address="/api/data_tables",
        envelope="data",
        kinds={"id": str, "name": str, "folder_id": int, "schema": list},
    ),
    "iam_user_group": Resource(
        address="/api/iam/user_groups", envelope="data", kinds={"id": str, "name": str}
    ),
    "mcp_server": Resource(
        address="/api/mcp/mcp_servers",
        envelope="data",
        kinds={"id": str, "name": str, "description": str, "auth_type": str, "folder_id": int},
    ),
}


class Gone(LookupError):
    """What is asked for is not there."""


@dataclass
class Workspace:
    """The state of what is kept.

    Attributes:
        api: with a token.
        clock: that passes while a quota is used up.
        state: address in the configuration → kind, id, and what was read of it last.
    """

    api: ApiClient
    clock: TimeTravel
    state: dict[str, tuple[str, Any, Members]] = field(default_factory=dict)

    def apply(self, name: str, kind: str, wanted: Members) -> None:
        """Make or change one thing, and read it again."""
        resource = RESOURCES[kind]
        if name not in self.state:
            made = self._ask("POST", resource.created_at or resource.address, json=wanted)
            number = _open(resource, made)[resource.key]
            if resource.updated_at_once:
                self._ask("PUT", f"{resource.address}/{number}", json=wanted)
        else:
            number = self.state[name][1]
            self._ask("PUT", f"{resource.address}/{number}", json=wanted)
        self.state[name] = kind, number, self.read(kind, number)

    def plan(self, name: str, wanted: Members) -> Members:
        """Read one thing anew; return what differs of what is wanted, as Terraform shows drift."""
        kind, number, before = self.state[name]
        now = self.read(kind, number)
        self.state[name] = kind, number, now
        own = {key: value for key, value in now.items() if before[key] != value}
        return own | {
            key: now[key]
            for key, value in wanted.items()
            if key in now and not _is(now[key], value)
        }

    def adopt(self, name: str, kind: str, number: Any) -> Members:
        """Import by id: what is there already is kept from now on."""
        found = self.read(kind, number)
        self.state[name] = kind, number, found
        return found

    def destroy(self, name: str) -> None:
        """Delete one thing; whoever deleted it before is no failure."""
        kind, number, _before = self.state.pop(name)
        try:
            self._ask("DELETE", f"{RESOURCES[kind].address}/{number}")
        except Gone:
            return

    def read(self, kind: str, number: Any) -> Members:
        """Read one thing, and check that every member has the type that it always has."""
        resource = RESOURCES[kind]
        found = _open(resource, self._ask("GET", f"{resource.address}/{number}"))
        for key, expected in resource.kinds.items():
            assert isinstance(found[key], expected), (kind, key, found[key])
        return {key: found[key] for key in resource.kinds}

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        answer: requests.Response = self.api.request(method, path, **options)
        while answer.status_code == 429:
            self.clock.travel(seconds=int(answer.headers["Retry-After"]))
            answer = self.api.request(method, path, **options)
        document = answer.json()
        if answer.status_code == 404:
            assert set(document) == {"message"}
            raise Gone(document["message"])
        answer.raise_for_status()
        refused = isinstance(document, dict) and document.get("success") is False
        assert not refused, document
        return document


def _open(resource: Resource, document: Members) -> Members:
    return document[resource.envelope] if resource.envelope else document


def _is(read: Any, wanted: Any) -> bool:
    """Whether a value is what was wanted, as a provider compares them: numbers also as text."""
    if isinstance(read, list) and isinstance(wanted, str):
        return bool(read == json.loads(wanted))
    return bool(read == wanted or (isinstance(read, int) and str(read) == wanted))
