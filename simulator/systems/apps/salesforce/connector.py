"""What Workato knows of Salesforce: login hosts, actions, and an API where the tokens say."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from simulator.connectors.base import AccountEndpoint, Action, AppRequest, Connector
from simulator.connectors.form_fields import HostChoice, HostField
from simulator.connectors.shorthand import read_inputs, read_outputs

#: The version that Workato's connector calls (docs.workato.com, connectors/salesforce).
ROOT = "/services/data/v62.0"
#: Inputs that say what to look for, and are no fields of the object.
_OWN = ("sobject_name", "limit", "field_list", "table_list", "requester_email", "id", "query_field")
#: What `FIELDS(ALL)` finds at most; and what is found where a recipe says no limit.
_MOST, _USUAL = 200, 150
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:?\d{2})")
_SELECTED = re.compile(r"\s*SELECT\s(.+?)\sFROM\s", re.IGNORECASE | re.DOTALL)
_NAME = re.compile(r"\w+")
_LIMITED = re.compile(r"\bLIMIT\s+\d+\s*(OFFSET\s+\d+\s*)?$", re.IGNORECASE)
#: Types of a recipe's fields whose values stand in a query without quotes.
_PLAIN = ("integer", "number", "boolean")
_DATES = ("date", "date_time", "timestamp")


def _fields(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the inputs that are fields of the object; without a value they are left out."""
    return {name: value for name, value in inputs.items() if name not in _OWN and value is not None}


def _object(inputs: Mapping[str, Any]) -> str:
    return str(inputs.get("sobject_name") or "")


def _path(*parts: Any) -> str:
    return "/".join((f"{ROOT}/sobjects", *(quote(str(each), safe="") for each in parts)))


