"""The database's schema: new, migrated, too new."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from cryptography.fernet import Fernet
from sqlalchemy import select, text

from simulator.crypto import Keys, Purpose, SealError
from simulator.db import Database, app_tables, schema
from simulator.db.tables import (
    AppUser,
    Collaborator,
    Connection,
    EndUser,
    Job,
    McpServer,
    OAuthConsent,
    OAuthState,
    Recipe,
    SignIn,
    SigningKey,
)
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings

pytestmark = pytest.mark.requirement("CORE-1")
MASTER = "a master of these tests"
FIRST_ROWS = (
    "INSERT INTO workspaces VALUES (1, 'Acme')",
    "INSERT INTO environments VALUES (1, 1, 'DEV')",
    "INSERT INTO end_users VALUES ('eu-1', 1, 'Ada', 'ada@x', '', 'active', 4, NULL, :now)",
    "INSERT INTO end_user_groups VALUES ('eug-1', 1, 'Buyers', :now, :now)",
    "INSERT INTO group_members VALUES ('eug-1', 'eu-1')",
    "INSERT INTO oauth_tokens VALUES (1, 'identity', 'c', 'eu-1', 'openid email', NULL, 'family',"
    " 'access', 'refresh', :now, :now, :now, NULL, NULL)",
    "INSERT INTO oauth_clients VALUES (1, 'identity', 'c', :sealed, 'C', '[]', '[]', '[]',"
    " 'client_secret_basic', '{}', :now)",
)

OLD_ROWS = (
    "INSERT INTO workspaces VALUES (1, 'Acme')",
    "INSERT INTO environments VALUES (1, 1, 'Production')",
    "INSERT INTO projects VALUES (1, 1, 'Home', '')",
    "INSERT INTO mcp_servers VALUES "
    "(2107, 'mcps-a', 1, 1, 1, 'Old', '', 'hashed_token', NULL, NULL, '2026-08-01', '2026-08-01')",
)


def test_a_migrated_database_is_the_same_as_a_new_one(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")

    schema.migrate(db, Keys(MASTER))
    assert not schema.prepare(db, lambda: Keys(MASTER))

    everything: Any = [*app_tables.all_metadata(), app_tables.VERSIONS.metadata]
    with db.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), everything) == []
        counting = text("SELECT name FROM sqlite_master WHERE sql LIKE '% AUTOINCREMENT%'")
        assert set(connection.scalars(counting)) == {
            each.name
            for each in app_tables.sorted_tables()
            if each.dialect_options["sqlite"]["autoincrement"]
        }
        assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    db.close()


def test_the_newest_migration_is_the_one_the_code_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(schema.MIGRATIONS))

    assert ScriptDirectory.from_config(config).get_current_head() == schema.HEAD


def test_a_new_database_is_stamped_with_the_newest_version(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'new.db'}")

    schema.prepare(db, lambda: Keys(MASTER))

    with db.engine.connect() as connection:
        found = MigrationContext.configure(connection).get_current_revision()
    assert found == schema.HEAD
    db.close()


def first_version(path: Path) -> None:
    """A database as the first version left it: a member of a group, a token, a client's secret."""
    db = Database(f"sqlite:///{path}")
    schema.migrate(db, Keys(MASTER), "0001")
    fernet = Fernet(base64.urlsafe_b64encode(Keys(MASTER).derive("at-rest")))
    values = {"now": "2026-01-01 00:00:00.000000", "sealed": fernet.encrypt(b"s3cret").decode()}
    with db.engine.begin() as connection:
        for statement in FIRST_ROWS:
            connection.execute(text(statement), values)
    db.close()


def test_a_database_of_the_first_version_is_brought_up_to_date_on_start(tmp_path: Path) -> None:
    """Nobody leaves a group, a refresh token keeps its scope, secrets open for their purpose."""
    first_version(tmp_path / "old.db")
    settings = Settings(database=f"sqlite:///{tmp_path / 'old.db'}", secret_key=MASTER)

    with Simulator(settings) as simulator, simulator.world.db.unit() as session:
        sealed = session.scalar(text("SELECT secret_sealed FROM oauth_clients"))
        assert simulator.world.keys.unseal(Purpose.OAUTH_CLIENT_SECRET, sealed) == "s3cret"
        assert session.scalar(text("SELECT granted_scope FROM oauth_tokens")) == "openid email"
        members = session.execute(text("SELECT group_id, end_user_id FROM group_members")).all()
        assert members == [("eug-1", "eu-1")]


