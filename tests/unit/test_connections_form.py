"""The form of an OAuth 2.0 connection: what may be saved, and the sentence for each field."""

from dataclasses import replace

import pytest

from simulator.connectors.auth_types import AUTHORIZATION_CODE_GRANT
from simulator.db.tables import Collaborator, Connection
from simulator.domain import connection_forms
from simulator.domain.connection_forms import ConnectionForm
from simulator.systems.apps.coupa.connector import CONNECTOR as COUPA
from simulator.world import World
from tests.unit.scenario_world import seeded_world

pytestmark = pytest.mark.requirement("CORE-8")
RIGHT = ConnectionForm(
    name="Coupa for everybody",
    project_id="1",
    auth_type=AUTHORIZATION_CODE_GRANT,
    client_id="known",
    client_secret="s3cret",
    host="https://acme.coupacloud.com",
    scopes=("core.common.read", "core.invoice.read"),
)


@pytest.fixture(scope="module")
def world() -> World:
    """A workspace with one project; nothing is written to it."""
    return seeded_world("minimal")


@pytest.mark.parametrize(
    "field, value, where, sentence",
    [
        ("name", " ", "name", "Enter a name for the connection."),
        ("name", "n" * 101, "name", "A connection name has at most 100 characters."),
        ("project_id", "", "location", "Select the project where the connection is stored."),
        ("project_id", "99", "location", "Select the project where the connection is stored."),
        ("project_id", "²", "location", "Select the project where the connection is stored."),
        ("auth_type", "", "auth_type", "Select Authorization code grant or Client credentials."),
        ("auth_type", "Client credentials", None, ""),
        ("client_id", " ", "client_id", "Enter the client ID. In Coupa it is the client's Ident"),
        ("client_secret", "", "client_secret", "Enter the client secret."),
        ("host", "", "host", "Host is required. For example https://your-instance-name"),
        ("host", "acme.coupacloud.com", "host", "Host must have the format https://"),
        ("host", "http://acme.coupacloud.com", "host", "Host must have the format"),
        ("host", "https://acme.coupacloud.com/api", "host", "Host must have the format"),
        ("host", "https://acme.coupacloud.com.evil.example", "host", "Host must have the format"),
        ("host", "https://evil.example/.coupacloud.com", "host", "Host must have the format"),
        ("host", "https://a@b.coupacloud.com", "host", "Host must have the format"),
        ("host", "https://-acme.coupacloud.com", "host", "Host must have the format"),
        ("host", "https://acme.coupacloud.com\n", None, ""),
        ("host", "https://ACME.coupacloud.com/", None, ""),
        ("scopes", (), "scopes", "Select at least core.common.read: Coupa requires it."),
        ("scopes", ("core.invoice.read",), "scopes", "Select at least core.common.read"),
        ("scopes", ("core.common.read", "x"), "scopes", "Coupa has no scope named x."),
    ],
)
def test_each_wrong_field_has_its_sentence(
    world: World, field: str, value: object, where: str | None, sentence: str
) -> None:
    form = replace(RIGHT, **{field: value})  # type: ignore[arg-type]

    with world.db.unit():
        errors = connection_forms.check_form(world, COUPA, form, None)

    assert list(errors) == ([where] if where else [])
    assert where is None or errors[where].startswith(sentence)


def test_every_wrong_field_is_told_at_once(world: World) -> None:
    empty = ConnectionForm(
        name="", project_id="", auth_type="", client_id="", client_secret="", host="", scopes=()
    )

    with world.db.unit():
        errors = connection_forms.check_form(world, COUPA, empty, None)

    assert list(errors) == [
        "name",
        "location",
        "auth_type",
        "client_id",
        "client_secret",
        "host",
        "scopes",
    ]


def test_a_secret_that_is_stored_need_not_be_typed_again(world: World) -> None:
    stored = Connection(client_secret_sealed="sealed")

    with world.db.unit():
        assert (
            connection_forms.check_form(world, COUPA, replace(RIGHT, client_secret=""), stored)
            == {}
        )


@pytest.mark.parametrize(
    "changes, stays",
    [
        ({"name": "Another name"}, True),
        ({"client_secret": ""}, True),
        ({"host": "https://SMALL.coupacloud.com/"}, True),
        ({"scopes": ("offline_access", "core.requisition.read", "core.common.read")}, True),
        ({"client_id": "another"}, False),
        ({"client_secret": "another"}, False),
        ({"host": "https://other.coupacloud.com"}, False),
        ({"scopes": ("core.common.read",)}, False),
    ],
)
def test_other_oauth_settings_need_a_new_authorization(
    changes: dict[str, object], stays: bool
) -> None:
    world = seeded_world("minimal")
    with world.db.unit() as session:
        saved = session.get_one(Connection, 1)
        form = replace(
            RIGHT,
            client_id=saved.input["client_id"],
            client_secret="",
            host=saved.input["host"],
            scopes=tuple(saved.input["scopes"]),
        )
        builder = session.get_one(Collaborator, 1)
        connection_forms.save(
            world,
            builder,
            saved.environment_id,
            COUPA,
            replace(form, **changes),  # type: ignore[arg-type]
            saved,
        )

        assert saved.connected is stays
        assert (saved.access_token_sealed is not None) is stays
    world.db.close()