def write_literal(value: Any, kind: str = "") -> str:
    """Return a value as a query has it.

    Args:
        value: the value of an input.
        kind: its type, as the recipe declares it; empty where it does not, and then a text that
            looks like a day or a moment is taken for one (our choice).
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if isinstance(value, int | float) or (kind in _PLAIN and text):
        return text.lower() if kind == "boolean" else text
    if kind in (*_DATES, "") and (_DAY.fullmatch(text) or _MOMENT.fullmatch(text)):
        return text
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def _limit(inputs: Mapping[str, Any]) -> str:
    text = str(inputs.get("limit") or _USUAL).strip()
    return str(min(int(text), _MOST)) if text.isdigit() and len(text) < 9 else text


_ID = {"name": "id", "label": "Record ID", "type": "string", "optional": False}
_GIVEN = (
    {"name": "id", "label": "Record ID", "type": "string"},
    {"name": "success", "label": "Success", "type": "boolean"},
)
_LIMITS = read_inputs(
    """
    limit: | Limit | At most 200 records; 150 where nothing is said.
    field_list: lines | Fields to retrieve | API names, one a line; empty for all.
    """
)


class _OfObject(Action):
    """An action on an object, which the input `sobject_name` names."""

    def describe_inputs(self, inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        # Most processes show no form of it, and steps of exports say themselves what they take.
        from simulator.systems.apps.salesforce.known_fields import list_objects

        objects = {
            "name": "sobject_name",
            "label": "Object",
            "hint": "Save to see its fields. Of the org's own objects, write the API name.",
            "type": "string",
            "optional": False,
            "pick_list": list_objects(),
        }
        return [objects, *self._list_more(_object(inputs))]

    def _list_more(self, name: str) -> Sequence[Mapping[str, Any]]:
        """Return the inputs that there are beside the object's name."""
        return [_ID]

    def describe_output(self, inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        return _GIVEN

    def _list_fields(self, name: str, **how: bool) -> Sequence[Mapping[str, Any]]:
        from simulator.systems.apps.salesforce.known_fields import list_inputs

        return list_inputs(name, **how) if name else ()


class _Search(_OfObject):
    """Find records; the output has them under the name of their object."""

    def describe_output(self, inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        from simulator.systems.apps.salesforce.known_fields import list_outputs

        name, only = _object(inputs), str(inputs.get("field_list") or "").split()
        if not _NAME.fullmatch(name):
            return ()
        if selected := _SELECTED.match(str(inputs.get("query") or "")):
            only = re.split(r"[\s,]+", selected[1].strip())
        records = {"name": name, "type": "array", "properties": list_outputs(name, only)}
        return [records, {"name": "list_size", "label": "List size", "type": "integer"}]

    def _query(self, inputs: Mapping[str, Any], where: str) -> AppRequest:
        listed = [each.strip() for each in str(inputs.get("field_list") or "").split("\n")]
        names = ", ".join(filter(None, listed)) or "FIELDS(ALL)"
        text = f"SELECT {names} FROM {_object(inputs)}"  # noqa: S608 (Salesforce reads it)
        text = f"{text} WHERE {where}" if where else text
        if not _LIMITED.search(text):
            text = f"{text} LIMIT {_limit(inputs)}"
        return AppRequest(method="GET", path=self.path, params={"q": text})

    def shape_output(self, inputs: Mapping[str, Any], answer: Any) -> Any:
        found = [_plain(each) for each in answer["records"]]
        name = _object(inputs) or (answer["records"] or [{}])[0].get("attributes", {}).get("type")
        return {str(name): found, "list_size": len(found)}


class _SearchByFields(_Search):
    """Find records whose fields have these values."""

    def _list_more(self, name: str) -> Sequence[Mapping[str, Any]]:
        return [*_LIMITS, *self._list_fields(name, sets=False)]

    def request_typed(self, inputs: Mapping[str, Any], types: Mapping[str, str]) -> AppRequest:
        clauses = [
            f"{name} = {write_literal(value, types.get(name, ''))}"
            for name, value in _fields(inputs).items()
            if value != ""
        ]
        return self._query(inputs, " AND ".join(clauses))


class _SearchByQuery(_Search):
    """Find records by what stands behind WHERE in SOQL, or by a whole query."""

    def _list_more(self, name: str) -> Sequence[Mapping[str, Any]]:
        hint = "What stands behind WHERE, for example Amount > 1000 AND IsClosed = false."
        return [*read_inputs(f"query: lines | SOQL query | {hint}"), *_LIMITS]

    def request_typed(self, inputs: Mapping[str, Any], types: Mapping[str, str]) -> AppRequest:
        text = str(inputs.get("query") or "").strip()
        if re.match(r"SELECT\b", text, re.IGNORECASE):
            return AppRequest(method="GET", path=self.path, params={"q": text})
        if re.match(r"(ORDER\s+BY|LIMIT)\b", text, re.IGNORECASE):
            request = self._query({**inputs, "limit": None}, "")
            plain = _LIMITED.sub("", request.params["q"]).strip()
            limited = "" if _LIMITED.search(text) else f" LIMIT {_limit(inputs)}"
            return replace(request, params={"q": f"{plain} {text}{limited}"})
        return self._query(inputs, re.sub(r"^WHERE\b\s*", "", text, flags=re.IGNORECASE))


class _Get(_OfObject):
    """Read a record by its id."""

    def describe_output(self, inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        from simulator.systems.apps.salesforce.known_fields import list_outputs

        return list_outputs(_object(inputs))

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        return AppRequest(method="GET", path=_path(_object(inputs), inputs.get("id") or ""))

    def output(self, answer: Any) -> Any:
        return _plain(answer)


class _Create(_OfObject):
    """Create a record."""

    def _list_more(self, name: str) -> Sequence[Mapping[str, Any]]:
        return self._list_fields(name, needs=True)

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        return AppRequest(method="POST", path=_path(_object(inputs)), json=_fields(inputs))

    def output(self, answer: Any) -> Any:
        return _with_id(answer)


class _Update(_OfObject):
    """Change a record, which its id names."""

    def _list_more(self, name: str) -> Sequence[Mapping[str, Any]]:
        return [_ID, *self._list_fields(name)]

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        path = _path(_object(inputs), inputs.get("id") or "")
        return AppRequest(method="PATCH", path=path, json=_fields(inputs))

    def shape_output(self, inputs: Mapping[str, Any], answer: Any) -> Any:
        return _with_id({"id": inputs.get("id"), "success": True})


class _Upsert(_OfObject):
    """Change the record that has a value in a field, or create it."""

    def _list_more(self, name: str) -> Sequence[Mapping[str, Any]]:
        hint = "API name of the field that tells records apart; Id where nothing is said."
        key = read_inputs(f"query_field.primary_key: | Primary key | {hint}\nid: | Record ID")
        return [*key, *self._list_fields(name)]

    def describe_output(self, inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        return [*_GIVEN, {"name": "created", "label": "Created", "type": "boolean"}]

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        named = inputs.get("query_field")
        key = str((named.get("primary_key") if isinstance(named, Mapping) else named) or "Id")
        fields = {**_fields(inputs), "Id": inputs.get("id")}
        value = fields.pop(key, None)
        fields.pop("Id", None)
        path = _path(_object(inputs), key, "" if value is None else value)
        return AppRequest(method="PATCH", path=path, json=fields)

    def output(self, answer: Any) -> Any:
        return _with_id(answer)


class _Delete(_OfObject):
    """Delete a record, which its id names."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        return AppRequest(method="DELETE", path=_path(_object(inputs), inputs.get("id") or ""))

    def shape_output(self, inputs: Mapping[str, Any], answer: Any) -> Any:
        return _with_id({"id": inputs.get("id"), "success": True})


class _Describe(_OfObject):
    """Say which fields an object has."""

    def _list_more(self, name: str) -> Sequence[Mapping[str, Any]]:
        return ()

    def describe_output(self, inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        return read_outputs(
            "name label labelPlural keyPrefix custom:boolean fields[].name fields[].label "
            "fields[].type fields[].nillable:boolean fields[].picklistValues[].value"
        )

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        return AppRequest(method="GET", path=f"{_path(_object(inputs))}/describe")


def _plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record's fields, and those of records in it, without their attributes."""
    return {
        name: _plain(value) if isinstance(value, Mapping) else value
        for name, value in record.items()
        if name != "attributes"
    }


def _with_id(answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return an answer whose id recipes read as `id` and as `Id`."""
    return {**answer, "Id": answer.get("id")}


@dataclass(frozen=True)
class _Kind:
    """What an action is made of."""

    name: str
    title: str
    kind: type[Action]
    method: str = "GET"
    path: str = f"{ROOT}/query"


_KINDS = (
    _Kind("search_sobjects", "Search records", _SearchByFields),
    _Kind("search_sobjects_soql", "Search records using SOQL query", _SearchByQuery),
    _Kind("search_sobjects_soql_v2", "Search records using SOQL query (V2)", _SearchByQuery),
    _Kind("get_custom_object", "Get record details by ID", _Get),
    _Kind("create_custom_object", "Create record", _Create, "POST", f"{ROOT}/sobjects"),
    _Kind("update_sobject", "Update record", _Update, "PATCH", f"{ROOT}/sobjects"),
    _Kind("upsert_sobject", "Upsert record", _Upsert, "PATCH", f"{ROOT}/sobjects"),
    _Kind("delete_sobject", "Delete record", _Delete, "DELETE", f"{ROOT}/sobjects"),
    _Kind("get_sobject_schema", "Get object schema", _Describe, "GET", f"{ROOT}/sobjects"),
)
ACTIONS: dict[str, Action] = {
    each.name: each.kind(
        name=each.name,
        title=each.title,
        method=each.method,
        path=each.path,
        takes_any_input=True,
        scopes=("api",),
    )
    for each in _KINDS
}


PRODUCTION, SANDBOX = "https://login.salesforce.com", "https://test.salesforce.com"
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"


def _read_error(members: Mapping[str, Any]) -> str:
    """A list of `{message, errorCode}` at the API, and the members of RFC 6749 beside."""
    listed = members.get("") or ()
    found = [str(each.get("message", "")).strip() for each in listed if isinstance(each, dict)]
    return "; ".join(found) or str(members.get("error_description", ""))


CONNECTOR = Connector(
    provider="salesforce",
    name="Salesforce",
    host_field=HostField(
        label="Salesforce custom domain URL",
        hint=(
            "The My Domain of your org, such as https://your-domain.my.salesforce.com. Leave it "
            "empty to sign in where Sandbox says."
        ),
        placeholder="https://your-domain.my.salesforce.com",
        pattern=rf"(?i)https://((login|test)|{_LABEL}(\.(sandbox|develop|scratch))?\.my)\.salesforce\.com",
        error=(
            "Salesforce custom domain URL must have the format "
            "https://your-domain.my.salesforce.com, with no path; or leave it empty."
        ),
        scheme="https://",
    ),
    input_names={"custom_login_url": "host", "api_scope": "scopes"},
    host_choice=HostChoice(
        name="sandbox",
        label="Sandbox",
        hint="Whether people sign in to a sandbox, at test.salesforce.com.",
        options={"No": PRODUCTION, "Yes": SANDBOX},
    ),
    authorize_url="/services/oauth2/authorize",
    token_url="/services/oauth2/token",
    revoke_url="/services/oauth2/revoke",
    client_errors=("invalid_client", "invalid_client_id"),
    scopes=(
        *("full", "api", "web", "id", "openid", "profile", "email", "address", "phone"),
        *("chatter_api", "custom_permissions", "content", "lightning"),
        *("refresh_token", "offline_access"),
    ),
    required_scopes=(),
    default_scopes=("full",),
    always_scopes=("id", "api", "refresh_token"),
    client_page="Setup > External Client App Manager",
    clients_path="/setup/apps",
    client_id_label="Consumer key",
    client_secret_label="Consumer secret",
    actions=ACTIONS,
    read_error=_read_error,
    grants_page="OAuth Connected Apps in your personal settings",
    api_url_member="instance_url",
    account_endpoints=(
        AccountEndpoint(
            path="/services/oauth2/userinfo",
            scopes=frozenset({"id"}),
            members=("name", "preferred_username", "email"),
        ),
    ),
)
