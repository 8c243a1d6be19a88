"""The profile of Google, which the kit's pages and refusals go by."""

from simulator.systems.apps._kit.profile import Profile
from simulator.systems.apps._kit.words import Words
from simulator.systems.apps.google.api.refusals import error_answer
from simulator.systems.apps.google.connector import DRIVE, GOOGLE
from simulator.systems.apps.google.dialect import DIALECT
from simulator.systems.apps.google.labels import LABELS
from simulator.systems.apps.google.provider import GoogleProvider
from simulator.systems.apps.google.scopes import ALIASES, SIGN_IN
from simulator.systems.apps.google.traffic import TRAFFIC

PROFILE = Profile(
    connector=GOOGLE,
    dialect=DIALECT,
    traffic=TRAFFIC,
    labels=LABELS,
    templates="google",
    clients_path=DRIVE.clients_path,
    words=Words(
        heading="Clients",
        grant_type="Authorization",
        secret="Client secret",
        redirect_uris="Authorized redirect URIs",
        scopes="Data access",
        home="Go to your mail",
    ),
    implied_scopes=frozenset({*SIGN_IN, *ALIASES}),
    not_an_admin="Only admins of the organization can open the Google Auth Platform here. Ask one.",
    api_error=lambda status, sentence, headers: error_answer(status, sentence, headers=headers),
    provider=GoogleProvider,
)
