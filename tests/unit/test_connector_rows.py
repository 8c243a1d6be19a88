"""What became of the versions that custom connectors had in their JSON."""

import base64
import json
from pathlib import Path

import pytest
from sqlalchemy import select, text

from simulator.crypto import Keys
from simulator.db import Database, schema
from simulator.db.tables import ConnectorVersion, PackageAsset

MOMENT = "2026-08-01T10:00:00+00:00"


@pytest.mark.long
@pytest.mark.requirement("API-44", "CORE-1")
def test_versions_of_before_are_rows_with_the_code_that_is_known(tmp_path: Path) -> None:
    """Version 0044 had them without code; one that a package brought had none."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    schema.migrate(db, Keys("a master"), "0044")
    made = {"version": 1, "note": "First", "created_at": MOMENT, "released_at": MOMENT}
    later = {"version": 2, "note": None, "created_at": MOMENT, "released_at": None}
    documents = {
        "a": {"title": "A", "simulator_versions": [made, later]},
        "b": {"note": "As is"},
    }
    with db.engine.begin() as connection:
        connection.execute(text("INSERT INTO workspaces VALUES (1, 'Acme')"))
        connection.execute(
            text(
                "INSERT INTO projects (id, workspace_id, name, description) VALUES (1, 1, 'H', '')"
            )
        )
        for name, document in documents.items():
            for kind, ending, said, content in (
                ("custom_adapter", "json", json.dumps(document), None),
                ("", "rb", None, base64.b64encode(b"{ title: \x00 }").decode()),
            ):
                connection.execute(
                    text(
                        "INSERT INTO package_assets (project_id, zip_name, kind, name, document, "
                        "content, created_at, updated_at) VALUES (1, :file, :kind, :name, :said, "
                        ":content, :now, :now)"
                    ),
                    {
                        "file": f"{name}.custom_adapter.{ending}",
                        "kind": kind,
                        "name": name,
                        "said": said,
                        "content": content,
                        "now": "2026-08-01 10:00:00.000000",
                    },
                )

    schema.prepare(db, lambda: Keys("a master"))

    with db.unit() as session:
        order = ConnectorVersion.connector_id, ConnectorVersion.version_no
        found = [
            (row.version_no, row.note, row.code, row.released_at is None)
            for row in session.scalars(select(ConnectorVersion).order_by(*order))
        ]
        assert found == [
            (1, "First", None, False),
            (2, None, "{ title: \ufffd }", True),
            (1, "As is", "{ title: \ufffd }", False),
        ]
        kept = select(PackageAsset.document).where(PackageAsset.name == "a")
        assert session.scalars(kept.where(PackageAsset.kind != "")).one() == {"title": "A"}
    db.close()
