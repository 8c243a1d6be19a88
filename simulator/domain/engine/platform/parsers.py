"""JSON, YAML and CSV by Workato: documents into data, rows into a document."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.platform.job import ActionHandler, JobView
from simulator.domain.engine.tree import Action
from simulator.domain.formulas import FormulaError
from simulator.domain.formulas.values import render_text

_SEPARATORS = {"comma": ",", "tab": "\t", "colon": ":", "semicolon": ";", "pipe": "|", "space": " "}
#: Rows of a document (Workato docs, CSV).
_MOST_ROWS = 50_000


def parse_json(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says, under `document` as well as at the root."""
    text = render_text(inputs.get("document"))
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise FormulaError("The document is not JSON.") from None
    return {"document": document} | (document if isinstance(document, dict) else {})


def parse_yaml(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document says, under `document` as well as at the root."""
    import yaml

    text = render_text(inputs.get("document", inputs.get("yaml")))
    try:
        document = json.loads(json.dumps(yaml.safe_load(text), default=str))
    except (yaml.YAMLError, ValueError, RecursionError):
        raise FormulaError("The document is not YAML.") from None
    return {"document": document} | (document if isinstance(document, dict) else {})


def parse_csv(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rows of a document: `csv.lines`, and `list_size`; the first row names columns.

    Names of inputs and output are our choice, but for what public recipes show.
    """
    rows = list(
        csv.reader(
            io.StringIO(render_text(inputs.get("csv_content", inputs.get("document")))),
            delimiter=_separator(inputs),
        )
    )
    if len(rows) > _MOST_ROWS:
        raise FormulaError(f"A CSV document has {_MOST_ROWS} rows at most.")
    if not rows:
        return {"csv": {"lines": []}, "lines": [], "list_size": 0}
    columns = [name.strip() for name in rows[0]]
    lines = [dict(zip(columns, row, strict=False)) for row in rows[1:]]
    return {"csv": {"lines": lines}, "lines": lines, "list_size": len(lines)}


def create_csv_lines(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document with these rows: `csv_content`; columns are the members of the first."""
    rows = inputs.get("lines", inputs.get("csv_lines"))
    rows = [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
    document = io.StringIO()
    columns = list(rows[0]) if rows else []
    writer = csv.writer(document, delimiter=_separator(inputs), lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([render_text(row.get(name)) for name in columns])
    return {"csv_content": document.getvalue()}


def _separator(inputs: Mapping[str, Any]) -> str:
    written = str(inputs.get("col_sep", inputs.get("column_separator")) or ",")
    separator = _SEPARATORS.get(written.lower(), written)
    if len(separator) != 1:
        raise FormulaError("The column separator of a CSV document is one character.")
    return separator


ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    ("json_parser", "parse_json"): parse_json,
    ("json_parser", "parse_json_v2"): parse_json,
    ("csv_parser", "parse_csv"): parse_csv,
    ("csv_parser", "create_csv_lines"): create_csv_lines,
    ("yaml_parser", "parse_yaml"): parse_yaml,
    # Deprecated, and the same.
    ("utility", "parse_json"): parse_json,
    ("utility", "parse_csv"): parse_csv,
    ("utility", "create_csv_lines"): create_csv_lines,
}
