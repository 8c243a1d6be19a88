"""SAML set-up of each environment: the identity provider, and who must use it.

Workato docs, SAML SSO for Workato Identity: switch, identity provider, for which domains it is
enforced, just-in-time provisioning, group syncing. What is enforced of whom is read with every
sign-in, and so remembered.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from simulator import extras
from simulator.db.base import normalized
from simulator.db.claim import lock_present
from simulator.db.remembered import current_version
from simulator.db.tables import Environment, SamlProvider, SamlSetup
from simulator.domain import workspaces
from simulator.errors import FieldError
from simulator.net.addresses import IDENTITY, IDENTITY_HOST
from simulator.world import World

#: Domains that one environment names, at most (our choice).
_MOST_DOMAINS = 100
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,62}")


@dataclass(frozen=True, kw_only=True)
class SingleSignOn:
    """How an environment has people signed in; values that nobody changes.

    Attributes:
        environment_id: the environment's id.
        workspace_id: its workspace's.
        provider_id: the identity provider's.
        provider: its name.
        entity_id: how it calls itself.
        sso_url: where it is asked, HTTP-Redirect.
        certificates: the certificates that may sign, each the text between the PEM lines.
        domains: the domains whose people have to sign in so; empty for all.
        provisions_users: whether people whom nobody added are (just-in-time provisioning).
        provisioned_environments: ids of the environments that these have; empty for all.
        syncs_groups: whether their groups are those that the identity provider names.
    """

    environment_id: int
    workspace_id: int
    provider_id: int
    provider: str
    entity_id: str
    sso_url: str
    certificates: tuple[str, ...]
    domains: tuple[str, ...]
    provisions_users: bool
    provisioned_environments: tuple[int, ...]
    syncs_groups: bool

    def is_enforced_for(self, email: str) -> bool:
        """Return whether somebody with this e-mail address has to sign in so.

        Args:
            email: the e-mail address of the person, as typed.
        """
        return not self.domains or normalized(email).rpartition("@")[2] in self.domains


def list_enabled(world: World) -> tuple[SingleSignOn, ...]:
    """Return how environments that use SAML have people signed in, by environment."""

    def read() -> tuple[SingleSignOn, ...]:
        rows = world.db.session.execute(
            select(SamlSetup, SamlProvider)
            .join(SamlProvider, SamlProvider.id == SamlSetup.provider_id)
            .where(SamlSetup.is_enabled)
            .order_by(SamlSetup.environment_id)
        )
        return tuple(_single_sign_on(setup, provider) for setup, provider in rows)

    session = world.db.session
    return world.remembered.read(session, current_version(session), "saml", read)


def _single_sign_on(setup: SamlSetup, provider: SamlProvider) -> SingleSignOn:
    return SingleSignOn(
        environment_id=setup.environment_id,
        workspace_id=provider.workspace_id,
        provider_id=provider.id,
        provider=provider.name,
        entity_id=provider.entity_id,
        sso_url=provider.sso_url,
        certificates=tuple(provider.certificates),
        domains=tuple(setup.domains),
        provisions_users=setup.provisions_users,
        provisioned_environments=tuple(setup.provisioned_environments),
        syncs_groups=setup.syncs_groups,
    )


def find_for_environment(world: World, environment_id: int) -> SingleSignOn | None:
    """Return how an environment has people signed in; None where it does not use SAML.

    Args:
        environment_id: the environment's id.
    """
    enabled = list_enabled(world)
    return next((each for each in enabled if each.environment_id == environment_id), None)


def find_enforced(
    world: World, email: str, environment_id: int | None, workspace_ids: Collection[int] = ()
) -> SingleSignOn | None:
    """Return how somebody has to sign in; None where their password will do.

    Args:
        email: the e-mail address of the person, in any case.
        environment_id: the id of the MCP server that they are on the way to; None where that is not
            known: then it is the first environment that asks for it (our choice).
        workspace_ids: in which they have an account; empty for whoever has none yet.
    """
    for each in list_enabled(world):
        if workspace_ids and each.workspace_id not in workspace_ids:
            continue
        if environment_id in (None, each.environment_id) and each.is_enforced_for(email):
            return each
    return None


def get_setup(world: World, environment: Environment) -> SamlSetup:
    """Return what is stored of an environment; where nothing is, what a new one begins with.

    Args:
        environment: which.
    """
    found = world.db.session.get(SamlSetup, environment.id)
    return found or SamlSetup(
        environment_id=environment.id,
        is_enabled=False,
        domains=[],
        provisions_users=False,
        provisioned_environments=[],
        syncs_groups=False,
    )


def save(
    world: World,
    environment: Environment,
    *,
    is_enabled: bool,
    provider: SamlProvider | None,
    enforced_for: str,
    domains: str,
    provisions_users: bool,
    syncs_groups: bool,
    provisioned_environments: Sequence[int] = (),
) -> SamlSetup:
    """Store how the end users of an environment sign in.

    Args:
        environment: which.
        is_enabled: whether by SAML at all.
        provider: the identity provider; None for none yet.
        enforced_for: `all` or `selected` domains.
        domains: the selected ones, as typed: separated by commas or blanks.
        provisions_users: see `SingleSignOn`.
        syncs_groups: see `SingleSignOn`.
        provisioned_environments: see `SingleSignOn`.

    Raises:
        FieldError: on `provider`, `enforced_for` or `domains`.
        MissingExtra: the package that reads signed XML is not installed.
        NotFound: somebody else removed the environment or the identity provider meanwhile.
    """
    session = world.db.session
    workspaces.lock(world, environment.workspace_id)
    lock_present(session, environment)
    if provider is not None:
        lock_present(session, provider)
    if is_enabled:
        extras.require("SAML-based sign-in", "signxml")
        if provider is None:
            raise FieldError("provider", "Select an identity provider, or set up a new one.")
    if enforced_for not in ("all", "selected"):
        raise FieldError("enforced_for", "Select 'All domains' or 'Selected domains'.")
    chosen = read_domains(domains) if enforced_for == "selected" else []
    session.get(SamlSetup, environment.id, populate_existing=True)
    row = get_setup(world, environment)
    row.provider_id = provider.id if provider else None
    row.is_enabled, row.domains = is_enabled, chosen
    row.provisions_users, row.syncs_groups = provisions_users, syncs_groups
    row.provisioned_environments = list(provisioned_environments)
    row.updated_at = world.clock.now()
    session.add(row)
    session.flush()
    session.expire(row, ["provider"])
    return row


def read_domains(text: str) -> list[str]:
    """Return the e-mail domains that were typed, each once, in lower case.

    Args:
        text: the text as typed: separated by blanks, commas or semicolons, each with an @ before it
            or without.

    Raises:
        FieldError: on `domains`: there are none or too many, or one cannot be.
    """
    found = list(dict.fromkeys(each for each in re.split(r"[\s,;]+", text.lower()) if each))
    found = list(dict.fromkeys(each.removeprefix("@") for each in found))
    if not found:
        raise FieldError("domains", "Enter at least one domain, such as acme.example.")
    if len(found) > _MOST_DOMAINS:
        raise FieldError("domains", f"At most {_MOST_DOMAINS} domains can be selected.")
    for each in found:
        if not _DOMAIN.fullmatch(each) or len(each) > 253:
            raise FieldError("domains", f"'{each}' is not a domain such as acme.example.")
    return found


def leave_out(world: World, environment: Environment) -> None:
    """Take an environment that goes out of those that provisioned people have.

    Where it is the only one of them, somebody has to select another: none selected means all.

    Args:
        environment: which.

    Raises:
        FieldError: on `environment`: people are provisioned with it alone.
    """
    others = Environment.id != environment.id
    found = select(SamlSetup, Environment.name).join(
        Environment, Environment.id == SamlSetup.environment_id
    )
    own = found.where(others, Environment.workspace_id == environment.workspace_id)
    for setup, name in world.db.session.execute(own).all():
        if environment.id not in setup.provisioned_environments:
            continue
        left = [each for each in setup.provisioned_environments if each != environment.id]
        if not left:
            raise FieldError(
                "environment",
                f"People whom {name} provisions just in time have {environment.name} alone: select "
                "other environments for them under Authentication first.",
            )
        setup.provisioned_environments = left


def list_environments_of(world: World, provider: SamlProvider) -> Sequence[Environment]:
    """Return the environments that sign people in with an identity provider.

    Args:
        provider: which.
    """
    found = select(Environment).join(SamlSetup, SamlSetup.environment_id == Environment.id)
    found = found.where(SamlSetup.provider_id == provider.id, SamlSetup.is_enabled)
    return world.db.session.scalars(found.order_by(Environment.id)).all()


def entity_ids(world: World, environment_id: int) -> tuple[str, str]:
    """Return the service provider's entity id, as it is here and as it is in production.

    Args:
        world: for its addresses.
        environment_id: the environment's id; each is a service provider of its own (our choice).
    """
    return _spellings(world, f"/saml/{environment_id}/metadata")


def acs_urls(world: World, environment_id: int) -> tuple[str, str]:
    """Return the "Single Sign-On URL": where responses are sent to, here and in production.

    Args:
        world: for its addresses.
        environment_id: the environment's id.
    """
    return _spellings(world, f"/saml/{environment_id}/acs")


def _spellings(world: World, path: str) -> tuple[str, str]:
    return f"{world.addresses.base_url(IDENTITY)}{path}", f"https://{IDENTITY_HOST}{path}"
