"""Public client libraries do their ordinary work at the apps, for two people each their own."""

import json
import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from simulator import installed_apps
from simulator.crypto import Purpose
from simulator.db.tables import AppInstance
from simulator.net.addresses import app_system
from simulator.sandbox.simulator import Simulator
from simulator.systems.apps._kit import clients
from simulator.testing.actors import Actor, acting
from tests.tools.requirements import ROOT
from tests.wire.programs import ENVIRONMENTS

pytestmark = [pytest.mark.wire, pytest.mark.requirement("JIRA-20")]

FOLDER = Path(__file__).parent / "app_clients"
SITE, AUTH, API = "acme.atlassian.net", "auth.atlassian.com", "api.atlassian.com"
COUPA, SLACK = "acme.coupacloud.com", "acme.slack.com"
SLACK_SCOPES = (
    *("channels:read", "channels:history", "groups:read", "groups:history", "chat:write"),
    *("reactions:write", "search:read", "users:read", "files:read", "files:write"),
)
SLACK_BOT_SCOPES = (
    *("channels:read", "channels:history", "channels:join", "chat:write"),
    *("files:write", "users:read"),
)
CALLBACK = "http://127.0.0.1:9/callback"
SCOPES = ("read:jira-work", "write:jira-work", "read:jira-user", "offline_access")
KEYS = {"Ada": ["BUY-1", "BUY-2", "OPS-2"], "Bob": ["BUY-1", "BUY-3", "OPS-1"]}
HIDDEN = {"Ada": "BUY-3", "Bob": "OPS-2"}
FIELDS = [
    *("assignee", "attachment", "comment", "components", "created", "creator"),
    *("description", "duedate"),
    *("issuetype", "labels", "parent", "priority", "project", "reporter", "resolution"),
    *("status", "subtasks", "summary", "updated"),
]


@pytest.fixture
def app(simulator: Simulator) -> dict[str, Any]:
    """An OAuth app registered at the site, with the addresses where it is spoken to."""
    addresses = simulator.world.addresses
    auth, api = (addresses.base_url(app_system(host)) for host in (AUTH, API))
    return {
        **registered(simulator, SITE, SCOPES),
        "authorize": f"{auth}/authorize",
        "authorize_parameters": {"audience": "api.atlassian.com", "prompt": "consent"},
        "token": f"{auth}/oauth/token",
        "resources": f"{api}/oauth/token/accessible-resources",
        "api": api,
    }


def registered(simulator: Simulator, host: str, scopes: tuple[str, ...]) -> dict[str, Any]:
    """A client of an app, as its libraries are told of it."""
    world = simulator.world
    form = clients.Form(name="Reports", redirect_uris=CALLBACK, scopes=scopes)
    with world.db.unit():
        row = clients.create(world, host, form)
        assert row.secret_sealed is not None
        secret = world.keys.unseal(Purpose.OAUTH_CLIENT_SECRET, row.secret_sealed)
        client = {"client_id": row.client_id, "client_secret": secret}
    return {**client, "redirect_uri": CALLBACK, "scope": " ".join(scopes)}


@dataclass
class Consents:
    """Consents in the browser of a person without JavaScript.

    Attributes:
        person: who.
        app: provider name of the app.
        opened: the addresses, in order.
    """

    person: Actor
    app: str = "jira"
    opened: list[str] = field(default_factory=list)

    def visit(self, url: str) -> str:
        """Sign in at the app, accept, and return the callback."""
        self.opened.append(url)
        account = self.person.account_at(url)
        browser = self.person.forms.get(url)
        labels = installed_apps.labels(self.app)
        fields = labels.credentials(account["login"], account["password"])
        browser.submit(labels.sign_in, **fields)
        browser.submit(labels.allow)
        return browser.left_for


@pytest.fixture
def consents(simulator: Simulator, request: pytest.FixtureRequest) -> Iterator[Consents]:
    """Those of the person that the test names."""
    with acting(simulator) as actor:
        yield Consents(actor(request.param))


@pytest.mark.parametrize("consents", ["Ada", "Bob"], indirect=True)
@pytest.mark.parametrize(
    "grant, library", [("requests-oauthlib", "jira"), ("Authlib", "atlassian-python-api")]
)
def test_a_library_does_its_ordinary_work(
    app: dict[str, Any], consents: Consents, simulator: Simulator, grant: str, library: str
) -> None:
    """Consent, refresh, the site's cloud id; find, create, comment, assign, move, update."""
    name = consents.person.name.split()[0]
    own, hidden = KEYS[name], HIDDEN[name]

    settings = json.dumps(app | {"own": own[0], "hidden": hidden})
    answer = run("jira_client.py", grant, library, settings, consents=consents)

    email = f"{name.lower()}@acme.example"
    assert (answer["server"], answer["email"], answer["assignee"]) == ("Cloud", email, email)
    assert answer["projects"] == ["BUY", "OPS"]
    assert answer["fields"] == FIELDS
    assert (answer["keys"], answer["first"]) == (own, own[:1])
    assert (answer["status"], answer["odd"], answer["rotated"]) == ("Done", 404, True)
    assert "Issue does not exist or you do not have permission to see it." in answer["refused"]
    if library == "jira":
        assert answer["project"] == "Office operations"
        assert answer["lists"] == [
            ["To Do", "In Progress", "Done"],
            ["Highest", "High", "Medium", "Low", "Lowest"],
            ["Task", "Bug", "Story", "Epic", "Subtask"],
        ]
        assert answer["people"] == ["Ada Reyes", "Bob Tanaka"]
        assert (answer["count"], answer["type"]) == (len(own) + 5, "Bug")
        assert (answer["summary"], answer["priority"]) == ("Changed by a library", "Low")
        assert answer["description"] == "In two words"
        assert answer["comments"] == ["A comment", "That was it"]
        assert answer["planned"] == {
            "labels": ["quick", "added"],
            "due": "2026-09-30",
            "parent": answer["planned"]["epic"],
            "epic": answer["planned"]["epic"],
            "part": ["A part"],
            "found": ["Planned"],
            "changed": [["labels", "quick", "added quick"]],
        }
    else:
        assert answer["summary"] == "Changed"
        texts = [answer["description"], *answer["comments"]]
        assert [each["content"][0]["content"][0]["text"] for each in texts] == [
            "In two words",
            "A comment",
        ]
    assert len(consents.opened) == 1
    assert simulator.violations() == []


