"""Create, change, copy, restore and delete recipes, and choose their connections."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import select, update

from simulator.db.claim import lock_present
from simulator.db.tables import (
    Connection,
    McpServer,
    McpTool,
    OAuthState,
    Recipe,
)
from simulator.domain import api_endpoints, asset_folders, job_history, recipe_versions
from simulator.domain.engine.steps import name_applications
from simulator.domain.folders import Place
from simulator.domain.packages.model import Asset, PackagedProject
from simulator.domain.packages.refusals import PackageError
from simulator.domain.packages.shapes import check
from simulator.errors import FieldError
from simulator.validation.parsing import NotJson, parse_strict_json
from simulator.world import World

#: What Workato says of a recipe that runs (recorded by its own client, workato-devs/wk).
_RUNNING_CHANGE = "can't modify running recipe"
_RUNNING_DELETE = "Can't change the recipe state: invalid state running"
_LONGEST_NAME = 500
_PLACE = "recipe"


class ChangedMeanwhile(FieldError):
    """Somebody else saved the recipe after the version was read that is to be changed."""

    status = 409

    def __init__(self, seen: int, present: int) -> None:
        message = f"The recipe was changed meanwhile: version {seen} is now version {present}."
        super().__init__("version", message)


def create(
    world: World, place: Place, *, name: str, code: str, config: str | None, description: str
) -> Recipe:
    """Create a recipe; it is stopped.

    Args:
        place: the folder.
        name: for people.
        code: the trigger's block as JSON, with the steps in its `block`.
        config: the applications as JSON, with the connection of each; None for none.
        description: for people.

    Raises:
        FieldError: on the field that is wrong.
    """
    read = _read(code, "[]" if config is None else config)
    return create_recipe(world, place, name=name, description=description, **read)


def create_recipe(
    world: World,
    place: Place,
    *,
    name: str,
    code: dict[str, Any],
    config: list[dict[str, Any]],
    description: str,
) -> Recipe:
    """Create a recipe, as `create` does, of what is no text.

    Args:
        place: the folder.
        name: for people.
        code: the trigger's block.
        config: the applications.
        description: for people.

    Raises:
        FieldError: on the field that is wrong.
    """
    now = world.clock.now()
    recipe = Recipe(
        workspace_id=place.project.workspace_id,
        project_id=place.project.id,
        name=_check_name(name),
        description=description,
        running=False,
        code=code,
        config=config,
        created_at=now,
        updated_at=now,
    )
    _check_connections(world, recipe.workspace_id, config)
    recipe_versions.sign(world, recipe)
    world.db.session.add(recipe)
    world.db.session.flush()
    asset_folders.move(world, recipe, place)
    return recipe


def update_recipe(
    world: World,
    recipe: Recipe,
    *,
    name: str | None = None,
    code: str | None = None,
    config: str | None = None,
    description: str | None = None,
    place: Place | None = None,
) -> None:
    """Change a stopped recipe; None leaves a value unchanged.

    Args:
        recipe: the recipe to change.
        name: for people.
        code: see `create`.
        config: see `create`.
        description: for people.
        place: the folder that it is moved to.

    Raises:
        FieldError: on `running`, when it runs; on `folder_id`, when it is a tool of a server of
            the project that it would leave; on what is wrong otherwise.
    """
    lock(world, recipe)
    if place is not None and place.project.id != recipe.project_id:
        _check_move(world, recipe)
    values: dict[str, Any] = _read(code, config)
    if "config" in values:
        _check_connections(world, recipe.workspace_id, values["config"])
    if name is not None:
        values["name"] = _check_name(name)
    if description is not None:
        values["description"] = description
    recipe_versions.change(world, recipe, **values)
    if place is not None:
        asset_folders.move(world, recipe, place)
        recipe.updated_at = world.clock.now()


def _check_move(world: World, recipe: Recipe) -> None:
    """Refuse to take a tool out of its server's project: all assets of one are in one project."""
    if servers := _name_servers(world, recipe):
        raise FieldError(
            "folder_id",
            f"It is a tool of the MCP server {servers}, and all assets of a server must be in the "
            "same project: remove it there first, or move a copy.",
        )
    if collections := api_endpoints.list_collections(world, recipe):
        names = ", ".join(f"'{each}'" for each in collections)
        raise FieldError(
            "folder_id",
            f"It answers an endpoint of the API collection {names}, whose recipes must be in the "
            "same project: delete the endpoint first, or move a copy.",
        )


