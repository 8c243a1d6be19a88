"""The shape of a connector and its actions."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from simulator.connectors.app_questions import AccountEndpoint, Discovery, PickList, account_label
from simulator.connectors.auth_types import (
    AUTHORIZATION_CODE,
    AUTHORIZATION_CODE_GRANT,
    AuthType,
)
from simulator.connectors.body_errors import BodyErrors
from simulator.connectors.form_fields import FormField, HostChoice, HostField
from simulator.errors import FieldError
from simulator.validation.parsing import parse_foreign_json

__all__ = [
    "AccountEndpoint",
    "Action",
    "AppRequest",
    "Connector",
    "Discovery",
    "PickList",
    "account_label",
]


@dataclass(frozen=True, kw_only=True)
class AppRequest:
    """An HTTP request that a step wants to make.

    Attributes:
        method: the HTTP method.
        path: below the address of the API, with a slash first; or absolute. May have a query.
        params: the parameters of the query, beside.
        headers: beside those of the connection.
        json: the body, as JSON; None for none.
        form: the body, as a form.
        parts: the body, as parts of a form (RFC 7578).
        body: the body as it is.
        accepts_errors: whether an answer with a status from 400 on fails no step.
        follow: the request that this one is sent for, from the JSON of its answer; the answer of
            that is the step's. None for most.
    """

    method: str
    path: str
    params: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    form: Mapping[str, Any] | None = None
    parts: Mapping[str, Any] | None = None
    body: bytes | None = None
    accepts_errors: bool = False
    follow: "Callable[[Any], AppRequest] | None" = None


@dataclass(frozen=True, kw_only=True)
class Action:
    """One action of a connector.

    Attributes:
        name: the name as recipes write it.
        title: the title as people read it.
        method: the HTTP method.
        path: with `{input}` where an input belongs.
        query: inputs sent in the query string, when given.
        body: input name → the app's name of it, sent as JSON, with dots for members of members.
        wrap: name under which a list answer becomes the step's output.
        takes_any_input: whether inputs may have names of the account's own, such as fields.
        needs: inputs beside those of the path without which it does nothing, dots for members.
        instead: input → other names under which exports give the same.
        scopes: scopes that the app asks for.
        takes_content: whether the app answers with content instead of JSON; the output has it as
            text.
    """

    name: str
    title: str
    method: str
    path: str
    query: tuple[str, ...] = ()
    body: Mapping[str, str] = field(default_factory=dict)
    wrap: str | None = None
    takes_any_input: bool = False
    needs: tuple[str, ...] = ()
    instead: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    scopes: tuple[str, ...] = ()
    takes_content: bool = False

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the HTTP request for these inputs; inputs that are None are left out."""
        given = {name: value for name, value in inputs.items() if value is not None}
        path = re.sub(r"{(\w+)}", lambda m: quote(str(given.get(m[1], "")), safe=""), self.path)
        body: dict[str, Any] = {}
        for name, app_name in self.body.items():
            if name in given:
                *outer, last = app_name.split(".")
                members = body
                for each in outer:
                    members = members.setdefault(each, {})
                members[last] = given[name]
        return AppRequest(
            method=self.method,
            path=path,
            params={name: given[name] for name in self.query if name in given},
            json=body if self.body else None,
        )

    def request_typed(self, inputs: Mapping[str, Any], types: Mapping[str, str]) -> AppRequest:
        """Return the HTTP request, where it depends on what the recipe says the inputs are.

        Args:
            inputs: the inputs of the step.
            types: input → its type, such as `date_time` (`extended_input_schema`).
        """
        return self.request(inputs)

    def describe_inputs(self, inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Return the inputs that depend on others, as schemas of recipes have them.

        Args:
            inputs: the inputs of the step, as the recipe has them.
        """
        return ()

    def describe_output(self, inputs: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
        """Return the fields of the output where they depend on inputs; empty for unknown ones.

        Args:
            inputs: the inputs of the step, as the recipe has them.
        """
        return ()

    def output(self, answer: Any) -> Any:
        """Return the step's output made of the app's JSON answer."""
        return {self.wrap: answer} if self.wrap else answer

    def shape_output(self, inputs: Mapping[str, Any], answer: Any) -> Any:
        """Return the step's output, where it depends on the step's inputs, too."""
        return self.output(answer)

    def read(
        self, inputs: Mapping[str, Any], status: int, content: bytes, headers: Mapping[str, str]
    ) -> Any:
        """Return the step's output made of the status, body and headers of the app's answer.

        Raises:
            FieldError: the answer is none that there is an output for.
        """
        payload = {} if status == 204 else parse_foreign_json(content)
        if payload is None:
            raise FieldError("answer", "answered something else than JSON.")
        return self.shape_output(inputs, payload)


@dataclass(frozen=True, kw_only=True)
class Connector:
    """An app as Workato sees it.

    Addresses are absolute, or paths at the host that the connection names.

    Attributes:
        provider: internal name.
        name: the app's name.
        host_field: where the form asks for the instance; None where the app has one host for all.
        host_choice: a menu beside it, which says where an empty one leads to; None for none.
        fields: what the form asks for besides.
        auth_types: what "Authentication type" offers.
        input_names: Workato's names of members of `input` → the form's own; the scheme of a host
            under such a name may be missing.
        is_elsewhere: whether it is outside of the sandbox: addresses and scopes are whatever the
            form says, and only hosts are asked that the sandbox's owner allowed.
        authorize_url: the URL of the authorization endpoint.
        authorize_parameters: what an authorization request has beside OAuth's own.
        token_parameters: what a token request has beside OAuth's own.
        uses_pkce: whether an authorization code is bound to who asked for it (RFC 7636).
        always_scopes: what it asks for in addition to the connection's scopes.
        default_scopes: what it asks for where the connection has no scopes.
        token_url: the URL of the token endpoint.
        json_tokens: whether token requests are JSON, instead of a form.
        client_errors: what the token endpoint answers when it refuses the client.
        grant_errors: what it answers when it refuses a refresh token.
        scope_parameter: under which name an authorization request has the scopes.
        scope_separator: what stands between them.
        read_tokens: the token response in OAuth's own members (RFC 6749 §5.1), from the app's.
        scopes: what the Scopes drop-down offers.
        required_scopes: what no connection works without.
        client_page: where an admin of the app finds client ID and secret.
        clients_path: the path of that page at an instance, where Workato keeps custom OAuth
            profiles for the app; empty where it does not.
        form_labels: the form's labels of client ID and client secret.
        client_id_label: what the client ID is called there.
        client_secret_label: what the client secret is called there.
        actions: its actions by name.
        inputs: what is known of inputs of actions beside their names: `shorthand.read_inputs`
            reads it.
        outputs: what actions are known to give, for `shorthand.read_outputs`; of an action that
            wraps a list, the fields of its items.
        read_error: the details of a refused request, from the members of its JSON; where that is a
            list, it is the member without a name.
        revoke_url: the URL of the revocation endpoint (RFC 7009); None if the app has none.
        grants_page: where people end by themselves what they allowed; empty if nobody can say.
        discovery: how the address of its API is found; None where the host is that.
        body_errors: how it refuses in an answer with status 200; None where it does not.
        api_url_member: which member of a token response says that address; empty for none.
        account_endpoints: where the app says whose token it is; the first whose scopes are granted
            is asked.
        api_url: the URL of its API, where that is at one address for all; empty where the
            connection's host has it.
        api_hosts: hosts that a custom action may name beside that of the API.
        custom_action_path: what the paths of custom actions are relative to, at the API.
        pick_lists: its pick lists by name.
    """

    provider: str
    name: str
    host_field: HostField | None = None
    host_choice: HostChoice | None = None
    fields: tuple[FormField, ...] = ()
    auth_types: tuple[AuthType, ...] = (AUTHORIZATION_CODE,)
    input_names: Mapping[str, str] = field(default_factory=dict)
    is_elsewhere: bool = False
    authorize_url: str
    authorize_parameters: Mapping[str, str] = field(default_factory=dict)
    token_parameters: Mapping[str, str] = field(default_factory=dict)
    uses_pkce: bool = False
    always_scopes: tuple[str, ...] = ()
    default_scopes: tuple[str, ...] = ()
    token_url: str
    json_tokens: bool = False
    client_errors: tuple[str, ...] = ("invalid_client",)
    grant_errors: tuple[str, ...] = ("invalid_grant",)
    scope_parameter: str = "scope"
    scope_separator: str = " "
    read_tokens: Callable[[dict[str, Any]], dict[str, Any]] = field(default=lambda answer: answer)
    scopes: tuple[str, ...]
    required_scopes: tuple[str, ...]
    client_page: str
    clients_path: str = ""
    form_labels: tuple[str, str] = ("Client ID", "Client secret")
    client_id_label: str = "Client ID"
    client_secret_label: str = "Client secret"
    actions: Mapping[str, Action]
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    read_error: Callable[[Mapping[str, Any]], str] = field(default=lambda members: "")
    revoke_url: str | None = None
    grants_page: str = ""
    discovery: Discovery | None = None
    body_errors: BodyErrors | None = None
    api_url_member: str = ""
    account_endpoints: tuple[AccountEndpoint, ...] = ()
    api_url: str = ""
    api_hosts: tuple[str, ...] = ()
    custom_action_path: str = "/"
    pick_lists: Mapping[str, PickList] = field(default_factory=dict)

    def bound(self, settings: Mapping[str, Any]) -> "Connector":
        """Return what is known of the app of one connection, whose input `settings` is."""
        return self

    def find_auth_type(self, text: str) -> AuthType | None:
        """Return the authentication type with this value, label or other name, or None."""
        named = text.strip().casefold()
        for each in self.auth_types:
            if named in [name.casefold() for name in (each.value, each.label, *each.instead)]:
                return each
        return None

    def auth_type_of(self, settings: Mapping[str, Any]) -> AuthType:
        """Return the authentication type of a connection whose input `settings` is."""
        found = self.find_auth_type(str(settings.get("auth_type", "")))
        own = (each for each in self.auth_types if each.needs_consent)
        return found or next(own, AUTHORIZATION_CODE)

    def header(self, settings: Mapping[str, Any], token: str) -> str:
        """Return the `Authorization` header of a request.

        Args:
            settings: the input of the connection that holds them.
            token: its access token, or what it has in its place.
        """
        if settings.get("auth_type") == AUTHORIZATION_CODE_GRANT:
            return f"Bearer {token}"
        return self.auth_type_of(settings).header(settings, token)

    def converse(self, send: Callable[[AppRequest], Any], request: AppRequest) -> Any:
        """Return the app's answer to a request, before which others may have to be sent.

        Args:
            send: sends one with the connection's token, and returns the answer.
            request: the request of the step.
        """
        answer = send(request)
        if request.follow is None or answer.status_code >= 400:
            return answer
        return send(request.follow(parse_foreign_json(answer.content)))

    @staticmethod
    def url(base: str, address: str) -> str:
        """Return an address as a URL.

        Args:
            base: the connection's host, or the API's base URL.
            address: absolute, or a path there.
        """
        return address if "://" in address else base + address

    def requested_scopes(self, chosen: Sequence[str]) -> list[str]:
        """Return the scopes of an authorization request.

        Args:
            chosen: those of the connection.
        """
        return list(dict.fromkeys((*(chosen or self.default_scopes), *self.always_scopes)))

    def chosen_host(self, option: str) -> str:
        """Return the address that an option of the menu stands for; empty for none."""
        return self.host_choice.options.get(option, "") if self.host_choice else ""

    def typed_host(self, host: str) -> str:
        """Return what the field has where this is the host: nothing if the menu says it."""
        is_chosen = self.host_choice is not None and host in self.host_choice.options.values()
        return "" if is_chosen else host

    def api_url_of(self, answer: Mapping[str, Any]) -> str | None:
        """Return where the API takes the tokens of a response, if the response says so."""
        found = answer.get(self.api_url_member) if self.api_url_member else None
        return found.rstrip("/") if isinstance(found, str) and "://" in found else None

    @property
    def end_of_grant(self) -> str:
        """What becomes of a grant at the app once its connection is given up here."""
        if self.revoke_url:
            return f"{self.name} is told to end it."
        by_hand = (
            f", or until you end it there under {self.grants_page}" if self.grants_page else ""
        )
        return (
            f"{self.name} has no way to be told: what was allowed there lives on until it "
            f"expires{by_hand}."
        )

    def account_endpoint(self, granted: Collection[str]) -> AccountEndpoint | None:
        """Return where the app says whose token it is, given these scopes; None if nowhere."""
        fitting = (each for each in self.account_endpoints if each.scopes <= set(granted))
        return next(fitting, None)

    def host(self, typed: str) -> str:
        """Return the typed host, trimmed, once it has the app's format; empty for an app without.

        Raises:
            FieldError: on `host`, when it has another format.
        """
        field = self.host_field
        if field is None:
            return ""
        value = typed.strip().rstrip("/")
        if not value and self.host_choice:
            return next(iter(self.host_choice.options.values()))
        if not value:
            raise FieldError("host", f"{field.label} is required. {field.hint}")
        if "://" not in value:
            value = field.scheme + value
        if not re.fullmatch(field.pattern, value):
            raise FieldError("host", field.error)
        return value.lower()
