"""How Coupa speaks OAuth."""

from datetime import timedelta

from simulator.systems.apps._kit.dialect import Dialect
from simulator.systems.apps.coupa import scopes

DIALECT = Dialect(
    scopes=scopes.DESCRIPTIONS,
    offline_scope=scopes.OFFLINE_ACCESS,
    usual_scopes=(scopes.COMMON_READ,),
    # The labels of the form (Workato docs, connections).
    grant_types={
        "authorization_code": "Authorization code",
        "client_credentials": "Client credentials",
    },
    code_lifetime=timedelta(seconds=60),
    access_lifetime=timedelta(seconds=86_399),  # as Coupa answers
    parameters_in_query=True,  # as some clients send them
)
