"""Packages for tests: files as a dictionary, made into bytes, a zip or a folder."""

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

Files = Mapping[str, Any]


def to_bytes(files: Files) -> dict[str, bytes]:
    """Return files as bytes: text as it is, everything else as JSON."""
    return {name: _bytes(value) for name, value in files.items()}


def to_zip(files: Files) -> bytes:
    """Return a zip with these files."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in to_bytes(files).items():
            archive.writestr(name, content)
    return written.getvalue()


def to_folder(folder: Path, files: Files) -> Path:
    """Write these files below a folder, and return it."""
    for name, content in to_bytes(files).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value)).encode()


def reference(zip_name: str, name: str = "", folder: str = "") -> dict[str, str]:
    """Return what one asset says of another."""
    return {"zip_name": zip_name, "name": name, "folder": folder}


def pill(provider: str, line: str, *path: str) -> str:
    """Return a field that is one data pill."""
    inner = {"pill_type": "output", "provider": provider, "line": line, "path": list(path)}
    return f"#{{_dp('{json.dumps(inner)}')}}"


#: What `recipe` is called with.
PARAMETER = pill("workato_recipe_function", "start", "parameters", "text")


def recipe(name: str = "Echo", config: Any = (), /, **code: Any) -> dict[str, Any]:
    """Return a recipe function that returns what it is called with, unless `code` says else."""
    trigger = {
        "number": 0,
        "keyword": "trigger",
        "provider": "workato_recipe_function",
        "name": "execute",
        "as": "start",
        "uuid": "00000000-0000-4000-8000-000000000000",
        "input": {
            "parameters_schema_json": json.dumps([{"name": "text", "type": "string"}]),
            "result_schema_json": json.dumps([{"name": "text", "type": "string"}]),
        },
        "block": [
            {
                "number": 1,
                "keyword": "action",
                "provider": "workato_recipe_function",
                "name": "return_result",
                "as": "end",
                "uuid": "00000000-0000-4000-8000-000000000001",
                "input": {"result": {"text": PARAMETER}},
            }
        ],
    }
    return {
        "name": name,
        "description": "",
        "version": 1,
        "private": True,
        "concurrency": 1,
        "code": trigger | code,
        "config": list(config)
        or [{"keyword": "application", "provider": "workato_recipe_function", "account_id": None}],
    }


def connection(name: str, provider: str = "jira") -> dict[str, Any]:
    """Return a connection."""
    return {"name": name, "provider": provider, "root_folder": False}
