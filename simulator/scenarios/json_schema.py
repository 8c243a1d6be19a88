"""The scenario format as a JSON Schema, for editors that complete and check while one types."""

from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from simulator import installed_apps
from simulator.scenarios.schema import Scenario

_MODE: JsonSchemaMode = "validation"


def json_schema() -> dict[str, Any]:
    """The schema of a scenario with any of the apps that are installed.

    It says which keys there are and what they hold; that names refer to something is checked when a
    scenario is loaded.
    """
    models = {kind: part.MODEL for kind, part in installed_apps.parts("scenario").items()}
    references, whole = models_json_schema(
        [(Scenario, _MODE), *((model, _MODE) for model in models.values())],
        title="A scenario of workato-vua-simulator",
    )
    definitions = whole.pop("$defs")

    def name(model: Any) -> str:
        return str(references[model, _MODE]["$ref"]).rpartition("/")[2]

    for kind, model in models.items():
        definitions[name(model)]["properties"]["kind"] = {"const": kind}
    scenario = definitions.pop(name(Scenario))
    scenario["properties"]["apps"]["items"] = {
        "anyOf": [references[model, _MODE] for model in models.values()]
    }
    definitions.pop("App", None)  # what all apps have in common, which no file holds by itself
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **scenario,
        **whole,
        "$defs": definitions,
    }
