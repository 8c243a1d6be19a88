"""Who arrives by SAML: made an end user if that is switched on, named, put into their groups.

Workato docs, SAML SSO for Workato Identity: the attributes `workato_end_user_name` and
`workato_end_user_groups` (a list separated by commas).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select

from simulator.clock import has_expired
from simulator.crypto import fingerprint
from simulator.db.base import normalized
from simulator.db.claim import claim
from simulator.db.tables import EndUser, EndUserGroup, GroupMember, SamlAssertion, SamlRequest
from simulator.db.upsert import insert_missing
from simulator.domain import end_user_accounts, end_user_groups, server_access, workspaces
from simulator.domain.saml import requests
from simulator.domain.saml.responses import Assertion, ResponseRefused
from simulator.domain.saml.setups import SingleSignOn
from simulator.errors import FieldError
from simulator.world import World

NAME, GROUPS = "workato_end_user_name", "workato_end_user_groups"
#: Groups that one assertion names, at most (our choice).
_MOST_GROUPS = 500


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A person whom the identity provider signed in.

    Attributes:
        request: the request that was answered; it has the person.
        person: the person.
        is_new: whether they were made an end user just now.
        unknown_groups: names that no group of the environment has: they are ignored.
    """

    request: SamlRequest
    person: EndUser
    is_new: bool
    unknown_groups: Sequence[str]


def claim_response(world: World, sso: SingleSignOn, assertion: Assertion) -> SamlRequest:
    """Let a response be used, which can be done once; returns the request that it answers.

    Args:
        sso: how the environment has people signed in.
        assertion: the assertion as `responses.verify` returns it.

    Raises:
        ResponseRefused: nobody asked for it, it comes too late, or it was used before.
    """
    row = requests.find(world, assertion.in_response_to, sso.environment_id)
    if row is None or row.provider_id != sso.provider_id:
        raise ResponseRefused(
            "It answers no request that was made here (InResponseTo): sign-in begins at Workato "
            "Identity."
        )
    now = world.clock.now()
    if has_expired(row.expires_at, now):
        raise ResponseRefused("It answers a request that has expired.")
    if not claim(world.db.session, row, "answered_at", now):
        raise ResponseRefused("The request that it answers was answered before (InResponseTo).")
    key = {"id_hash": fingerprint(f"{assertion.issuer}\n{assertion.id}")}
    if not insert_missing(world.db.session, SamlAssertion, key, expires_at=assertion.expires_at):
        raise ResponseRefused("This assertion was used before.")
    return row


def admit(world: World, sso: SingleSignOn, assertion: Assertion, request: SamlRequest) -> Arrival:
    """Find or make the person, as the environment's settings have it; refuse before any change.

    Whoever was invited is active from then on: that they have the address is proven (our choice).

    Args:
        sso: how the environment has people signed in.
        assertion: the assertion as `responses.verify` returns it.
        request: the request as `claim_response` returns it.

    Raises:
        ResponseRefused: the person may not sign in here, or cannot be made an end user.
    """
    try:
        email = end_user_accounts.check_email(assertion.email)
        named = [value for value in assertion.attributes.get(NAME, []) if value]
        name = end_user_accounts.check_name(named[0]) if named else ""
    except FieldError as error:
        raise ResponseRefused(f"The NameID or {NAME} cannot be used: {error.message}") from None
    if not sso.is_enforced_for(email):
        raise ResponseRefused(
            f"{email} is of none of the domains for which SAML is enforced: "
            f"{', '.join(sso.domains)}."
        )
    groups = _read_groups(sso, assertion)
    person = _find(world, sso.workspace_id, email)
    is_new = person is None
    if person is None:
        person = _provision(world, sso, name, email)
    elif person.status == "disabled":
        raise ResponseRefused(f"The account of {email} is disabled.")
    if person.status == "invited":
        person.status = "active"
    if name and person.name != name:
        person.name = name
    unknown = [] if groups is None else _sync_groups(world, sso, person, groups)
    request.end_user_id = person.id
    world.db.session.flush()
    return Arrival(request=request, person=person, is_new=is_new, unknown_groups=unknown)


def _find(world: World, workspace_id: int, email: str) -> EndUser | None:
    own = EndUser.workspace_id == workspace_id, EndUser.normalized_email == normalized(email)
    return world.db.session.scalar(select(EndUser).where(*own).order_by(EndUser.id).limit(1))


def _provision(world: World, sso: SingleSignOn, name: str, email: str) -> EndUser:
    if not sso.provisions_users:
        raise ResponseRefused(
            f"{email} is not an end user of Workato Identity. Add them under Workspace admin > "
            "Authentication & Groups > End users, or enable just-in-time provisioning."
        )
    try:
        person = end_user_accounts.create(world, sso.workspace_id, name=name, email=email)
    except FieldError as error:
        raise ResponseRefused(f"{email} cannot be added: {error.message}") from None
    person.status, person.invited_at = "active", None
    if chosen := sso.provisioned_environments:
        person.has_selected_environments = True
        for each in workspaces.list_environments(world, sso.workspace_id):
            if each.id not in chosen:
                server_access.set_environment(world, person, each, is_allowed=False)
    return person


def _read_groups(sso: SingleSignOn, assertion: Assertion) -> dict[str, str] | None:
    """Names of groups in lower case → as they are spelled; None where nothing is to be synced.

    Who comes without the attribute keeps their groups; an empty one takes them (our choice).
    """
    if not sso.syncs_groups or GROUPS not in assertion.attributes:
        return None
    named = (each.strip() for value in assertion.attributes[GROUPS] for each in value.split(","))
    found = {each.lower(): each for each in named if each}
    if len(found) > _MOST_GROUPS:
        raise ResponseRefused(f"{GROUPS} names more than {_MOST_GROUPS} groups.")
    return found


def _sync_groups(
    world: World, sso: SingleSignOn, person: EndUser, named: dict[str, str]
) -> list[str]:
    """Make somebody a member of the environment's groups that are named, and of no others of it.

    Names are compared whatever their case, as nobody can make two groups that differ in it alone.
    Returns the names that no group has.
    """
    session, own = world.db.session, EndUserGroup.environment_id == sso.environment_id
    # SQLite's `lower` knows ASCII alone: a name as it is spelled is found in any case.
    named_so = or_(func.lower(EndUserGroup.name).in_(named), EndUserGroup.name.in_(named.values()))
    after = session.scalars(select(EndUserGroup).where(own, named_so)).all()
    member = GroupMember.group_id == EndUserGroup.id, GroupMember.end_user_id == person.id
    before = session.scalars(
        select(EndUserGroup).join(GroupMember, member[0]).where(own, member[1])
    ).all()
    for group in sorted({*before, *after}, key=lambda each: each.id):
        is_member = group in after
        if is_member != (group in before):
            end_user_groups.set_member(world, group, person, is_member=is_member)
    found = {group.name.lower() for group in after}
    return [spelled for lower, spelled in named.items() if lower not in found]