@pytest.mark.requirement("COUPA-1")
@pytest.mark.parametrize("consents", ["Bob"], indirect=True)
@pytest.mark.parametrize("grant", ["requests-oauthlib", "Authlib"])
def test_a_library_completes_the_grant_at_coupa(
    consents: Consents, simulator: Simulator, grant: str
) -> None:
    """And reads the person's own requisitions with it."""
    base = simulator.world.addresses.base_url(app_system(COUPA))
    scopes = ("core.common.read", "core.requisition.read", "offline_access")
    settings = {
        **registered(simulator, COUPA, scopes),
        "authorize": f"{base}/oauth2/authorizations/new",
        "authorize_parameters": {},
        "token": f"{base}/oauth2/token",
        "api": f"{base}/api/requisitions",
    }
    consents.app = "coupa"

    answer = run("coupa_client.py", grant, json.dumps(settings), consents=consents)

    scope = answer["scope"]
    assert answer["logins"] == ["bob"]
    assert set(scope if isinstance(scope, list) else scope.split()) == set(scopes)


@pytest.mark.requirement("SLACK-12")
@pytest.mark.parametrize("consents", ["Ada", "Bob"], indirect=True)
@pytest.mark.parametrize("grant", ["requests-oauthlib", "Authlib"])
def test_slack_sdk_does_its_ordinary_work(
    consents: Consents, simulator: Simulator, grant: str
) -> None:
    """Consent and code with slack_sdk, or with an OAuth library; then the Web API as oneself."""
    addresses = simulator.world.addresses
    base = addresses.base_url(app_system("slack.com"))
    of_bot = tuple(f"bot:{name}" for name in SLACK_BOT_SCOPES)
    settings = {
        **registered(simulator, SLACK, (*SLACK_SCOPES, *of_bot)),
        "scope": " ".join(SLACK_SCOPES),
        "bot_scope": " ".join(SLACK_BOT_SCOPES),
        "authorize": f"{base}/oauth/v2/authorize",
        "token": f"{base}/api/oauth.v2.access",
        "api": f"{base}/api/",
    }
    consents.app = "slack"
    if grant == "Authlib":
        with simulator.world.db.unit() as session:
            session.get_one(AppInstance, SLACK).refresh_policy = "rotate"
    name = consents.person.name.split()[0].lower()

    answer = run("slack_client.py", grant, json.dumps(settings), consents=consents)

    assert (answer["user"], answer["team"]) == (name, "Acme")
    own = {"ada": "microscopes", "bob": "warehouse"}[name]
    assert answer["channels"] == ["general", own]
    assert answer["token_type"] == "user"
    assert answer["history"][0] == "Changed by slack_sdk"
    assert (answer["thread"], answer["reactions"]) == (2, ["tada"])
    assert answer["found"] == ["Changed by slack_sdk"]
    assert answer["refused"] == {"error": "channel_not_found", "status": 200}
    assert answer["people"][:5] == ["ada", "bob", "carla", "marc", "priya"]
    assert answer["files"] == {
        "title": "Small",
        "content": "a,b\n1,2\n",
        "listed": ["raw.bin", "small.csv"] + ["bot.txt"] * (grant == "Authlib"),
        "left": ["small.csv"] + ["bot.txt"] * (grant == "Authlib"),
    }
    if grant == "Authlib":
        assert answer["bot"] == {
            "user": "reports",
            "is_bot": True,
            "name": "Reports",
            "posts": [["Reports", ""], ["Reports", "I am a bot"]],
            "file": "bot.txt",
        }
    assert (answer["deleted"], answer["revoked"], answer["after"]) == (True, True, "token_revoked")
    assert simulator.violations() == []


def run(program: str, *arguments: str, consents: Consents) -> dict[str, Any]:
    """Run a program in its own environment; what it says at the end."""
    command = [str(ENVIRONMENTS / "app_clients/bin/python"), "-I", "-B", "-c", _STARTED]
    environment = {
        "PATH": os.environ["PATH"],
        "NO_PROXY": "127.0.0.1,localhost",
        "OAUTHLIB_INSECURE_TRANSPORT": "1",  # the sandbox has no TLS
        "PYTHONUTF8": "1",
    }
    with subprocess.Popen(
        [*command, str(FOLDER / program), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=ROOT,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stdout:
            message = json.loads(line)
            if "answer" in message:
                process.communicate(timeout=30)
                return dict(message["answer"])
            process.stdin.write(consents.visit(message["open"]) + "\n")
            process.stdin.flush()
        raise ChildProcessError(process.stderr.read())


#: Isolated, a program has no folder of its own to import from.
_STARTED = """
import runpy, sys
from pathlib import Path

program, *arguments = sys.argv[1:]
sys.argv, sys.path[:0] = [program, *arguments], [str(Path(program).parent)]
runpy.run_path(program, run_name="__main__")
"""
