"""What the form of a connection asks for, as a schema: a program gives the same as `input`."""

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.connectors import CONNECTORS, Connector
from simulator.connectors.form_fields import ChoiceField, HostField
from simulator.domain.engine.platform import ACTIONS
from simulator.domain.engine.steps import TRIGGER_NAMES
from simulator.errors import NotFound

Fields = list[dict[str, Any]]


def describe(provider: str) -> Fields:
    """Return the fields of an app's connection, as schemas of recipes have them.

    Workato's own providers have no connection, and so no field.

    Args:
        provider: the app's internal name.

    Raises:
        NotFound: there is no such app here; the code of custom connectors is not run.
    """
    if provider in CONNECTORS:
        return list(_list_fields(CONNECTORS[provider]))
    if provider in TRIGGER_NAMES or any(owner == provider for owner, _ in ACTIONS):
        return []
    raise NotFound(f"The fields of a connection to '{provider}' are not known here.")


def _list_fields(connector: Connector) -> Iterator[dict[str, Any]]:
    """Yield the fields, each under the name that Workato has for it, where that is known."""
    names = {own: theirs for theirs, own in connector.input_names.items()}
    for each in _list_own(connector):
        yield each | {"name": names.get(each["name"], each["name"])}


def _list_own(connector: Connector) -> Iterator[dict[str, Any]]:
    types = connector.auth_types
    values = [[each.label, *(*each.instead, each.value)[:1]] for each in types]
    yield _text("auth_type", "Authentication type") | {
        "control_type": "select",
        "pick_list": values,
    }
    for auth_type in types:
        for field in auth_type.fields:
            kind = "password" if field is auth_type.secret else "text"
            yield _typed(field.name, field) | {"control_type": kind, "optional": True}
    has_profiles = bool(connector.clients_path)
    has_others = has_profiles or not all(each.has_client for each in types)
    id_label, secret_label = connector.form_labels
    yield _text("client_id", id_label) | {"optional": has_others}
    secret = _text("client_secret", secret_label)
    is_optional = connector.uses_pkce or has_others
    yield secret | {"control_type": "password", "optional": is_optional}
    if (choice := connector.host_choice) is not None:
        flag = {"control_type": "checkbox", "type": "boolean", "optional": True}
        yield _text(choice.name, choice.label) | flag | {"hint": choice.hint}
    if connector.host_field is not None:
        host = _typed("host", connector.host_field)
        yield host | {"optional": connector.host_choice is not None}
    for each in connector.fields:
        shown = _typed(each.name, each)
        if isinstance(each, ChoiceField):
            options = [[label, value] for value, label in each.options.items()]
            shown |= {"control_type": "select", "pick_list": options, "optional": True}
        yield shown
    if connector.is_elsewhere:
        yield _text("scopes", "Scopes") | {"type": "array", "of": "string", "optional": True}
    else:
        scopes = _choice("scopes", "Scopes", connector.scopes)
        yield scopes | {
            "control_type": "multiselect",
            "type": "array",
            "of": "string",
            "optional": not connector.required_scopes,
        }
    if has_profiles:
        number = {"control_type": "number", "type": "integer", "optional": True}
        yield _text("custom_oauth_profile_id", "Custom OAuth profile") | number


def _text(name: str, label: str) -> dict[str, Any]:
    return {
        "control_type": "text",
        "label": label,
        "type": "string",
        "name": name,
        "optional": False,
    }


def _typed(name: str, field: HostField) -> dict[str, Any]:
    return _text(name, field.label) | {"hint": field.hint}


def _choice(name: str, label: str, values: Sequence[str]) -> dict[str, Any]:
    options = [[each, each] for each in values]
    return _text(name, label) | {"control_type": "select", "pick_list": options}
