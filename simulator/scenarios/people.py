"""Collaborators, end users, end-user groups, and programs."""

from simulator.crypto import fingerprint
from simulator.db.tables import ApiClient, Collaborator, EndUser, EndUserGroup, GroupMember
from simulator.scenarios.ids import end_user_id, group_id
from simulator.scenarios.seed_context import WORKSPACE_ID, SeedContext


def add_rows(context: SeedContext) -> None:
    """Add both populations, the API clients, and the groups with their members."""
    scenario, keys = context.scenario, context.world.keys
    for number, collaborator in enumerate(scenario.collaborators, 1):
        context.rows.append(
            Collaborator(
                id=number,
                workspace_id=WORKSPACE_ID,
                name=collaborator.name,
                email=collaborator.email,
                password_hash=keys.hash_password(collaborator.password),
                role=collaborator.role,
            )
        )
    for person in scenario.end_users:
        context.rows.append(
            EndUser(
                id=end_user_id(person.email),
                workspace_id=WORKSPACE_ID,
                name=person.name,
                email=person.email,
                password_hash=keys.hash_password(person.password),
                status=person.status,
                invited_at=context.now if person.status == "invited" else None,
                created_at=context.now,
            )
        )
    for number, client in enumerate(scenario.api_clients, 1):
        context.rows.append(
            ApiClient(
                id=number,
                environment_id=context.environments[client.environment],
                name=client.name,
                token_hash=fingerprint(client.token),
                created_at=context.now,
            )
        )
    for group in scenario.groups:
        identifier = group_id(group.environment, group.name)
        context.rows.append(
            EndUserGroup(
                id=identifier,
                environment_id=context.environments[group.environment],
                name=group.name,
                created_at=context.now,
                updated_at=context.now,
            )
        )
        context.rows.extend(
            GroupMember(group_id=identifier, end_user_id=end_user_id(email))
            for email in group.members
        )
