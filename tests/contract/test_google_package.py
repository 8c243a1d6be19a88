"""A project of mail tools in Workato's format: imported, and called by two people."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.domain.packages import importing, reading
from simulator.sandbox.simulator import Simulator
from simulator.scenarios.files import folder
from simulator.settings import Settings
from simulator.testing import acting
from simulator.testing.actors import Actor

pytestmark = pytest.mark.requirement("GOOGLE-18")
PACKAGE = Path("fixtures/packages/mail_room").resolve()


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    """The demo world with the package."""
    scenario = yaml.safe_load((folder() / "demo.yaml").read_text(encoding="utf-8"))
    (own, *_) = [each for each in scenario["connections"] if each["provider"] == "gmail"]
    scenario["connections"].append(own | {"name": "Gmail of the mail room"})
    scenario["packages"] = [{"path": str(PACKAGE), "groups": ["Procurement team"]}]
    file = tmp_path_factory.mktemp("mail") / "mail.yaml"
    file.write_text(yaml.safe_dump(scenario, sort_keys=False), encoding="utf-8")
    with Simulator(Settings(database="memory", scenario=str(file))) as simulator:
        simulator.keep_snapshot("imported")
        yield simulator


@pytest.fixture
def sandbox(imported: Simulator) -> Simulator:
    """The same, before anybody connected."""
    imported.restore_snapshot("imported")
    return imported


def call(person: Actor, tool: str, **arguments: Any) -> Any:
    """What a tool answers."""
    answer = person.call(tool, arguments)
    found = json.loads(answer.content[0].text)["result"]
    assert not found.get("problem"), found
    return found


def work(person: Actor, words: str) -> dict[str, Any]:
    """Call every tool; returns what is to be looked at."""
    (message,) = call(person, "Find_mail", words=words)["messages"]
    number, thread = message["id"], message["threadId"]
    read = call(person, "Read_mail", id=number)["message"]
    files = call(person, "List_files_of_mail", id=number)["files"]
    label = call(person, "Make_label", name="Urgent")
    call(person, "Label_mail", ids=[number], label_id=label["id"])
    call(person, "Flag_mail", messages=[{"id": number}])
    call(person, "Mark_mail_as_read", ids=[number])
    call(person, "Put_conversations_away", thread_ids=[thread])
    conversation = call(person, "Read_conversation", thread_id=thread)["messages"]
    names = {each["id"]: each["name"] for each in call(person, "List_labels")["labels"]}
    mail = {"to": "carla@acme.example", "subject": "By a tool", "text": "With kind regards"}
    draft = call(person, "Write_draft", **mail)["id"]
    drafts = [each["id"] for each in call(person, "List_drafts")["drafts"]]
    sent = call(person, "Send_draft", id=draft)
    at_once = call(person, "Send_mail", **mail)
    thrown = call(person, "Throw_mail_away", id=at_once["id"])
    return {
        "subject": message["subject"],
        "snippet": read["snippet"],
        "files": [each["filename"] for each in files],
        "labels": sorted(names[each] for each in conversation[0]["labelIds"]),
        "is_listed": draft in drafts,
        "sent": sent["labelIds"],
        "is_thrown": thrown["id"] == at_once["id"],
    }


@pytest.mark.parametrize(
    "name, words, subject, file, labels",
    [
        (
            *("Ada", "from:lumen", "Cable trays for your standing desks", "delivery-note.txt"),
            ["STARRED", "Suppliers", "Urgent"],
        ),
        (
            *("Bob", "batteries", "Offer for spare forklift batteries", "offer-2231.txt"),
            ["STARRED", "Urgent", "Warehouse"],
        ),
    ],
)
def test_every_tool_runs_for_each_person_in_their_own_mailbox(
    sandbox: Simulator, name: str, words: str, subject: str, file: str, labels: list[str]
) -> None:
    with acting(sandbox) as actor:
        person = actor(name)
        person.connect("Mail room")
        prompt = person.call("List_labels", {})
        assert "connect your Gmail account" in prompt.content[0].text
        person.connect_account(prompt)
        answer = work(person, words)

    assert answer.pop("snippet")
    assert answer == {
        "subject": subject,
        "files": [file],
        "labels": labels,
        "is_listed": True,
        "sent": ["SENT"],
        "is_thrown": True,
    }
    assert sandbox.violations() == []


def test_another_person_s_mail_is_a_problem_that_the_tool_tells(sandbox: Simulator) -> None:
    with acting(sandbox) as actor:
        bob = actor("Bob")
        bob.connect("Mail room")
        bob.connect_account(bob.call("List_labels", {}))
        answer = bob.call("Read_mail", {"id": "198c2f4a1b7d30e5"})

    found = json.loads(answer.content[0].text)["result"]
    assert found["problem"] == "Gmail answered 404: Requested entity was not found."


@pytest.mark.requirement("PKG-91")
def test_a_server_that_was_imported_meanwhile_is_found(sandbox: Simulator) -> None:
    with acting(sandbox) as actor:
        stage = actor("Ada").stage
        package = reading.read_path(PACKAGE.parent / "unit_converter")
        with sandbox.world.db.unit():
            importing.import_package(sandbox.world, 1, 1, package)

        assert stage.server("Units")["access_method"] == "token"
