"""Privileges of collaborators: what Workato calls them, and which of them each system role has.

Names of privileges are Workato's (docs, collaborator privileges; ConductorOne/baton-workato has
them as constants); those of MCP servers, data tables, the API platform and Workato Identity are
public as labels alone, and their actions our choice.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from simulator.errors import FieldError

#: Resource → actions, both as programs name them.
Privileges: TypeAlias = Mapping[str, Collection[str]]

#: What actions are called on pages.
ACTIONS = {
    "all": "Full access",
    "read": "View",
    "create": "Create",
    "update": "Edit",
    "update_records": "Edit records",
    "update_schema": "Edit schema",
    "delete": "Delete",
    "run": "Run",
    "read_run_history": "View job history",
    "manage_test_cases": "Manage test cases",
    "manage_access": "Manage access",
    "manage_limits": "Manage limits",
    "view_history": "View history",
}
_OF_WORKSPACE = frozenset(
    (
        *("Collaborators", "Collaborator roles (non-system)", "Developer API"),
        *("Workspace settings", "Activity audit"),
    )
)
_READ, _CRUD = ("read",), ("read", "create", "update", "delete")
_TABLE = ("read", "create", "update_records", "update_schema", "delete")
_MANAGING = ("manage_access", "manage_limits")
_PROPERTIES = ("read", "create", "update_records", "delete")


@dataclass(frozen=True, kw_only=True)
class Resource:
    """What privileges are about.

    Attributes:
        name: the name as programs and pages call it.
        actions: the actions that it has.
        is_of_project: whether project roles have it; environment roles have the others.
        is_simulated: whether it opens anything here.
        of_builders: which actions the system role Collaborator has.
    """

    name: str
    actions: tuple[str, ...]
    is_of_project: bool = False
    is_simulated: bool = True
    of_builders: tuple[str, ...] = ()

    @property
    def is_of_workspace(self) -> bool:
        """Whether it administers the workspace as a whole."""
        return self.name in _OF_WORKSPACE

    @property
    def key(self) -> str:
        """What the `config` of an environment or project role calls it.

        `team` is Workato's word; of the others none is public, and they are made of the names.
        """
        return "team" if self.name == "Collaborators" else _spell(self.name)


def _spell(name: str) -> str:
    words = "".join(each if each.isalnum() else " " for each in name.lower())
    return "_".join(words.split())


def _of_project(
    name: str, actions: tuple[str, ...], *, except_for: tuple[str, ...] = ()
) -> Resource:
    given = tuple(each for each in actions if each not in except_for)
    return Resource(name=name, actions=actions, is_of_project=True, of_builders=given)


def _of_environment(name: str, actions: tuple[str, ...], *, builds: bool = False) -> Resource:
    return Resource(name=name, actions=actions, of_builders=actions if builds else ())


def _elsewhere(name: str, actions: tuple[str, ...]) -> Resource:
    return Resource(name=name, actions=actions, is_simulated=False, of_builders=actions)


_ALL = (
    _of_project("Projects", _CRUD),
    _of_project("Folders", _CRUD),
    _of_project("Recipes", (*_CRUD, "run", "read_run_history")),
    _of_project("Connections", _CRUD),
    _of_project("Test automation", ("read", "manage_test_cases")),
    _of_project("Project properties", _PROPERTIES),
    _of_project("Data tables", _TABLE),
    _of_project("MCP servers", (*_CRUD, *_MANAGING), except_for=("delete", *_MANAGING)),
    _of_project("Workato Genies", ("read", "create")),
    _of_project("Collections & endpoints", _CRUD),
    _of_project("Recipe lifecycle management", ("all",)),
    _of_environment("Clients & access profiles", ("read", "all")),
    _of_environment("Environment properties", _PROPERTIES, builds=True),
    _of_environment("Lookup tables", _TABLE, builds=True),
    _of_environment("Connector SDK", ("read", "all"), builds=True),
    _of_environment("Custom OAuth profiles", _CRUD, builds=True),
    _of_environment("Runtime user connections", ("read", "update", "delete")),
    _of_environment("Debug, Log and Security", ("all",)),
    _of_environment("Activity audit", ("all",)),
    _of_environment("Collaborators", ("all",)),
    _of_environment("Collaborator roles (non-system)", ("all",)),
    _of_environment("Workato Identity", ("all",)),
    _of_environment("Developer API", ("all",)),
    _of_environment("Workspace settings", ("all",)),
    _elsewhere("Common data models", _CRUD),
    _elsewhere("Connection - command line scripts", ("all",)),
    _elsewhere("Connection - on-prem files", ("all",)),
    _elsewhere("Connection Folders", ("all",)),
    _elsewhere("Data masking", ("all",)),
    _elsewhere("Event streams", (*_CRUD, "view_history")),
    _elsewhere("Job History Search", _CRUD),
    _elsewhere("Message templates", _CRUD),
    _elsewhere("On-prem groups & agents", _CRUD),
    _elsewhere("People task", ("all",)),
    _elsewhere("Project folder", ("all",)),
    _elsewhere("Secrets management", ("read", "update")),
    _elsewhere("Use in recipes", ("all",)),
    _elsewhere("Workbot", _CRUD),
    Resource(name="Collaborator SAML SSO auth", actions=("all",), is_simulated=False),
    Resource(name="Network trace", actions=("all",), is_simulated=False),
)
#: Every resource, by its name.
RESOURCES = {each.name: each for each in _ALL}
_BY_KEY = {each.key: each for each in _ALL}

_EVERY: Privileges = {each.name: each.actions for each in _ALL}
#: What an operator does beyond looking.
_OF_OPERATORS = ("read", "run", "read_run_history")
#: System role → its privileges; an operator also looks at what Workato's does not see (our choice).
OF_SYSTEM_ROLES: Mapping[str, Privileges] = {
    "owner": _EVERY,
    "admin": _EVERY,
    "collaborator": {
        **{each.name: each.of_builders for each in _ALL if each.of_builders},
        "Clients & access profiles": _READ,
    },
    "operator": {
        each.name: actions
        for each in _ALL
        if (each.of_builders or each.name == "Clients & access profiles") and each.is_simulated
        if (actions := tuple(one for one in each.actions if one in _OF_OPERATORS))
    },
}


def check(privileges: Privileges) -> dict[str, list[str]]:
    """Return privileges in the order of `RESOURCES`, without those that have no action.

    Args:
        privileges: resource → actions; the action `all` of one that has others is all of them.

    Raises:
        FieldError: on `privileges`: Workato has no such resource or action, as far as is known.
    """
    for name, actions in privileges.items():
        resource = RESOURCES.get(name)
        if resource is None:
            raise FieldError("privileges", f"There is no privilege '{name}'.")
        for each in actions:
            if each not in resource.actions and each != "all":
                known = ", ".join(resource.actions)
                raise FieldError("privileges", f"'{name}' has no action '{each}', but {known}.")
    return {
        resource.name: given
        for resource in _ALL
        if (given := _list_actions(resource, privileges.get(resource.name, ())))
    }


def read_config(config: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the privileges that the `config` of an environment or project role means.

    Args:
        config: key of a resource → `{"privileges": "all"}`, or a list of actions instead of `all`.

    Raises:
        FieldError: on `config`.
    """
    found: dict[str, list[str]] = {}
    for key, part in config.items():
        resource = _BY_KEY.get(key)
        if resource is None:
            raise FieldError("config", f"has no '{key}'; there are {', '.join(_BY_KEY)}")
        given = part.get("privileges") if isinstance(part, dict) else None
        actions = list(resource.actions) if given == "all" else given
        if not isinstance(actions, list) or not set(actions) <= set(resource.actions):
            known = ", ".join(resource.actions)
            raise FieldError("config", f"'{key}' needs privileges: all, or a list of {known}")
        found[resource.name] = actions
    return check(found)


def to_config(privileges: Privileges) -> dict[str, dict[str, object]]:
    """Return privileges as `read_config` reads them.

    Args:
        privileges: resource → actions.
    """
    shown: dict[str, dict[str, object]] = {}
    for name, actions in privileges.items():
        resource = RESOURCES[name]
        is_whole = set(actions) == set(resource.actions)
        shown[resource.key] = {"privileges": "all" if is_whole else list(actions)}
    return shown


def _list_actions(resource: Resource, given: Collection[str]) -> list[str]:
    is_whole = "all" in given and "read" not in resource.actions
    return [each for each in resource.actions if is_whole or each in given]
