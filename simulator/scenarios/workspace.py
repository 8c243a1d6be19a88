"""The workspace and what divides it."""

from simulator.db.tables import Environment, Project, Workspace
from simulator.domain.collaborator_groups import build_everybody
from simulator.scenarios.seed_context import WORKSPACE_ID, SeedContext


def add_rows(context: SeedContext) -> None:
    """Add the workspace, its environments and its projects."""
    scenario = context.scenario
    context.rows.append(Workspace(id=WORKSPACE_ID, name=scenario.workspace.name))
    context.rows.append(build_everybody(WORKSPACE_ID, context.now))
    for number, name in enumerate(scenario.environments, 1):
        context.environments[name] = number
        context.rows.append(Environment(id=number, workspace_id=WORKSPACE_ID, name=name))
    for number, project in enumerate(scenario.projects, 1):
        context.projects[project.name] = number
        context.rows.append(
            Project(
                id=number,
                workspace_id=WORKSPACE_ID,
                name=project.name,
                description=project.description,
            )
        )
