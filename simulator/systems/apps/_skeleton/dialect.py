"""How the app speaks OAuth."""

from datetime import timedelta

from simulator.systems.apps._kit.dialect import Dialect

DIALECT = Dialect(
    scopes={"notes.read": "Read your notes", "offline_access": "Keep this access"},
    offline_scope="offline_access",
    usual_scopes=("notes.read",),
    grant_types={"authorization_code": "Authorization code"},
    code_lifetime=timedelta(minutes=1),
    access_lifetime=timedelta(hours=1),
)