def _name_servers(world: World, recipe: Recipe) -> str:
    """Return the names of the servers that a recipe is a tool of, in quotes; empty for none."""
    found = select(McpServer.name).join(McpTool).where(McpTool.recipe_id == recipe.id).distinct()
    return ", ".join(f"'{each}'" for each in world.db.session.scalars(found))


def lock(world: World, recipe: Recipe, seen: int | None = None) -> None:
    """Let nobody else change a recipe until the unit of work ends.

    Args:
        recipe: the recipe to change.
        seen: the version that the change was made for; None for whichever is the present one.

    Raises:
        FieldError: on `running`, when it runs.
        ChangedMeanwhile: its version is another one.
        NotFound: it was deleted meanwhile.
    """
    lock_present(world.db.session, recipe)
    if recipe.running:
        raise FieldError("running", _RUNNING_CHANGE)
    if seen is not None and seen != recipe.version_no:
        raise ChangedMeanwhile(seen, recipe.version_no)


def save_code(
    world: World, recipe: Recipe, code: dict[str, Any], config: list[dict[str, Any]]
) -> None:
    """Give a locked recipe other steps and connections.

    Args:
        recipe: the recipe that `lock` was called for.
        code: the trigger's block, with the steps in its `block`.
        config: the applications, with the connection of each.

    Raises:
        FieldError: on the field that is wrong.
    """
    _check_shape({"code": code, "config": config})
    _check_connections(world, recipe.workspace_id, config)
    recipe_versions.change(world, recipe, code=code, config=name_applications(config))


def restore(world: World, recipe: Recipe, number: int, *, seen: int, note: str = "") -> None:
    """Give a stopped recipe the steps and connections that it had in a version, as a new version.

    Its name and description stay as they are (our choice). A connection that was deleted meanwhile
    has to be chosen again.

    Args:
        recipe: the recipe to change.
        number: the number of the version whose steps it gets.
        seen: the version that it had when somebody decided so.
        note: what is noted of the new version; empty for where it comes from.

    Raises:
        FieldError: on `running`, when it runs.
        ChangedMeanwhile: its version is another one than `seen`.
        NotFound: it has no such version.
    """
    lock(world, recipe, seen)
    found = recipe_versions.get_version(world, recipe, number)
    config = [
        entry if _has_connection(world, recipe, entry) else {**entry, "account_id": None}
        for entry in found.config
    ]
    if recipe_versions.change(world, recipe, code=found.code, config=config):
        note = note or f"Restored from version {number}"
        recipe_versions.comment_on(world, recipe, recipe.version_no, note)


def copy(world: World, recipe: Recipe, place: Place) -> Recipe:
    """Copy a recipe; the copy is stopped, and named after the original (our choice).

    Args:
        recipe: the original.
        place: where the copy is put.
    """
    return create(
        world,
        place,
        name=f"Copy of {recipe.name}"[:_LONGEST_NAME],
        code=json.dumps(recipe.code),
        config=json.dumps(recipe.config),
        description=recipe.description,
    )


def delete(world: World, recipe: Recipe) -> None:
    """Delete a stopped recipe, its versions and API endpoints; its jobs stay in logs, and name it.

    Args:
        recipe: the recipe to delete.

    Raises:
        FieldError: on `running`, when it runs; on `base`, when it is a tool of a server.
        NotFound: somebody else deletes it at the same moment.
    """
    session = world.db.session
    lock_present(session, recipe)
    if recipe.running:
        raise FieldError("running", _RUNNING_DELETE)
    if sentence := explain_no_deletion(world, recipe):
        raise FieldError("base", sentence)
    api_endpoints.delete_of_recipe(world, recipe)
    asset_folders.forget(world, recipe)
    job_history.detach_jobs(world, recipe)
    own = OAuthState.recipe_id == recipe.id
    session.execute(update(OAuthState).where(own).values(recipe_id=None, step=None))
    session.execute(delete_rows(Recipe).where(Recipe.id == recipe.id))
    session.expunge(recipe)


