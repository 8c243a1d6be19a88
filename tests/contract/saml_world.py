"""Workato Identity and the sandbox's identity provider, in memory at their production addresses."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from simulator.db.tables import (
    ActivityLog,
    EndUser,
    EndUserGroup,
    Environment,
    GroupMember,
    IdpAccount,
)
from simulator.domain.saml import metadata, providers, setups
from simulator.systems.idp import applications
from tests.contract.browser import Browser
from tests.contract.identity_world import ID, PASSWORD, Identity, email_of, keep_signing_key

IDP = "https://idp.sandbox.example"
#: The environment of the office, and where its responses go.
ENVIRONMENT = 1
ACS = f"{ID}/saml/{ENVIRONMENT}/acs"
ENTITY_ID = f"{ID}/saml/{ENVIRONMENT}/metadata"


@dataclass
class SingleSignOn:
    """An office whose people sign in with the sandbox's identity provider."""

    identity: Identity

    def switch_on(self, **settings: Any) -> None:
        """Set up the identity provider and enforce it; `settings` as in `setups.save`."""
        world = self.identity.world
        keep_signing_key(world, "idp")
        document = self.identity_provider("GET", "/metadata").data
        with world.db.unit() as session:
            environment = session.get_one(Environment, ENVIRONMENT)
            provider = providers.save(
                world,
                environment.workspace_id,
                name="Company login",
                metadata_url=f"{IDP}/metadata",
                found=metadata.read(document),
            )
            chosen: dict[str, Any] = {
                "is_enabled": True,
                "provider": provider,
                "enforced_for": "all",
                "domains": "",
                "provisions_users": False,
                "syncs_groups": False,
            }
            setups.save(world, environment, **(chosen | settings))
            applications.add(world, name="Workato", entity_id=ENTITY_ID, acs_url=ACS)

    def identity_provider(self, method: str, path: str, **options: Any) -> Any:
        """One request of a program to the identity provider."""
        return Browser(self.identity.simulator).request(method, IDP + path, **options)

    def start(self, who: str = "ada", page: str = f"{ID}/login") -> Browser:
        """A browser that has given its e-mail at Workato Identity."""
        browser = Browser(self.identity.simulator).get(page)
        return browser.press("Continue", email=email_of(who))

    def log_in(self, who: str = "ada", page: str = f"{ID}/login") -> Browser:
        """A browser that has logged in at the identity provider, whose answer is not sent yet."""
        browser = self.start(who, page)
        assert browser.url.startswith(f"{IDP}/login"), browser.text
        return browser.press("Log in", username=email_of(who), password=PASSWORD)

    def sign_in(self, who: str = "ada", page: str = f"{ID}/login") -> Browser:
        """A browser that went all the way, wherever that leads."""
        return self.log_in(who, page).press("Continue to Workato")

    def account(self, who: str, **changes: Any) -> None:
        """Change somebody at the identity provider; make them, if they are new there."""
        world = self.identity.world
        self.identity_provider("GET", "/login")  # the directory is filled with its first page
        with world.db.unit() as session:
            own = IdpAccount.normalized_email == email_of(who)
            row = session.scalar(select(IdpAccount).where(own))
            if row is None:
                row = IdpAccount(
                    name=who.title(),
                    email=email_of(who),
                    normalized_email=email_of(who),
                    groups=[],
                    password_hash=world.keys.hash_password(PASSWORD),
                    is_active=True,
                )
                session.add(row)
            for name, value in changes.items():
                setattr(row, name, value)

    def person(self, who: str) -> EndUser | None:
        """The end user, as stored."""
        with self.identity.world.db.unit() as session:
            return session.scalar(select(EndUser).where(EndUser.email == email_of(who)))

    def groups(self, who: str) -> list[str]:
        """The names of somebody's end-user groups."""
        with self.identity.world.db.unit() as session:
            found = (
                select(EndUserGroup.name)
                .join(GroupMember, GroupMember.group_id == EndUserGroup.id)
                .join(EndUser, EndUser.id == GroupMember.end_user_id)
                .where(EndUser.email == email_of(who))
            )
            return sorted(session.scalars(found))

    def audit(self) -> list[tuple[str, dict[str, Any]]]:
        """What the activity audit log says, oldest first: (event, details)."""
        with self.identity.world.db.unit() as session:
            rows = session.scalars(select(ActivityLog).order_by(ActivityLog.id)).all()
            return [(row.event_type, row.details) for row in rows]