def test_an_old_database_without_its_key_is_left_as_it_is(tmp_path: Path) -> None:
    first_version(tmp_path / "old.db")
    settings = Settings(database=f"sqlite:///{tmp_path / 'old.db'}", secret_key="x" * 32)

    with pytest.raises(SealError, match="sealed with another key"):
        Simulator(settings)

    db = Database(settings.database)
    with db.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == "0001"
    db.close()


def test_rows_of_an_older_database_are_kept_and_get_what_is_new(tmp_path: Path) -> None:
    """A server of the first schema: every address may call it, and nothing is inherited."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    schema.migrate(db, Keys(MASTER), "0001")
    with db.engine.begin() as connection:
        for statement in OLD_ROWS:
            connection.execute(text(statement))

    schema.prepare(db, lambda: Keys(MASTER))

    with db.unit() as session:
        server = session.get_one(McpServer, 2107)
        assert (server.name, server.token_sealed) == ("Old", None)
        assert (server.ip_allow_list, server.ip_deny_list) == ([], [])
        assert server.allow_same_user_token_inheritance is False
    db.close()


FIFTH_ROWS = (
    "INSERT INTO workspaces VALUES (1, 'Acme')",
    "INSERT INTO environments VALUES (1, 1, 'Production')",
    "INSERT INTO projects VALUES (1, 1, 'Home', '')",
    "INSERT INTO recipes (id, workspace_id, project_id, name, description, code, config, "
    "version_no, running, created_at, updated_at) "
    "VALUES (1, 1, 1, 'R', '', '{}', '[]', 1, 1, :now, :now)",
    # Two spellings of one address; and one that SQLite's own lower() would leave as it is.
    "INSERT INTO end_users VALUES ('eu-1', 1, 'Ada', 'Ada@Acme.example', 'x', 'active', :now)",
    "INSERT INTO end_users VALUES ('eu-2', 1, 'Ada', 'ada@acme.example', 'y', 'active', :now)",
    "INSERT INTO end_users VALUES ('eu-3', 1, 'Änne', 'ÄNNE@acme.example', 'z', 'active', :now)",
    "INSERT INTO collaborators VALUES (1, 1, 'Bo', 'Bo@Acme.example', 'x', 'admin')",
    "INSERT INTO app_instances VALUES ('acme.coupacloud.com', 'coupa', 'Coupa')",
    "INSERT INTO app_users VALUES (1, 'acme.coupacloud.com', 'ADA', 'Ada', 'Ada@A.example', 'x', "
    "'user')",
    "INSERT INTO app_users VALUES (2, 'acme.coupacloud.com', 'ada', 'Ada', 'ada@a.example', 'x', "
    "'user')",
)
#: The later ones are of an earlier moment: the clock was moved back in between.
FIFTH_KEYS = ("2030-01-01 00:00:00.000000", "2026-01-01 00:00:00.000000")


@pytest.mark.requirement("CORE-11", "CORE-13")
def test_what_was_added_last_stays_the_last_and_people_are_found(tmp_path: Path) -> None:
    """Keys and jobs of version 0005, made while the clock went back; two spellings of one name."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    schema.migrate(db, Keys(MASTER), "0005")
    with db.engine.begin() as connection:
        for statement in FIFTH_ROWS:
            connection.execute(text(statement), {"now": FIFTH_KEYS[0]})
        for number, moment in enumerate(FIFTH_KEYS):
            values = {"n": f"{9 - number}", "now": moment}
            connection.execute(
                text("INSERT INTO signing_keys VALUES (:n, 'identity', '', :now)"), values
            )
            connection.execute(
                text(
                    "INSERT INTO jobs VALUES (:n, 1, NULL, 'eu-1', 't', 'failed', NULL, '', "
                    ":now, :now)"
                ),
                values,
            )

    schema.prepare(db, lambda: Keys(MASTER))

    with db.unit() as session:
        for table in (SigningKey.kid, Job.id):
            order = table.parent.class_.sequence
            assert session.scalars(select(table).order_by(order)).all() == ["9", "8"]
        found = session.execute(select(EndUser.id, EndUser.normalized_email)).all()
        assert sorted(found) == [
            ("eu-1", "ada@acme.example"),
            ("eu-2", "ada@acme.example"),
            ("eu-3", "änne@acme.example"),
        ]
        assert session.scalars(select(Collaborator.normalized_email)).all() == ["bo@acme.example"]
        names = select(AppUser.normalized_login, AppUser.normalized_email)
        assert session.execute(names).all() == [("ada", "ada@a.example")] * 2
    db.close()


