"""Sign-in by SAML, set up with the sandbox's identity provider, and the accounts there."""

from simulator.db.base import normalized
from simulator.db.tables import IdpAccount, IdpApplication, SamlProvider, SamlSetup
from simulator.net.addresses import IDENTITY, IDP, production_host
from simulator.scenarios.seed_context import WORKSPACE_ID, SeedContext
from simulator.systems.idp import signing, sso


def add_rows(context: SeedContext) -> None:
    """Add accounts, identity providers with the sandbox's metadata, and what environments use."""
    _add_accounts(context)
    if context.scenario.saml:
        _add_setups(context)


def _add_accounts(context: SeedContext) -> None:
    for account in context.scenario.identity_provider:
        context.rows.append(
            IdpAccount(
                name=account.name,
                email=account.email,
                normalized_email=normalized(account.email),
                groups=list(dict.fromkeys(account.groups)),
                password_hash=context.world.keys.hash_password(account.password),
                is_active=True,
            )
        )


def _add_setups(context: SeedContext) -> None:
    """With production addresses: ports change."""
    _key, certificate = signing.load_key(context.world)
    names = dict.fromkeys(each.provider for each in context.scenario.saml)
    for number, name in enumerate(names, 1):
        context.rows.append(
            SamlProvider(
                id=number,
                workspace_id=WORKSPACE_ID,
                name=name,
                metadata_url=sso.entity_id(),
                entity_id=sso.entity_id(),
                sso_url=f"https://{production_host(IDP)}/saml/sso",
                certificates=[certificate],
                created_at=context.now,
                updated_at=context.now,
            )
        )
    numbers = {name: number for number, name in enumerate(names, 1)}
    for setup in context.scenario.saml:
        environment_id = context.environments[setup.environment]
        base = f"https://{production_host(IDENTITY)}/saml/{environment_id}"
        context.rows.extend(
            (
                SamlSetup(
                    environment_id=environment_id,
                    provider_id=numbers[setup.provider],
                    is_enabled=True,
                    domains=list(dict.fromkeys(setup.domains)),
                    provisions_users=setup.provisions_users,
                    syncs_groups=setup.syncs_groups,
                    updated_at=context.now,
                ),
                IdpApplication(
                    entity_id=f"{base}/metadata",
                    name=f"Workato ({setup.environment})",
                    acs_url=f"{base}/acs",
                ),
            )
        )
