"""API collections are called over HTTP, with the key of a client."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.developer_api_world import Program

pytestmark = pytest.mark.requirement("API-33")


def _step(number: int, provider: str, name: str, alias: str, **members: Any) -> dict[str, Any]:
    return {"number": number, "provider": provider, "name": name, "as": alias, **members}


def _pill(path: str) -> str:
    return f"#{{_('data.workato_api_platform.request.{path}')}}"


#: Answers with what it was asked with.
ECHO = _step(
    0, "workato_api_platform", "receive_request", "request", keyword="trigger", uuid="u-0",
    input={
        "request": {
            "content_type": "json",
            "schema": json.dumps(
                [
                    {"name": "id", "type": "string", "label": "Id"},
                    {"name": "count", "type": "integer", "label": "Count", "optional": True},
                ]
            ),
            "headers": [{"name": "X-Guest-Name", "type": "string", "optional": True}],
        },
        "response": {
            "content_type": "json",
            "responses": [
                {
                    "name": "Made",
                    "http_status_code": "201",
                    "body_schema": json.dumps(
                        [
                            {"name": "id", "type": "string"},
                            {"name": "count", "type": "integer"},
                            {"name": "guest", "type": "string"},
                            {"name": "secret", "type": "string"},
                        ]
                    ),
                }
            ],
        },
    },
    block=[
        _step(
            1, "workato_api_platform", "return_response", "answer", keyword="action", uuid="u-1",
            input={
                "http_status_code": "201",
                "response": {
                    "id": _pill("request.id"), "count": _pill("request.count"),
                    "guest": _pill("headers.X-Guest-Name"), "secret": _pill("headers.api-token"),
                },
            },
        )
    ],
)  # fmt: skip
CONFIG = [
    {
        "keyword": "application", "name": "workato_api_platform",
        "provider": "workato_api_platform", "account_id": None,
    }
]  # fmt: skip


class Collection:
    """A collection with one endpoint, `POST things/{id}`, and a client with a key."""

    def __init__(self, simulator: Simulator) -> None:
        self.simulator, self.program = simulator, Program(simulator)
        call = self.program.call
        self.id = call("POST", "api_collections", name="Things", project_id="1")["id"]
        recipe = call(
            "POST", "recipes", name="Echo", folder_id="1", code=json.dumps(ECHO),
            config=json.dumps(CONFIG),
        )["id"]  # fmt: skip
        assert call("PUT", f"recipes/{recipe}/start") == {"success": True}
        members = {"name": "Echo", "method": "POST", "path": "things/{id}", "flow_id": recipe}
        path = f"api_collections/{self.id}/api_endpoints"
        endpoint = self.program.send("POST", path, json=members).get_json()
        self.recipe, self.endpoint, self.url = recipe, endpoint["id"], endpoint["url"]
        assert call("PUT", f"api_endpoints/{self.endpoint}/enable") == {"success": True}
        made = call(
            "POST", "v2/api_clients",
            name="Partner", auth_type="token", project_id=1, api_collection_ids=[self.id],
        )["data"]  # fmt: skip
        self.client = made["id"]
        key = call("POST", f"v2/api_clients/{self.client}/api_keys", name="K", active=True)["data"]
        self.key, self.token = key["id"], key["auth_token"]

    def post(self, place: str = "7", token: str | None = None, **options: Any) -> TestResponse:
        """Call the endpoint."""
        headers = {"api-token": self.token if token is None else token}
        headers |= options.pop("headers", {})
        url = self.url.replace("{id}", place)
        return Browser(self.simulator).request("POST", url, headers=headers, **options)

    def count_jobs(self) -> int:
        """How many jobs of the recipe succeeded."""
        jobs = self.program.call("GET", f"recipes/{self.recipe}/jobs")
        return int(jobs["job_succeeded_count"])


@pytest.fixture(scope="module")
def collection() -> Iterator[Collection]:
    """In the demo."""
    with Simulator(Settings(database="memory")) as simulator:
        yield Collection(simulator)


def test_an_endpoint_answers_as_its_recipe_does(collection: Collection) -> None:
    assert collection.url == "https://apim.workato.com/acme-corp/things-v1/things/{id}"

    before = collection.count_jobs()

    answer = collection.post(json={"count": 3})

    assert answer.status_code == 201
    empty = {"guest": None, "secret": None}
    assert answer.get_json() == {"id": "7", "count": 3, **empty}
    assert collection.post("8?count=4").get_json() == {"id": "8", "count": 4, **empty}
    basic = base64.b64encode(f"api-token:{collection.token}".encode()).decode()
    by_password = collection.post(token="", headers={"Authorization": f"Basic {basic}"})
    assert by_password.status_code == 201
    assert collection.count_jobs() == before + 3


@pytest.mark.requirement("REC-147")
def test_a_recipe_reads_the_headers_that_it_declares(collection: Collection) -> None:
    answer = collection.post(json={}, headers={"x-guest-name": "Ada"}).get_json()

    assert (answer["guest"], answer["secret"]) == ("Ada", None), "a key is not declared"


@pytest.mark.requirement("REC-148")
def test_a_recipe_that_stops_without_a_response_answers_an_empty_200(
    collection: Collection,
) -> None:
    stop = {"keyword": "stop", "number": 1, "uuid": "u-2", "input": {"stop_with_error": "false"}}
    call, path = collection.program.call, f"recipes/{collection.recipe}"
    call("PUT", f"{path}/stop")
    call("PUT", path, code=json.dumps(ECHO | {"block": [stop]}))
    call("PUT", f"{path}/start")

    answer = collection.post(json={})

    assert (answer.status_code, answer.data) == (200, b"")
    call("PUT", f"{path}/stop")
    call("PUT", path, code=json.dumps(ECHO))
    assert call("PUT", f"{path}/start") == {"success": True}


def test_a_request_that_does_not_fit_is_refused(collection: Collection) -> None:
    assert collection.post(json={"count": "many"}).status_code == 400
    assert collection.post("7?count=1_0").status_code == 400
    assert collection.post(data=b"{", content_type="application/json").status_code == 400
    assert collection.post(json=[1]).status_code == 400
    elsewhere = Browser(collection.simulator).request("GET", collection.url)
    assert elsewhere.status_code == 404


def test_only_a_live_key_of_a_client_with_the_collection_is_taken(collection: Collection) -> None:
    key = f"v2/api_clients/{collection.client}/api_keys/{collection.key}"
    call = collection.program.call

    assert collection.post(token="").status_code == 401
    assert collection.post(token="another").status_code == 401
    call("PUT", f"{key}/disable")
    assert collection.post().status_code == 401
    call("PUT", f"{key}/enable")
    assert collection.post().status_code == 201
    call("PUT", f"v2/api_clients/{collection.client}", api_collection_ids=[])
    assert "no access to the API collection 'Things'" in collection.post().get_json()["message"]
    call("PUT", f"v2/api_clients/{collection.client}", api_collection_ids=[collection.id])
    call("PUT", key, ip_deny_list=["127.0.0.0/8"])
    assert collection.post(environ_base={"REMOTE_ADDR": "127.0.0.1"}).status_code == 403
    call("PUT", key, ip_deny_list=[])
    call("PUT", f"recipes/{collection.recipe}/stop")
    assert collection.post().status_code == 404
    call("PUT", f"recipes/{collection.recipe}/start")
    assert collection.post().status_code == 201
    call("PUT", f"api_endpoints/{collection.endpoint}/disable")
    assert collection.post().status_code == 404
    call("PUT", f"api_endpoints/{collection.endpoint}/enable")


def test_paths_may_name_parameters_oddly(collection: Collection) -> None:
    url = f"api_collections/{collection.id}/api_endpoints"
    for path in ("odd/{1st}", "pairs/{id}/{id}"):
        sent = {"name": path, "method": "POST", "path": path, "flow_id": collection.recipe}
        made = collection.program.send("POST", url, json=sent).get_json()
        collection.program.call("PUT", f"api_endpoints/{made['id']}/enable")

    pairs = made["url"].replace("{id}", "5")
    headers = {"api-token": collection.token}
    answer = Browser(collection.simulator).request("POST", pairs, headers=headers)

    assert answer.get_json()["id"] == "5"


@pytest.mark.requirement("API-51")
def test_clients_and_keys_are_those_of_version_1_too(collection: Collection) -> None:
    call = collection.program.call
    client = call("POST", "api_clients", name="Earlier", project_id=1)
    assert client["id"] in [each["id"] for each in call("GET", "api_clients?project_id=1")]
    profile = call(
        "POST", "api_access_profiles",
        name="P", api_client_id=str(client["id"]), api_collection_ids=[collection.id],
    )  # fmt: skip
    secret = profile.pop("secret")
    assert collection.post(token=secret).status_code == 201
    assert call("GET", f"api_access_profiles?api_client_id={client['id']}") == [profile]
    assert (profile["active"], profile["auth_type"]) == (True, "token")
    assert collection.key in [each["id"] for each in call("GET", "api_access_profiles")]

    at = f"api_access_profiles/{profile['id']}"
    assert call("PUT", f"{at}/disable")["active"] is False
    assert collection.post(token=secret).status_code == 401
    assert call("PUT", f"{at}/enable")["active"] is True
    other = call("PUT", f"{at}/refresh_secret")["secret"]
    assert [collection.post(token=each).status_code for each in (secret, other)] == [401, 201]
    assert call("PUT", at, name="Q", api_collection_ids=[])["name"] == "Q"
    assert collection.post(token=other).status_code == 401  # no collection
    call("PUT", "api_access_profiles/99999", 404, name="Q")