@pytest.mark.requirement("ID-307", "CORE-27")
def test_a_consent_of_before_names_no_host_and_is_asked_for_again(tmp_path: Path) -> None:
    """It stays, with its scopes; nobody is signed in by a cookie of version 0008."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    schema.migrate(db, Keys(MASTER), "0008")
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO oauth_consents (id, provider, client_id, subject, resource, scope, "
                "granted_at) VALUES (1, 'identity', 'c', 'eu-1', '', 'openid', :now)"
            ),
            {"now": FIFTH_KEYS[0]},
        )

    schema.prepare(db, lambda: Keys(MASTER))

    with db.unit() as session:
        consent = session.get_one(OAuthConsent, 1)
        assert (consent.scope, consent.redirect_hosts) == ("openid", [])
        assert session.scalars(select(SignIn)).all() == []
    db.close()


NINTH_ROWS = (
    "INSERT INTO workspaces VALUES (1, 'Acme')",
    "INSERT INTO environments VALUES (1, 1, 'Production')",
    "INSERT INTO projects VALUES (1, 1, 'Home', '')",
)


NINTH_PERSON = (
    "INSERT INTO end_users (id, workspace_id, name, email, normalized_email, password_hash, "
    "status, created_at) VALUES ('eu-1', 1, 'Ada', 'ada@x', 'ada@x', '', 'active', :now)"
)


@pytest.mark.requirement("CONN-4", "USR-20")
def test_connections_of_before_say_whether_somebody_disconnected_them(tmp_path: Path) -> None:
    """Version 0009 had the sentence alone, and children of end users alone."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    schema.migrate(db, Keys(MASTER), "0009")
    reasons = ("Disconnected through the Developer API.", "Coupa refused the access token.", None)
    with db.engine.begin() as connection:
        for statement in NINTH_ROWS:
            connection.execute(text(statement))
        connection.execute(text(NINTH_PERSON), {"now": FIFTH_KEYS[0]})
        for number, reason in enumerate(reasons, 1):
            values = {"id": number, "now": FIFTH_KEYS[0], "why": reason}
            parent, person = (1, "eu-1") if number == len(reasons) else (None, None)
            values |= {"parent": parent, "person": person}
            values["lost"] = FIFTH_KEYS[0] if reason else None
            connection.execute(
                text(
                    "INSERT INTO connections (id, workspace_id, project_id, environment_id, "
                    "provider, name, input, authorization_status, connection_lost_at, "
                    "connection_lost_reason, created_at, updated_at, parent_id, end_user_id) "
                    "VALUES (:id, 1, 1, 1, 'coupa', 'C', '{}', 'success', :lost, :why, :now, :now, "
                    ":parent, :person)"
                ),
                values,
            )

    schema.prepare(db, lambda: Keys(MASTER))

    with db.unit() as session:
        found = session.scalars(select(Connection).order_by(Connection.id)).all()
        assert [one.status for one in found] == ["Disconnected", "Connection lost", "Connected"]
        assert [one.external_id for one in found] == [None, None, "eu-1"]
        assert {(one.account, one.last_used_at, one.created_by) for one in found} == {(None,) * 3}
    db.close()


