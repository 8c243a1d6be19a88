"""Which requests a Coupa instance serves: what incidents strike, and what may be asked for."""

from collections.abc import Iterator

from simulator.installed_apps import Traffic


def _parameters() -> Iterator[tuple[str, tuple[str, ...]]]:
    from simulator.systems.apps.coupa.schemas import NewRequisition  # brings in pydantic

    # Coupa, "Querying options"; the others are the resources' own.
    yield "GET /api/*", ("limit", "offset", "fields", "order_by", "dir", "status")
    yield "GET /api/*", ("return_object", "filter", "exported")
    fields = NewRequisition.model_fields.items()
    yield "POST /api/*", tuple(field.alias or name for name, field in fields)


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
