"""How long rows are kept that nobody deletes, or how many of them; all of this is our choice.

What a client or a person leaves behind grows with every sign-in and every call. A sweep deletes
what is over, by indexes and some at a time, so that it takes a moment however much there is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select

from simulator.clock import has_expired
from simulator.db.base import Base
from simulator.db.tables import (
    ActivityLog,
    ConnectionAttempt,
    FunctionCall,
    Job,
    McpCancellation,
    McpSession,
    OAuthClient,
    OAuthCode,
    OAuthConsent,
    OAuthState,
    OAuthToken,
    RunningJob,
    RunRequest,
    SamlAssertion,
    SamlRequest,
)
from simulator.net.addresses import IDENTITY
from simulator.world import World

#: How long codes, states, links, sessions and dead tokens stay known: whoever comes back with one
#: is told what became of it, and a replay is recognised.
MEMORY = timedelta(days=1)
#: How long lines of the activity audit log stay (Workato docs, activity audit log).
YEAR = timedelta(days=365)
#: How long an MCP session can be used.
SESSION = timedelta(days=30)
#: How long a refresh token stays whose provider sets it no limit, if nobody uses it.
UNUSED = timedelta(days=400)
#: So many of the newest rows are kept.
MOST_JOBS = 1_000_000
MOST_CANCELLATIONS = 10_000
MOST_RUN_REQUESTS = 1_000
MOST_ACTIVITIES = 1_000_000
MOST_CLIENTS = 10_000
MOST_CONSENTS = 100_000
#: Rows that a rule deletes in one sweep, at most.
AT_ONCE = 10_000


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What of a table is over.

    Attributes:
        what: the rows, for people.
        bound: how long they are kept, or how many of them, for people.
        table: the table that has them.
        over: the condition for what is over, at a simulated moment.
    """

    what: str
    bound: str
    table: type[Base]
    over: Callable[[datetime], ColumnElement[bool]]


def sweep(world: World) -> int:
    """Delete what is over, at most `AT_ONCE` rows by each rule.

    Returns:
        How many rows were deleted.
    """
    now, deleted = world.clock.now(), 0
    for rule in RULES:
        (key,) = rule.table.__mapper__.primary_key
        doomed = select(key).where(rule.over(now)).limit(AT_ONCE)
        swept = world.db.session.execute(
            delete(rule.table).where(key.in_(doomed)).execution_options(synchronize_session=False)
        )
        deleted += swept.rowcount  # type: ignore[attr-defined]  # of a DELETE there is one
    return deleted


def _past(column: Any, since: timedelta) -> Callable[[datetime], ColumnElement[bool]]:
    return lambda now: has_expired(column, now - since)


def _beyond(column: Any, most: int) -> Callable[[datetime], ColumnElement[bool]]:
    """All but the newest rows by a number that grows."""
    newest = select(func.max(column)).scalar_subquery()
    return lambda _now: column <= newest - most


def _attempts(now: datetime) -> ColumnElement[bool]:
    flow = select(OAuthState.state_hash).where(OAuthState.attempt_id == ConnectionAttempt.id)
    return has_expired(ConnectionAttempt.expires_at, now - MEMORY) & ~flow.exists()


def _used_tokens(now: datetime) -> ColumnElement[bool]:
    used = _past(OAuthToken.refresh_used_at, MEMORY)(now)
    return used & has_expired(OAuthToken.expires_at, now - MEMORY)


def _unused_tokens(now: datetime) -> ColumnElement[bool]:
    # A refresh token that none replaces (`RefreshPolicy.NONE`) was issued, in a way, at its use.
    last = _past(OAuthToken.issued_at, UNUSED)(now)
    return has_expired(OAuthToken.expires_at, now - UNUSED) & last


def _lone_tokens(now: datetime) -> ColumnElement[bool]:
    return OAuthToken.refresh_hash.is_(None) & has_expired(OAuthToken.expires_at, now - MEMORY)


def _old_clients() -> Select[Any]:
    """Dynamic registrations behind the newest ones; one with a token is used."""
    own = OAuthClient.provider == IDENTITY, OAuthClient.registration_token_hash.is_not(None)
    newest = select(OAuthClient.id).where(*own).order_by(OAuthClient.id.desc())
    token = select(OAuthToken.id).where(
        OAuthToken.provider == IDENTITY, OAuthToken.client_id == OAuthClient.client_id
    )
    oldest = newest.offset(MOST_CLIENTS - 1).limit(1).scalar_subquery()
    return select(OAuthClient.id).where(*own, OAuthClient.id < oldest, ~token.exists())


