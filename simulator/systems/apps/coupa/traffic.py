"""Which requests a Coupa instance serves: what incidents strike, and what may be asked for."""

from collections.abc import Iterator

from simulator.installed_apps import Traffic


def _parameters() -> Iterator[tuple[str, tuple[str, ...]]]:
    from simulator.systems.apps.coupa.fields import fields_of
    from simulator.systems.apps.coupa.lists import PARAMETERS
    from simulator.systems.apps.coupa.resources import RESOURCES

    # Coupa, "Querying options"; the others are the resources' own.
    yield "* /api/*", (*PARAMETERS, "exported", "reason")
    for resource in RESOURCES.values():
        names = fields_of(resource.type_name)
        underscored = tuple(name.replace("-", "_") for name in names)
        yield f"* /api/{resource.path}*", (*names, *underscored, "custom-fields")


TRAFFIC = Traffic(
    api=("/api/*",),
    authorize="/oauth2/authorizations/new",
    token="/oauth2/token",
    revoke="/oauth2/token/revoke",
    userinfo="/oauth2/userinfo",
    owner="requested-by.email",
    pages=(
        ("* /", ()),
        ("* /sessions/*", ("login", "password")),
        ("* /oauth2/clients*", ("name", "login", "redirect_uris", "scopes", "grant_type")),
    ),
    parameters=_parameters,
)
