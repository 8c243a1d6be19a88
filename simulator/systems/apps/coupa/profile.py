"""What makes the kit's pages, refusals and sentences those of Coupa."""

from simulator.systems.apps._kit.profile import Profile
from simulator.systems.apps.coupa.api_errors import api_error
from simulator.systems.apps.coupa.connector import CONNECTOR
from simulator.systems.apps.coupa.dialect import DIALECT
from simulator.systems.apps.coupa.labels import LABELS
from simulator.systems.apps.coupa.traffic import TRAFFIC

PROFILE = Profile(
    connector=CONNECTOR,
    dialect=DIALECT,
    traffic=TRAFFIC,
    templates="coupa",
    labels=LABELS,
    clients_path="/oauth2/clients",
    not_an_admin="Only Coupa admins can open Setup. Sign in as an admin, or ask one.",
    api_error=lambda status, sentence, headers: api_error(status, {"error": [sentence]}, headers),
)
