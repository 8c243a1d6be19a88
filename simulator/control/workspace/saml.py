"""Workspace admin > Authentication: how the end users of each environment sign in by SAML."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from simulator.control.models import Body, ResponseModel
from simulator.control.workspace.scope import BELOW, changing, missing, reading
from simulator.db.tables import Environment, SamlProvider
from simulator.domain import workspaces
from simulator.domain.saml import providers, setups
from simulator.errors import FieldError, list_choices
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Table
from simulator.world import World

ENDPOINTS = Table(Endpoint, BELOW)
_MISSING = missing("environment")

_PROVIDER = Field(description="Name of the identity provider; null where none is chosen.")
_DOMAINS = Field(description="E-mail domains whose people have to sign in so; empty for all.")
_PROVISIONS = Field(description="Whether people whom nobody added are, when they sign in (JIT).")
_SYNCS = Field(description="Whether their groups are those that the identity provider names.")
_THEIRS = Field(
    description="Names of the environments that people have who are added so; empty for all."
)


class SamlSetupOut(ResponseModel):
    """How the end users of an environment sign in."""

    environment: Annotated[str, Field(description="The environment's name.")]
    environment_id: int
    enabled: bool
    provider: Annotated[str | None, _PROVIDER]
    domains: Annotated[list[str], _DOMAINS]
    provisions_users: Annotated[bool, _PROVISIONS]
    provisioned_environments: Annotated[list[str], _THEIRS]
    syncs_groups: Annotated[bool, _SYNCS]
    sso_url: Annotated[str, Field(description="Where the identity provider sends people back to.")]
    entity_id: Annotated[str, Field(description="What it calls Workato Identity.")]


class SamlSetups(ResponseModel):
    """How the end users of each environment sign in."""

    saml: list[SamlSetupOut]


class SetSaml(Body):
    """How they are to sign in; what is left out is as in a scenario's `saml`."""

    enabled: bool = True
    provider: Annotated[str | None, _PROVIDER] = None
    domains: Annotated[list[str], _DOMAINS] = []
    provisions_users: Annotated[bool, _PROVISIONS] = True
    provisioned_environments: Annotated[list[str], _THEIRS] = []
    syncs_groups: Annotated[bool, _SYNCS] = True


@ENDPOINTS.add("GET", "saml", problems=missing())
def list_saml(simulator: Simulator, workspace: int) -> SamlSetups:
    """Tell how the end users of each environment sign in."""
    with reading(simulator, workspace) as world:
        found = workspaces.list_environments(world, workspace)
        names = {each.id: each.name for each in found}
        return SamlSetups(saml=[_to_response(world, each, names) for each in found])


@ENDPOINTS.add("GET", "environments/:environment/saml", problems=_MISSING)
def get_saml(simulator: Simulator, workspace: int, environment: int) -> SamlSetupOut:
    """Tell how the end users of one environment sign in."""
    with reading(simulator, workspace) as world:
        found = workspaces.get_environment(world, workspace, environment)
        return _to_response(world, found, _list_names(world, workspace))


@ENDPOINTS.add(
    "PUT",
    "environments/:environment/saml",
    problems=_MISSING
    | {
        400: "what reads signed XML is not installed here, or the body is not JSON",
        422: "there is no such provider or environment, a domain is none, or a member is unknown",
    },
)
def set_saml(simulator: Simulator, workspace: int, environment: int, body: SetSaml) -> SamlSetupOut:
    """Set how the end users of an environment sign in: by SAML, or not (`enabled`).

    Raises:
        FieldError: on `provider`, `domains` or `provisioned_environments`.
    """
    with changing(simulator, workspace) as world:
        found = workspaces.get_environment(world, workspace, environment)
        names = _list_names(world, workspace)
        setups.save(
            world,
            found,
            is_enabled=body.enabled,
            provider=_find_provider(world, workspace, body.provider),
            enforced_for="selected" if body.domains else "all",
            domains=" ".join(body.domains),
            provisions_users=body.provisions_users,
            syncs_groups=body.syncs_groups,
            provisioned_environments=_read_environments(names, body.provisioned_environments),
        )
        return _to_response(world, found, names)


def _list_names(world: World, workspace: int) -> dict[int, str]:
    return {each.id: each.name for each in workspaces.list_environments(world, workspace)}


def _find_provider(world: World, workspace: int, name: str | None) -> SamlProvider | None:
    if name is None:
        return None
    there = providers.list_providers(world, workspace)
    for each in there:
        if each.name == name:
            return each
    known = list_choices(each.name for each in there)
    raise FieldError("provider", f"There is no identity provider '{name}'. {known}")


def _read_environments(names: Mapping[int, str], chosen: list[str]) -> list[int]:
    """Return the ids; none where it is all of them, as the page stores it."""
    if unknown := [each for each in chosen if each not in names.values()]:
        known = list_choices(names.values())
        field = "provisioned_environments"
        raise FieldError(field, f"There is no environment '{unknown[0]}'. {known}")
    ids = [number for number, name in names.items() if name in chosen]
    return [] if len(ids) == len(names) else ids


def _to_response(world: World, environment: Environment, names: Mapping[int, str]) -> SamlSetupOut:
    setup = setups.get_setup(world, environment)
    return SamlSetupOut(
        environment=environment.name,
        environment_id=environment.id,
        enabled=setup.is_enabled,
        provider=setup.provider.name if setup.provider_id and setup.provider else None,
        domains=list(setup.domains),
        provisions_users=setup.provisions_users,
        provisioned_environments=[names[each] for each in setup.provisioned_environments],
        syncs_groups=setup.syncs_groups,
        sso_url=setups.acs_urls(world, environment.id)[0],
        entity_id=setups.entity_ids(world, environment.id)[0],
    )
