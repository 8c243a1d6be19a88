"""Sign-in by SAML: what admins set up, what is under way, and the sandbox's identity provider."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from simulator.db.base import Base
from simulator.db.tables.people import EndUser


class SamlProvider(Base):
    """An identity provider that environments of a workspace can sign people in with."""

    __tablename__ = "saml_providers"
    __table_args__ = (UniqueConstraint("workspace_id", "name"), {"sqlite_autoincrement": True})

    #: Never given twice: sign-ins name it.
    id: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[int] = mapped_column(ForeignKey("workspaces.id"))
    name: Mapped[str]
    #: Where its metadata was read; empty where it was pasted.
    metadata_url: Mapped[str]
    entity_id: Mapped[str]
    #: Of its single sign-on service, HTTP-Redirect.
    sso_url: Mapped[str]
    #: That may sign, each the text between the PEM lines.
    certificates: Mapped[list[str]]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SamlSetup(Base):
    """How the end users of one environment sign in."""

    __tablename__ = "saml_setups"

    environment_id: Mapped[int] = mapped_column(
        ForeignKey("environments.id", ondelete="CASCADE"), primary_key=True
    )
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("saml_providers.id"))
    is_enabled: Mapped[bool]
    #: E-mail domains that have to sign in by SAML; empty for all.
    domains: Mapped[list[str]]
    provisions_users: Mapped[bool]
    #: Ids of the environments that whoever is provisioned has; empty for all.
    provisioned_environments: Mapped[list[Any]] = mapped_column(default=list)
    syncs_groups: Mapped[bool]
    updated_at: Mapped[datetime]

    provider: Mapped[SamlProvider | None] = relationship()


class SamlRequest(Base):
    """One AuthnRequest: a sign-in that is under way, or was."""

    __tablename__ = "saml_requests"

    #: Of the request's XML.
    id: Mapped[str] = mapped_column(primary_key=True)
    environment_id: Mapped[int] = mapped_column(ForeignKey("environments.id", ondelete="CASCADE"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("saml_providers.id", ondelete="CASCADE"))
    #: Fingerprint of what the cookie of the browser holds that began.
    browser_hash: Mapped[str]
    #: The page that it asked for.
    target: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    #: When a response to it was accepted.
    answered_at: Mapped[datetime | None]
    #: Whom that response names.
    end_user_id: Mapped[str | None] = mapped_column(
        ForeignKey("end_users.id", ondelete="CASCADE"), index=True
    )
    #: When the browser was signed in.
    finished_at: Mapped[datetime | None]

    end_user: Mapped[EndUser | None] = relationship()


class SamlAssertion(Base):
    """An assertion that was accepted: it is not accepted again."""

    __tablename__ = "saml_assertions"

    #: Fingerprint of the issuer and the assertion's id.
    id_hash: Mapped[str] = mapped_column(primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class IdpAccount(Base):
    """Somebody who has an account at the sandbox's identity provider."""

    __tablename__ = "idp_accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    #: What a sign-in is compared with; see `normalized`.
    normalized_email: Mapped[str] = mapped_column(unique=True)
    #: What it says of them in `workato_end_user_groups`.
    groups: Mapped[list[str]]
    password_hash: Mapped[str]
    is_active: Mapped[bool]


class IdpApplication(Base):
    """A service provider that the sandbox's identity provider signs people in to."""

    __tablename__ = "idp_applications"

    entity_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    #: Where responses are sent.
    acs_url: Mapped[str]
