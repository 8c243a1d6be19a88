"""From Development to Test: what is deployed there."""

import json

from simulator.domain import environments
from tests.tools.api_tour.assets import CODE
from tests.tools.api_tour.recorder import Recorder


def tour(api: Recorder) -> None:
    """Call the endpoints."""
    call, world = api.call, api.simulator.world
    with world.db.unit():
        for name in ("Development", "Test"):
            environments.add(world, 1, name)
    api.act_in("Development")
    place = call("create_folder", {"name": "Reports"})["id"]
    code = json.dumps(CODE)
    call("create_recipe", {"name": "Weekly", "code": code, "folder_id": str(place)})
    build = call("build_project", {"description": "First build"}, id=f"f{place}")["id"]
    call("get_project_build", id=build)
    call("download_project_build", id=build)
    there = "?environment_type=test"
    call("deploy_project_build", {"description": "To be tested"}, there, id=build)
    made = call("deploy_project", {"description": "Again"}, there, id=place)["id"]
    call("get_deployment", id=made)
    call("list_deployments")
