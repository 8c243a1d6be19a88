"""Which requests an instance serves: what incidents strike, and what may be asked for."""

from simulator.installed_apps import Traffic

TRAFFIC = Traffic(
    api=("/api/*",),
    authorize="/oauth/authorize",
    token="/oauth/token",
    revoke="/oauth/revoke",
    owner="owner",
    pages=(("* /sessions/*", ("login", "password")),),
)
