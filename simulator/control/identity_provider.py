"""The sandbox's SAML identity provider: its accounts, and the applications that it knows."""

from typing import Annotated

from pydantic import Field

from simulator.control.listing import Name, Next, Part, cut
from simulator.control.models import Body, ResponseModel
from simulator.db.tables import IdpAccount
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.systems.idp import accounts, applications
from simulator.web.endpoints import Endpoint, Reply, Table

ENDPOINTS = Table(Endpoint, f"{CONTROL_PATH}identity_provider/")
_NOBODY = {404: "there is no such account"}
_WRONG = {422: "an address or name is none or taken, a group has a comma, or a member is unknown"}

_GROUPS = Field(description="Names of groups that it tells with each sign-in.")
_ACTIVE = Field(description="Whether they can sign in.")


class IdpAccountOut(ResponseModel):
    """Somebody's account at the identity provider."""

    id: int
    name: str
    email: str
    groups: Annotated[list[str], _GROUPS]
    active: Annotated[bool, _ACTIVE]


class IdpAccounts(ResponseModel):
    """A page of the accounts, by name."""

    accounts: list[IdpAccountOut]
    next: Next


class NewIdpAccount(Body):
    """An account, as a scenario's `identity_provider` has it."""

    name: Name
    email: str
    password: Annotated[str, Field(min_length=8, max_length=100)]
    groups: Annotated[list[str], _GROUPS] = []
    active: Annotated[bool, _ACTIVE] = True


class ChangeIdpAccount(Body):
    """What to change; a member that is left out stays."""

    name: Name | None = None
    email: str | None = None
    password: Annotated[str | None, Field(min_length=8, max_length=100)] = None
    groups: Annotated[list[str] | None, _GROUPS] = None
    active: Annotated[bool | None, _ACTIVE] = None


class IdpApplicationOut(ResponseModel):
    """A service provider that people are signed in to, such as Workato Identity."""

    name: str
    entity_id: str
    acs_url: str


class IdpApplications(ResponseModel):
    """The applications, by name."""

    applications: list[IdpApplicationOut]


class NewIdpApplication(Body):
    """A service provider that is made known."""

    name: Name
    entity_id: Annotated[str, Field(description="`entity_id` of an environment's `saml`.")]
    acs_url: Annotated[str, Field(description="`sso_url` of an environment's `saml`.")]


class NamedApplication(Body):
    """Which application."""

    entity_id: str


@ENDPOINTS.add("GET", "accounts")
def list_idp_accounts(simulator: Simulator, query: Part) -> IdpAccounts:
    """List a page of the accounts at the sandbox's identity provider, by name."""
    world = simulator.world
    with world.db.unit():
        accounts.fill(world)
        rows, behind = cut(accounts.list_accounts(world), query)
        return IdpAccounts(accounts=[_to_response(each) for each in rows], next=behind)


@ENDPOINTS.add("POST", "accounts", problems=_WRONG)
def add_idp_account(simulator: Simulator, body: NewIdpAccount) -> Reply[IdpAccountOut]:
    """Give somebody an account at the sandbox's identity provider."""
    world = simulator.world
    with world.db.unit():
        accounts.fill(world)
        made = accounts.save(
            world,
            None,
            name=body.name,
            email=body.email,
            password=body.password,
            groups=body.groups,
            is_active=body.active,
        )
        return Reply(value=_to_response(made), status=201)


@ENDPOINTS.add("PATCH", "accounts/:account", problems=_NOBODY | _WRONG)
def change_idp_account(simulator: Simulator, account: int, body: ChangeIdpAccount) -> IdpAccountOut:
    """Change what the sandbox's identity provider says of somebody, from their next sign-in on."""
    world = simulator.world
    with world.db.unit():
        found = accounts.get(world, account)
        accounts.save(
            world,
            found,
            name=found.name if body.name is None else body.name,
            email=found.email if body.email is None else body.email,
            password=body.password or "",
            groups=found.groups if body.groups is None else body.groups,
            is_active=found.is_active if body.active is None else body.active,
        )
        return _to_response(found)


@ENDPOINTS.add("GET", "applications")
def list_idp_applications(simulator: Simulator) -> IdpApplications:
    """List the service providers that the sandbox's identity provider signs people in to."""
    world = simulator.world
    with world.db.reading():
        return IdpApplications(
            applications=[
                IdpApplicationOut(name=each.name, entity_id=each.entity_id, acs_url=each.acs_url)
                for each in applications.list_applications(world)
            ]
        )


@ENDPOINTS.add(
    "POST", "applications", problems={422: "the entity ID is taken, or a member is wrong"}
)
def add_idp_application(simulator: Simulator, body: NewIdpApplication) -> Reply[IdpApplicationOut]:
    """Make a service provider known to the sandbox's identity provider."""
    world = simulator.world
    with world.db.unit():
        made = applications.add(
            world, name=body.name, entity_id=body.entity_id, acs_url=body.acs_url
        )
        out = IdpApplicationOut(name=made.name, entity_id=made.entity_id, acs_url=made.acs_url)
        return Reply(value=out, status=201)


@ENDPOINTS.add("DELETE", "applications", problems={404: "no application has this entity ID"})
def remove_idp_application(simulator: Simulator, query: NamedApplication) -> None:
    """Have the sandbox's identity provider know a service provider no more."""
    with simulator.world.db.unit():
        applications.remove(simulator.world, query.entity_id)


def _to_response(account: IdpAccount) -> IdpAccountOut:
    return IdpAccountOut(
        id=account.id,
        name=account.name,
        email=account.email,
        groups=list(account.groups),
        active=account.is_active,
    )
