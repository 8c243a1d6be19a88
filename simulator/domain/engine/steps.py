"""A step of a recipe, as the editor shows it and a job records it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from simulator.code_execution import Language
from simulator.connectors import Connector

RECIPE_FUNCTION = "workato_recipe_function"
API_PLATFORM = "workato_api_platform"
SKILL = "workato_skill"
#: The older name of the provider of skills.
GENIE = "workato_genie"
#: Triggers of recipes that are skills.
SKILLS = (SKILL, GENIE)
#: The trigger of recipes behind the tools of a proxy server (our choice: Workato's is not public).
MCP_PROXY = "workato_mcp_proxy"

#: Triggers whose recipes can be MCP tools, in the words of the recipe editor.
TRIGGER_NAMES = {
    RECIPE_FUNCTION: "Recipe function",
    API_PLATFORM: "API recipe",
    SKILL: "Skill",
    GENIE: "Skill",
    MCP_PROXY: "Proxied tool",
}
#: The action "Custom action", which every connector has.
CUSTOM_ACTION = "__adhoc_http_action"

#: Steps that run code which the builder wrote: (provider, action) → its language.
CODE_ACTIONS = {
    ("py_eval", "invoke_custom_py_code"): Language.PYTHON,
    ("js_eval", "invoke_custom_js_code"): Language.JAVASCRIPT,
    ("workato_custom_code", "invoke_custom_ruby_code"): Language.RUBY,
}

#: What a control block does, in the words of the recipe editor.
CONTROL_TITLES = {
    "if": "IF",
    "elsif": "ELSE IF",
    "else": "ELSE",
    "foreach": "Repeat for each",
    "repeat": "Repeat while",
    "while_condition": "Repeat while, its condition",
    "try": "Monitor",
    "catch": "On error",
    "stop": "Stop job",
}
#: Workato's own actions that the editor offers: (provider, action) → its title.
PLATFORM_TITLES = {
    ("logger", "log_message"): "Log message",
    (RECIPE_FUNCTION, "call_recipe"): "Call recipe function",
    ("workato_variable", "declare_variable"): "Create variables",
    ("workato_variable", "update_variables"): "Update variables",
    ("workato_variable", "declare_list"): "Create list",
    ("workato_variable", "insert_to_list"): "Add item to list",
    ("workato_variable", "insert_to_list_batch"): "Add items to list in a batch",
    ("workato_variable", "clear_list"): "Clear list",
    ("workato_list", "create_list"): "Create helper list",
    ("lookup_table", "get_entry"): "Look up entry in a lookup table",
    ("lookup_table", "search_entries"): "Search entries in a lookup table",
    ("lookup_table", "add_entry"): "Add entry to a lookup table",
    ("lookup_table", "update_entry"): "Update entry of a lookup table",
    ("lookup_table", "delete_entry"): "Delete entry of a lookup table",
    ("workato_db_table", "search_records"): "Search records in a data table",
    ("workato_db_table", "create_record"): "Create record in a data table",
    ("workato_db_table", "update_record"): "Update record of a data table",
    ("workato_db_table", "delete_record"): "Delete record of a data table",
    ("json_parser", "parse_json"): "Parse JSON document",
    ("clock", "get_time"): "Get current time",
}
#: Actions that end a recipe with a result → what the editor calls them.
RETURNS = {
    "return_result": "Return result",
    "return_response": "Return response",
    "workflow_return_result": "Return result",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of a recipe.

    Attributes:
        number: the step's number, 0 for the trigger; the editor counts from 1.
        keyword: the kind of block: `trigger`, `action`, `if` and so on.
        provider: the app's internal name; empty for a control block.
        name: the action's name; empty for a control block.
        alias: the name under which data pills refer to it.
        uuid: the step's UUID in the recipe's code.
        depth: the number of control blocks around the step, as the editor indents it: ELSE IF, ELSE
            and On error are at the same depth as the block that they belong to.
        inputs: the configured input; strings may contain data pills.
        is_skipped: whether the step, or a block around it, was skipped by the builder.
        comment: the builder's comment; empty for none.
        connector: the connector of the step's app; None if the step uses no app, or one that is not
            simulated.
        connection_id: the id of the connection that the recipe selects for the app: a shared
            connection, or the parent of the end users' connections.
        acts_as_end_user: whether the step calls its app with the end user's own connection.
    """

    number: int
    keyword: str
    provider: str
    name: str
    alias: str
    uuid: str
    depth: int
    inputs: Mapping[str, Any]
    is_skipped: bool
    comment: str
    connector: Connector | None
    connection_id: int | None
    acts_as_end_user: bool

    @property
    def language(self) -> Language | None:
        """The language of the step's code; None for a step without code."""
        return CODE_ACTIONS.get((self.provider, self.name))

    @property
    def fields(self) -> Mapping[str, Any]:
        """The inputs that may contain data pills and formulas: all but source code."""
        if self.language is None:
            return self.inputs
        return {name: value for name, value in self.inputs.items() if name != "code"}

    @property
    def is_trigger(self) -> bool:
        """Whether this is the recipe's trigger."""
        return self.keyword == "trigger"

    @property
    def calls_app(self) -> bool:
        """Whether the step calls an app and so needs a connection."""
        return self.connector is not None

    @property
    def kind(self) -> str:
        """The kind of block as the pages show it: Trigger, Action or Control."""
        kind = {"trigger": "Trigger", "action": "Action"}.get(self.keyword, "Control")
        return f"{kind}, skipped" if self.is_skipped else kind

    @cached_property
    def title(self) -> str:
        """What the step does, as the editor and error messages name it."""
        if self.is_trigger:
            return f"{TRIGGER_NAMES.get(self.provider, self.provider)} is called"
        if self.keyword in CONTROL_TITLES:
            return CONTROL_TITLES[self.keyword]
        if self.connector is not None:
            return f"{self._action_title(self.connector)} in {self.connector.name}"
        if self.language is not None:
            return f"Execute {self.language.label} code"
        own = PLATFORM_TITLES.get((self.provider, self.name)) or RETURNS.get(self.name)
        return own or f"{self.name.replace('_', ' ').strip()} ({self.provider})"

    def _action_title(self, connector: Connector) -> str:
        if self.name == CUSTOM_ACTION:
            return str(self.inputs.get("mnemonic") or "Custom action")
        action = connector.actions.get(self.name)
        return action.title if action else self.name.replace("_", " ")


def make_connection_entry(
    provider: str, connection_id: int | None, *, end_users: bool = False
) -> dict[str, Any]:
    """Return the `config` entry for an app, in the form of exported recipes.

    Args:
        provider: the app's internal name.
        connection_id: the id of the connection; None if none is chosen yet.
        end_users: whether the app is called with the end user's connection.
    """
    entry = {
        "keyword": "application",
        "provider": provider,
        "name": provider,
        "skip_validation": False,
        "account_id": connection_id,
    }
    return entry | ({"personalization": True} if end_users else {})


def name_applications(config: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return `config` with a name in each entry that has no connection to take one from.

    The editor and an import give Workato's own providers their names, which most exports lack; who
    makes a recipe by program has to send them (Workato's recipe skills, config section).

    Args:
        config: the config of a recipe.
    """
    return [
        dict(entry)
        if entry.get("account_id") or entry.get("name")
        else {**entry, "name": entry.get("provider")}
        for entry in config
    ]