def explain_no_deletion(world: World, recipe: Recipe) -> str:
    """Return why a recipe cannot be deleted now, and what to do; empty where it can.

    Args:
        recipe: the recipe to delete.
    """
    if recipe.running:
        return "It is running: stop it first."
    servers = _name_servers(world, recipe)
    return servers and f"It is a tool of the MCP server {servers}: remove it there first."


def connect(world: World, recipe: Recipe, provider: str, connection: Connection) -> None:
    """Have a stopped recipe use another connection for an app.

    Whether it acts as the end user stays as it was.

    Args:
        recipe: the recipe to change.
        provider: the app's internal name.
        connection: to the app.

    Raises:
        FieldError: on the field that is wrong.
    """
    lock(world, recipe)
    if connection.provider != provider:
        sentence = f"The connection '{connection.name}' is one to {connection.provider}."
        raise FieldError("connection_id", sentence)
    if all(entry.get("provider") != provider for entry in recipe.config):
        raise FieldError("adapter_name", f"The recipe '{recipe.name}' does not use {provider}.")
    config = [
        {**entry, "account_id": connection.id} if entry.get("provider") == provider else entry
        for entry in recipe.config
    ]
    recipe_versions.change(world, recipe, config=config)


def _has_connection(world: World, recipe: Recipe, entry: Mapping[str, Any]) -> bool:
    """Return whether an entry names a connection that there is, or none."""
    number = entry.get("account_id")
    if type(number) is not int:
        return True
    row = world.db.session.get(Connection, number)
    return row is not None and (row.workspace_id, row.provider, row.parent_id) == (
        recipe.workspace_id,
        entry.get("provider"),
        None,
    )


def _check_name(name: str) -> str:
    name = name.strip()
    if not name:
        raise FieldError("name", "can't be blank")
    if len(name) > _LONGEST_NAME:
        raise FieldError("name", f"is too long (maximum is {_LONGEST_NAME} characters)")
    return name


def _read(code: str | None, config: str | None) -> dict[str, Any]:
    """Return what code and config say, those that are given."""
    read: dict[str, Any] = {}
    if code is not None:
        read["code"] = _parse("code", code)
    if config is not None:
        read["config"] = _parse("config", config)
        if not isinstance(read["config"], list):
            raise FieldError("config", "must be a list of objects, one an application")
    _check_shape(read)
    return read


def _check_shape(read: dict[str, Any]) -> None:
    document = {"code": {"keyword": "trigger"}} | read
    asset = Asset(zip_name=_PLACE, kind="recipe", name=_PLACE, document=document)
    project = PackagedProject(name="", description="", folder="", assets=(asset,))
    try:
        check(project, asset)
    except PackageError as error:
        member = "config" if "config" in error.reason else "code"
        raise FieldError(member, error.reason) from None


def _parse(member: str, text: str) -> Any:
    try:
        return parse_strict_json(text.encode("utf-8", "surrogatepass"), "It")
    except NotJson as error:
        raise FieldError(member, str(error)) from None


def _check_connections(
    world: World, workspace_id: int, config: Sequence[Mapping[str, Any]]
) -> None:
    """Refuse a connection that is not there, or of another app."""
    for entry in config:
        number = entry.get("account_id")
        if number is None:
            continue
        found = world.db.session.get(Connection, number) if type(number) is int else None
        if found is None or found.workspace_id != workspace_id or found.parent_id is not None:
            raise FieldError("config", f"has no connection {number} for {entry['provider']}")
        if found.provider != entry["provider"]:
            raise FieldError("config", f"names a connection to {found.provider} for "
                             f"{entry['provider']}")  # fmt: skip
