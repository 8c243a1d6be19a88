"""The workspace and what divides it."""

from simulator.db.tables import Environment, Project, Workspace
from simulator.scenarios.plot import WORKSPACE_ID, Plot


def plant(plot: Plot) -> None:
    """Add the workspace, its environments and its projects."""
    scenario = plot.scenario
    plot.rows.append(Workspace(id=WORKSPACE_ID, name=scenario.workspace.name))
    for number, name in enumerate(scenario.environments, 1):
        plot.environments[name] = number
        plot.rows.append(Environment(id=number, workspace_id=WORKSPACE_ID, name=name))
    for number, project in enumerate(scenario.projects, 1):
        plot.projects[project.name] = number
        plot.rows.append(
            Project(
                id=number,
                workspace_id=WORKSPACE_ID,
                name=project.name,
                description=project.description,
            )
        )
