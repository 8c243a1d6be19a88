"""What the kit has to know of an app, to make its pages, refusals and sentences the app's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from flask import Response

from simulator.connectors.base import Connector
from simulator.installed_apps import PageLabels, Traffic
from simulator.systems.apps._kit.dialect import Dialect
from simulator.systems.apps._kit.provider import AppProvider
from simulator.systems.apps._kit.words import Words


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One app.

    Attributes:
        connector: the connector whose name, and whose words for the place of OAuth clients,
            sentences use.
        dialect: how it speaks OAuth.
        traffic: its routes.
        templates: folder of `base`, which the kit's pages extend, and of those among `login`,
            `consent`, `error`, `clients`, `client`, `client_form` and `client_delete` that the app
            has in a shape of its own.
        labels: what people read on its pages for sign-in and consent.
        clients_path: the path of the pages of OAuth clients.
        words: for OAuth clients, on the kit's pages.
        implied_scopes: what no admin ticks, as it comes along with every sign-in.
        not_an_admin: what a person reads who may not open those.
        api_error: the answer to a refused API request, of status, sentence and further headers.
        provider: the kind of its authorization server.
        refuse_sign_in: why nobody can sign in at one of the instance's hosts; empty if they can.
    """

    connector: Connector
    dialect: Dialect
    traffic: Traffic
    templates: str
    labels: PageLabels
    clients_path: str
    not_an_admin: str
    api_error: Callable[[int, str, Mapping[str, str]], Response]
    words: Words = field(default_factory=Words)
    implied_scopes: frozenset[str] = frozenset()
    provider: type[AppProvider] = AppProvider
    refuse_sign_in: Callable[[str], str] = field(default=lambda host: "")

    @property
    def name(self) -> str:
        """What people call the app."""
        return self.connector.name
