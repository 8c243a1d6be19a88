"""Issue, redeem, rotate and revoke the codes and tokens of one OAuth provider."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import bindparam, delete, insert, select, update

from simulator.clock import has_expired
from simulator.crypto import fingerprint
from simulator.db.base import Base, table_of
from simulator.db.claim import claim
from simulator.db.tables import OAuthCode, OAuthConsent, OAuthToken
from simulator.db.upsert import get_or_create
from simulator.oauth.reading import Reader
from simulator.oauth.refreshing import RefreshPolicy, RefreshRules
from simulator.world import World

#: Makes the text of an access token out of its row, which has no `access_hash` yet.
AccessTokenMaker = Callable[[OAuthToken], str]


#: How many hosts a consent remembers: apps on this machine have a new port each time.
_MOST_HOSTS = 20
_CONSENT = select(OAuthConsent).where(
    OAuthConsent.provider == bindparam("provider"),
    OAuthConsent.client_id == bindparam("client_id"),
    OAuthConsent.subject == bindparam("subject"),
    OAuthConsent.resource == bindparam("resource"),
)
_INSERT_CODE = insert(table_of(OAuthCode))
_INSERT_TOKEN = insert(table_of(OAuthToken))


@dataclass(frozen=True, kw_only=True)
class TokenStore:
    """The codes and tokens of one provider.

    Attributes:
        world: shared by all systems.
        provider: the provider's system name.
        code_lifetime: how long an authorization code can be redeemed.
        access_lifetime: `expires_in` of access tokens.
        refresh_rules: tells what becomes of a refresh token that is used.
        refresh_idle: how long a refresh token that nobody uses can be used; None for ever.
        refresh_prefix: what refresh tokens begin with.
        make_access_token: Workato Identity signs a JWT; by default they are opaque, and say
            nothing by themselves.
        people: the table of the provider's people, where their ids are the subjects.
    """

    world: World
    provider: str
    code_lifetime: timedelta = timedelta(seconds=60)
    access_lifetime: timedelta = timedelta(hours=1)
    refresh_rules: Callable[[], RefreshRules] = field(default=RefreshRules)
    refresh_idle: timedelta | None = None
    refresh_prefix: str = ""
    make_access_token: AccessTokenMaker | None = None
    people: type[Base] | None = None

    @cached_property
    def reader(self) -> Reader:
        """The reader of the provider's codes, tokens and clients."""
        return Reader(self.world.db, self.provider, self.people)

    def store_code(self, code: str, **values: Any) -> None:
        """Store an authorization code (RFC 6749 §4.1.2).

        Args:
            code: its text.
            **values: the columns of `OAuthCode`.
        """
        now = self.world.clock.now()
        row = {
            "code_hash": fingerprint(code),
            "provider": self.provider,
            "expires_at": now + self.code_lifetime,
            **values,
        }
        self.world.db.execute(_INSERT_CODE, row)

    def find_code(self, code: str, client_id: str) -> OAuthCode | None:
        """Return a live code, or None; a replay revokes its tokens (RFC 6749 §4.1.2).

        It is a plain row (`simulator.db.plain`), as are the refresh token and the client.

        Args:
            code: the code as the client sent it.
            client_id: the id of the client.
        """
        row = self.reader.find_code(fingerprint(code))
        if row is None or row.client_id != client_id:
            return None
        if row.used_at is not None:
            self.revoke_family(row.code_hash)
            return None
        return None if has_expired(row.expires_at, self.world.clock.now()) else row

    def issue(
        self,
        *,
        client_id: str,
        subject: str,
        scope: str,
        family: str,
        auth_time: datetime,
        granted_scope: str | None = None,
        resource: str | None = None,
        with_refresh_token: bool = True,
    ) -> dict[str, Any]:
        """Issue an access token, and a refresh token with it (RFC 6749 §5.1).

        Args:
            client_id: to whom.
            subject: for whom.
            scope: the scope of the access token, space-separated.
            family: tokens of one family are revoked together.
            auth_time: when the person signed in.
            granted_scope: of the refresh token, where a refresh asked for less (RFC 6749 §6).
            resource: the RFC 8707 audience.
            with_refresh_token: add a refresh token.

        Returns:
            The token response.
        """
        now, chance = self.world.clock.this_second(), self.world.randomness
        made = self.refresh_prefix + chance.secret("refresh token") if with_refresh_token else ""
        refresh = made or None
        values = {
            "provider": self.provider,
            "client_id": client_id,
            "subject": subject,
            "scope": scope,
            "granted_scope": granted_scope or scope,
            "resource": resource,
            "family": family,
            "refresh_hash": fingerprint(refresh) if refresh else None,
            "auth_time": auth_time,
            "issued_at": now,
            "expires_at": now + self.access_lifetime,
        }
        make = self.make_access_token
        made_for = cast("OAuthToken", SimpleNamespace(**values))  # a row of a session takes longer
        access = make(made_for) if make else chance.secret("access token")
        row = {**values, "access_hash": fingerprint(access)}
        self.world.db.execute(_INSERT_TOKEN, row)
        response: dict[str, Any] = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": int(self.access_lifetime.total_seconds()),
            "scope": scope,
            "created_at": int(now.timestamp()),
        }
        if refresh:
            response["refresh_token"] = refresh
        return response

    def find_access(self, token: str) -> OAuthToken | None:
        """Return an access token if it is live, else None.

        Args:
            token: the token as a client sent it.
        """
        row = self._by(OAuthToken.access_hash == fingerprint(token))
        if row is None or row.revoked_at is not None:
            return None
        return None if has_expired(row.expires_at, self.world.clock.now()) else row

    def find_refresh(self, token: str) -> OAuthToken | None:
        """Return the row of a usable refresh token, or None; reuse revokes its family.

        Args:
            token: the token as a client sent it.
        """
        row = self.reader.find_by_refresh(fingerprint(token))
        if row is None or row.revoked_at is not None:
            return None
        if self._is_used_up(row):
            self.revoke_family(row.family)
            return None
        idle, now = self.refresh_idle, self.world.clock.now()
        return None if idle and has_expired(row.issued_at + idle, now) else row

    def was_used_again(self, token: str) -> bool:
        """Return whether a refresh token was used before, longer ago than its leeway.

        Args:
            token: the token as a client sent it.
        """
        row = self._by(OAuthToken.refresh_hash == fingerprint(token))
        return row is not None and self._is_used_up(row)

    def _is_used_up(self, row: OAuthToken) -> bool:
        """Whether a refresh token was used and may not be used once more (clients race, RFC 9700).

        One that was used while the policy was another one is used up under each that rotates.
        """
        used, rules = row.refresh_used_at, self.refresh_rules()
        if used is None or not rules.brings_new:
            return False
        return has_expired(used + rules.leeway, self.world.clock.now())

    def redeem_code(self, row: OAuthCode) -> bool:
        """Redeem a code, once; a second redemption returns False and revokes the code's tokens.

        Args:
            row: the row of the code.
        """
        return self._use(OAuthCode, row, "used_at", row.code_hash)

    def redeem_refresh_token(self, row: OAuthToken) -> bool:
        """Redeem a refresh token by the policy; return False if another request just did.

        Whoever comes second ends the grant where tokens rotate. The access token beside it lives on
        until it expires, but where the pair is deleted.

        Args:
            row: the row of the token.
        """
        session, now = self.world.db.session, self.world.clock.now()
        match self.refresh_rules().policy:
            case RefreshPolicy.NONE:
                # Its time without use begins anew (`refresh_idle`).
                session.execute(
                    update(OAuthToken).where(OAuthToken.id == row.id).values(issued_at=now)
                )
                return True
            case RefreshPolicy.ROTATE_WITH_LEEWAY:
                # The first use begins the leeway; whoever comes within it is served, too.
                claim(session, row, "refresh_used_at", now, of=OAuthToken)
                return True
            case RefreshPolicy.DELETE_PAIR:
                return claim(session, row, "revoked_at", now, of=OAuthToken)
            case RefreshPolicy.ROTATE:
                return self._use(OAuthToken, row, "refresh_used_at", row.family)

    def _use(self, of: type[Base], row: OAuthCode | OAuthToken, column: str, family: str) -> bool:
        mine = claim(self.world.db.session, row, column, self.world.clock.now(), of=of)
        if not mine:
            self.revoke_family(family)
        return mine

    def find(self, token: str) -> OAuthToken | None:
        """Return the row of an access or refresh token, live or not; None if it is unknown.

        Args:
            token: its text.
        """
        digest = fingerprint(token)
        return self._by((OAuthToken.access_hash == digest) | (OAuthToken.refresh_hash == digest))

    def revoke_family(self, family: str) -> None:
        """Revoke every token that came from one authorization code (RFC 6749 §10.4).

        Args:
            family: the family of the tokens.
        """
        # Several who do so at once wait for each other in the order of the rows: in two orders,
        # two of them could wait for each other.
        ids = self.world.db.session.scalars(
            select(OAuthToken.id)
            .where(OAuthToken.family == family, OAuthToken.revoked_at.is_(None))
            .order_by(OAuthToken.id)
            .with_for_update()
        ).all()
        self.world.db.session.execute(
            update(OAuthToken)
            .where(OAuthToken.id.in_(ids))
            .values(revoked_at=self.world.clock.now())
        )

    def remember_consent(
        self, *, client_id: str, subject: str, resource: str, scope: str, redirect_host: str
    ) -> None:
        """Store a consent, so that the person is not asked again; earlier scopes stay granted.

        Args:
            client_id: to whom.
            subject: by whom.
            resource: the RFC 8707 resource; empty for sign-in alone.
            scope: space-separated.
            redirect_host: where the page said that the answer goes.
        """
        key = {
            "provider": self.provider,
            "client_id": client_id,
            "subject": subject,
            "resource": resource,
        }
        consent = get_or_create(
            self.world.db.session, OAuthConsent, key, scope="", redirect_hosts=[]
        )
        consent.scope = " ".join(sorted({*consent.scope.split(), *scope.split()}))
        others = [host for host in consent.redirect_hosts if host != redirect_host]
        consent.redirect_hosts = [*others, redirect_host][-_MOST_HOSTS:]

    def find_consent(self, client_id: str, subject: str, resource: str) -> OAuthConsent | None:
        """Return a person's stored consent to a client, or None.

        Args:
            client_id: to whom.
            subject: by whom.
            resource: see `remember_consent`.
        """
        key = {"client_id": client_id, "subject": subject, "resource": resource}
        return self.world.db.session.scalar(_CONSENT, {"provider": self.provider, **key})

    def forget_consents(self, client_id: str) -> None:
        """Delete all consents to a client, so that everybody is asked again.

        Args:
            client_id: the id of the client.
        """
        self.world.db.session.execute(
            delete(OAuthConsent).where(
                OAuthConsent.provider == self.provider, OAuthConsent.client_id == client_id
            )
        )

    def forget_consent(self, client_id: str, subject: str) -> None:
        """Delete one person's consent to a client, so that they are asked again.

        Args:
            client_id: the id of the client.
            subject: id of the person.
        """
        self.world.db.session.execute(
            delete(OAuthConsent).where(
                OAuthConsent.provider == self.provider,
                OAuthConsent.client_id == client_id,
                OAuthConsent.subject == subject,
            )
        )

    def forget_client(self, client_id: str) -> None:
        """Delete a client's consents, codes and tokens.

        Args:
            client_id: the id of the client.
        """
        self.forget_consents(client_id)
        self.world.db.session.execute(
            delete(OAuthCode).where(
                OAuthCode.provider == self.provider, OAuthCode.client_id == client_id
            )
        )
        self.world.db.session.execute(
            update(OAuthToken)
            .where(
                OAuthToken.provider == self.provider,
                OAuthToken.client_id == client_id,
                OAuthToken.revoked_at.is_(None),
            )
            .values(revoked_at=self.world.clock.now())
        )

    def _by(self, condition: Any) -> OAuthToken | None:
        return self.world.db.session.scalar(
            select(OAuthToken).where(OAuthToken.provider == self.provider, condition)
        )