@pytest.mark.requirement("VUA-14")
def test_a_flow_of_before_says_whether_it_was_denied(tmp_path: Path) -> None:
    """Version 0013 had that at the beginning of the error."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    schema.migrate(db, Keys(MASTER), "0013")
    errors = ("access_denied: No.", "access denied by a proxy", None)
    with db.engine.begin() as connection:
        for statement in NINTH_ROWS:
            connection.execute(text(statement))
        connection.execute(
            text(
                "INSERT INTO connections (id, workspace_id, project_id, environment_id, provider, "
                "name, input, created_at, updated_at) VALUES (1, 1, 1, 1, 'coupa', 'C', '{}', "
                ":now, :now)"
            ),
            {"now": FIFTH_KEYS[0]},
        )
        for error in errors:
            connection.execute(
                text(
                    "INSERT INTO oauth_states (state_hash, connection_id, error, created_at, "
                    "expires_at) VALUES (:hash, 1, :error, :now, :now)"
                ),
                {"hash": str(error), "error": error, "now": FIFTH_KEYS[0]},
            )

    schema.prepare(db, lambda: Keys(MASTER))

    with db.unit() as session:
        found = {(row.error, row.is_denied) for row in session.scalars(select(OAuthState))}
    assert found == {("No.", True), (errors[1], False), (None, False)}
    db.close()


@pytest.mark.requirement("REC-101", "REC-149")
def test_recipes_of_before_say_personalization(tmp_path: Path) -> None:
    """Version 0015 had a key of its own for End user's connection, 0057 no names of providers."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    schema.migrate(db, Keys(MASTER), "0015")
    config = [
        {"provider": "coupa", "account_id": 1, "end_user_connection": True},
        {"provider": "jira", "account_id": 2, "end_user_connection": False},
        {"provider": "logger", "account_id": None},
    ]
    with db.engine.begin() as connection:
        for statement in NINTH_ROWS:
            connection.execute(text(statement))
        connection.execute(
            text(
                "INSERT INTO recipes (id, workspace_id, project_id, name, description, code, "
                "config, version_no, running, created_at, updated_at) VALUES (1, 1, 1, 'R', '', "
                "'{}', :config, 1, 1, :now, :now)"
            ),
            {"config": json.dumps(config), "now": FIFTH_KEYS[0]},
        )

    schema.prepare(db, lambda: Keys(MASTER))

    with db.unit() as session:
        assert session.get_one(Recipe, 1).config == [
            {"provider": "coupa", "account_id": 1, "personalization": True},
            {"provider": "jira", "account_id": 2},
            {"provider": "logger", "account_id": None, "name": "logger"},
        ]
    db.close()


@pytest.mark.requirement("REC-117", "REC-109", "DASH-1")
def test_recipes_of_before_have_the_form_of_exports_and_jobs_no_steps(tmp_path: Path) -> None:
    """Version 0020 had API recipes as recipe functions, and pills without `parameters`."""
    db = Database(f"sqlite:///{tmp_path / 'old.db'}")
    schema.migrate(db, Keys(MASTER), "0020")
    text_pill = "#{_('data.workato_api_platform.trigger.id')}"
    answer = {"result": {"id": text_pill}, "http_status_code": "404"}
    code = {
        "provider": "workato_api_platform",
        "input": {"parameters_schema_json": '[{"name": "id"}]', "result_schema_json": "[]"},
        "block": [{"name": "return_response", "input": answer}],
    }
    with db.engine.begin() as connection:
        for statement in NINTH_ROWS:
            connection.execute(text(statement))
        for table, columns, values in (
            (
                "recipes",
                "id, workspace_id, project_id, name, description, code, config, version_no, "
                "running, created_at, updated_at",
                "1, 1, 1, 'R', '', :code, '[]', 1, 1, :now, :now",
            ),
            (
                "jobs",
                "id, recipe_id, tool, status, ip_address, started_at, completed_at",
                "'j-1', 1, 'T', 'succeeded', '::1', :now, :now",
            ),
        ):
            connection.execute(
                text(f"INSERT INTO {table} ({columns}) VALUES ({values})"),  # noqa: S608  # ours
                {"code": json.dumps(code), "now": FIFTH_KEYS[0]},
            )

    schema.prepare(db, lambda: Keys(MASTER))

    with db.unit() as session:
        recipe = session.get_one(Recipe, 1)
        (job,) = session.scalars(select(Job)).all()
        assert (job.steps, job.calling_job_id, recipe.stubs) == ([], None, [])
        assert job.estimated_tokens is None
        request = {"content_type": "json", "schema": '[{"name": "id"}]'}
        response = {"name": "Response 404", "http_status_code": "404", "body_schema": "[]"}
        assert recipe.code["input"] == {
            "request": request,
            "response": {"content_type": "json", "responses": [response]},
        }
        assert recipe.code["block"][0]["input"] == {
            "response": {"id": "#{_('data.workato_api_platform.trigger.request.id')}"},
            "http_status_code": "404",
        }
    db.close()
