"""The SAML identity providers of a workspace, set up by their metadata."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from simulator.control.listing import Name
from simulator.control.models import Body, ResponseModel
from simulator.control.workspace.scope import BELOW, changing, missing, reading
from simulator.db.tables import SamlProvider
from simulator.domain.saml import providers, setups
from simulator.errors import FieldError
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Reply, Table
from simulator.world import World

ENDPOINTS = Table(Endpoint, BELOW)
_MISSING = missing("identity provider")
_WRONG = {
    400: "what reads signed XML is not installed here, or the body is not JSON",
    422: "the name is taken, the metadata cannot be read, or a member is unknown",
}


class SamlProviderOut(ResponseModel):
    """An identity provider."""

    id: int
    name: str
    metadata_url: Annotated[str, Field(description="Empty where the metadata was given itself.")]
    entity_id: str
    sso_url: str
    environments: Annotated[list[str], Field(description="Those that sign people in with it.")]
    created_at: datetime
    updated_at: datetime


class SamlProviders(ResponseModel):
    """The identity providers of a workspace, by name."""

    providers: list[SamlProviderOut]


class SaveSamlProvider(Body):
    """An identity provider as it is to be: by the address of its metadata, or the metadata."""

    name: Name
    metadata_url: Annotated[
        str | None,
        Field(description="The sandbox's own has it at `/metadata` of the system `idp`."),
    ] = None
    metadata_xml: str | None = None


@ENDPOINTS.add("GET", "saml/providers", problems=missing())
def list_saml_providers(simulator: Simulator, workspace: int) -> SamlProviders:
    """List a workspace's identity providers, by name."""
    with reading(simulator, workspace) as world:
        found = providers.list_providers(world, workspace)
        return SamlProviders(providers=_to_response(world, found))


@ENDPOINTS.add("GET", "saml/providers/:provider", problems=_MISSING)
def get_saml_provider(simulator: Simulator, workspace: int, provider: int) -> SamlProviderOut:
    """Tell of one identity provider."""
    with reading(simulator, workspace) as world:
        return _to_response(world, [providers.get_provider(world, workspace, provider)])[0]


@ENDPOINTS.add("POST", "saml/providers", problems=missing() | _WRONG)
def create_saml_provider(
    simulator: Simulator, workspace: int, body: SaveSamlProvider
) -> Reply[SamlProviderOut]:
    """Set up an identity provider."""
    with changing(simulator, workspace) as world:
        made = _save(world, workspace, None, body)
        path = f"{CONTROL_PATH}workspaces/{workspace}/saml/providers/{made.id}"
        return Reply(value=made, status=201, location=path)


@ENDPOINTS.add("PUT", "saml/providers/:provider", problems=_MISSING | _WRONG)
def change_saml_provider(
    simulator: Simulator, workspace: int, provider: int, body: SaveSamlProvider
) -> SamlProviderOut:
    """Change an identity provider; its metadata is read once more."""
    with changing(simulator, workspace) as world:
        return _save(world, workspace, provider, body)


@ENDPOINTS.add("DELETE", "saml/providers/:provider", problems=_MISSING)
def delete_saml_provider(simulator: Simulator, workspace: int, provider: int) -> None:
    """Delete an identity provider; environments that use it go back to passwords."""
    with changing(simulator, workspace) as world:
        providers.remove(world, providers.get_provider(world, workspace, provider))


def _save(
    world: World, workspace: int, number: int | None, body: SaveSamlProvider
) -> SamlProviderOut:
    def get() -> SamlProvider | None:
        return None if number is None else providers.get_provider(world, workspace, number)

    name = providers.check_name(world, workspace, body.name, get())
    if (body.metadata_url is None) == (body.metadata_xml is None):
        raise FieldError("metadata_url", "Give either the metadata's address, or `metadata_xml`.")
    if body.metadata_xml is not None:
        found = providers.read_pasted(body.metadata_xml)
    else:
        found = providers.fetch(world, body.metadata_url or "")
    saved = providers.save(
        world,
        workspace,
        name=name,
        metadata_url=body.metadata_url or "",
        found=found,
        edited=get(),  # again: what was read before is committed while the address is asked
    )
    return _to_response(world, [saved])[0]


def _to_response(world: World, found: Sequence[SamlProvider]) -> list[SamlProviderOut]:
    return [
        SamlProviderOut(
            id=each.id,
            name=each.name,
            metadata_url=each.metadata_url,
            entity_id=each.entity_id,
            sso_url=each.sso_url,
            environments=[one.name for one in setups.list_environments_of(world, each)],
            created_at=each.created_at,
            updated_at=each.updated_at,
        )
        for each in found
    ]