def _consents_of_old_clients(_now: datetime) -> ColumnElement[bool]:
    gone = _old_clients().with_only_columns(OAuthClient.client_id)
    return (OAuthConsent.provider == IDENTITY) & OAuthConsent.client_id.in_(gone)


#: In this order: what refers to other rows goes before them.
RULES: tuple[Rule, ...] = (
    Rule(
        what="Flows to an app's consent page (`state`)",
        bound="a day after they expire",
        table=OAuthState,
        over=_past(OAuthState.expires_at, MEMORY),
    ),
    Rule(
        what="Connection setup links, with what became of them",
        bound="a day after they expire",
        table=ConnectionAttempt,
        over=_attempts,
    ),
    Rule(
        what="Authorization codes",
        bound="a day after they expire",
        table=OAuthCode,
        over=_past(OAuthCode.expires_at, MEMORY),
    ),
    Rule(
        what="Tokens whose refresh token was used",
        bound="a day after both are over",
        table=OAuthToken,
        over=_used_tokens,
    ),
    Rule(
        what="Tokens that were revoked",
        bound="a day after that",
        table=OAuthToken,
        over=_past(OAuthToken.revoked_at, MEMORY),
    ),
    Rule(
        what="Access tokens without a refresh token",
        bound="a day after they expire",
        table=OAuthToken,
        over=_lone_tokens,
    ),
    Rule(
        what="Refresh tokens that nobody uses",
        bound="400 days after their access token expired and they were last used",
        table=OAuthToken,
        over=_unused_tokens,
    ),
    Rule(
        what="MCP sessions",
        bound="30 days, or a day after they ended",
        table=McpSession,
        over=lambda now: or_(
            _past(McpSession.created_at, SESSION)(now), _past(McpSession.ended_at, MEMORY)(now)
        ),
    ),
    Rule(
        what="Cancellations of MCP requests",
        bound=f"the newest {MOST_CANCELLATIONS:,}",
        table=McpCancellation,
        over=_beyond(McpCancellation.id, MOST_CANCELLATIONS),
    ),
    Rule(
        what="Jobs under way whose process died",
        bound="a day after they would have timed out",
        table=RunningJob,
        over=_past(RunningJob.deadline, MEMORY),
    ),
    Rule(
        what="Calls of recipe functions whose process died",
        bound="a day after they would have timed out",
        table=FunctionCall,
        over=_past(FunctionCall.deadline, MEMORY),
    ),
    Rule(
        what="Lines of the activity audit log",
        bound="a year, and the newest 1,000,000",
        table=ActivityLog,
        over=lambda now: or_(
            _past(ActivityLog.created_at, YEAR)(now),
            _beyond(ActivityLog.id, MOST_ACTIVITIES)(now),
        ),
    ),
    Rule(
        what="Sign-ins by SAML that were begun",
        bound="a day after they expire",
        table=SamlRequest,
        over=_past(SamlRequest.expires_at, MEMORY),
    ),
    Rule(
        what="Ids of SAML assertions that were accepted",
        bound="a day after they expire",
        table=SamlAssertion,
        over=_past(SamlAssertion.expires_at, MEMORY),
    ),
    Rule(
        what="Jobs (runs of recipes, the log of tool calls)",
        bound=f"the newest {MOST_JOBS:,}",
        table=Job,
        over=_beyond(Job.sequence, MOST_JOBS),
    ),
    Rule(
        what="Requests to run test cases, with what became of each case",
        bound=f"the newest {MOST_RUN_REQUESTS:,}",
        table=RunRequest,
        over=_beyond(RunRequest.id, MOST_RUN_REQUESTS),
    ),
    Rule(
        what="Consents to clients whose registration is over",
        bound="as long as the registration",
        table=OAuthConsent,
        over=_consents_of_old_clients,
    ),
    Rule(
        what="Dynamic registrations of clients (RFC 7591)",
        bound=f"the newest {MOST_CLIENTS:,}, and those with a token",
        table=OAuthClient,
        over=lambda _now: OAuthClient.id.in_(_old_clients()),
    ),
    Rule(
        what="Remembered consents",
        bound=f"the newest {MOST_CONSENTS:,}",
        table=OAuthConsent,
        over=_beyond(OAuthConsent.id, MOST_CONSENTS),
    ),
)
