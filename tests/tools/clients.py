"""The list of clients and the page made from it; `python -m tests.tools.clients` writes it."""

import json
import re
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, TypeAdapter

from tests.tools.requirements import ROOT
from tests.wire.witness import STEPS

LIST = ROOT / "fixtures/clients.yaml"
PAGE = ROOT / "docs/clients.md"
#: Where versions are pinned.
PINS = (ROOT / "constraints.txt", *sorted((ROOT / "tests/wire").glob("*/requirements.txt")))
NODE_PINS = ROOT / "tests/wire/node/package.json"

#: What a trial before this list says besides.
_REPORTED = (
    "Reported by an earlier trial, without a version, and not run again: Codex beyond its "
    "sign-in.\n\nNot run, as they take an account or a desktop of their own: Claude on the web and "
    "Desktop (which connects by way of mcp-remote, above), ChatGPT, Windsurf, Microsoft Copilot "
    "Studio and Glean."
)

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class Client(BaseModel):
    """One client, in one revision of the protocol."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    id: Text
    name: Text
    package: Text
    revision: Text | None = None
    prompt: Literal["tool result", "-32042", "input_required"] | None = None
    steps: Literal["all"] | list[Text]
    note: Text | None = None
    version: Text | None = None
    by_hand: Text | None = None

    @property
    def seen(self) -> frozenset[str]:
        """What it was seen to do."""
        return frozenset(STEPS if self.steps == "all" else self.steps)


def load() -> dict[str, Client]:
    """The clients by id, in the order of the file.

    Raises:
        pydantic.ValidationError: an entry is malformed.
    """
    entries = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    clients = TypeAdapter(list[Client]).validate_python(entries)
    return {client.id: client for client in clients}


def version(package: str) -> str:
    """The pinned version of a package.

    Raises:
        LookupError: nothing pins it.
    """
    npm: dict[str, str] = json.loads(NODE_PINS.read_text(encoding="utf-8"))["dependencies"]
    if package in npm:
        return npm[package]
    name, _, version_range = package.partition(" ")
    for pins in reversed(PINS):
        pinned = re.search(rf"(?m)^{re.escape(name)}==(\S+)", pins.read_text(encoding="utf-8"))
        if pinned and pinned[1].startswith(version_range):
            return pinned[1]
    raise LookupError(f"Nothing pins {package}.")


def render(clients: dict[str, Client]) -> str:
    """The page for readers: who was seen to do what."""
    lines = [
        "# Clients that were seen to work",
        "",
        "Made from `fixtures/clients.yaml` by `python -m tests.tools.clients`; do not edit. Each"
        " row is a test in `tests/wire` that runs the unchanged client against a running sandbox"
        " and compares what reached the simulator with the row. Below are those that were run by"
        " hand.",
        "",
        "A connection prompt is a `tool result` with the link in it, error `-32042` with the URL to"
        " open, or `input_required`: a URL to open before the same call goes on. – is a step that"
        " the client cannot do; its note says why.",
        "",
        "| client | version | MCP | prompted by | " + " | ".join(STEPS) + " |",
        "|---|---|---|---|" + ":-:|" * len(STEPS),
    ]
    lines += [_row(each, clients) for each in clients.values() if not each.by_hand]
    notes = [each for each in clients.values() if each.note]
    if notes:
        lines += ["", *(f"[{_number(each, clients)}] {each.note}\n" for each in notes)]
    by_hand = [each for each in clients.values() if each.by_hand]
    if by_hand:
        lines += [
            "",
            "## Run by hand",
            "",
            "No test repeats these: what they need takes too long to install each time. The version"
            " is the one that was run, and what it did is told as above, from what reached the"
            " simulator.",
            "",
            "| client | version | MCP | prompted by | " + " | ".join(STEPS) + " | how |",
            "|---|---|---|---|" + ":-:|" * len(STEPS) + "---|",
            *(f"{_row(each, clients)} {each.by_hand} |" for each in by_hand),
            "",
            _REPORTED,
        ]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"


def _row(client: Client, clients: dict[str, Client]) -> str:
    marks = ["✓" if step in client.seen else "–" for step in STEPS]
    cells = [
        client.name + (f" [{_number(client, clients)}]" if client.note else ""),
        client.version or version(client.package),
        client.revision or "–",
        client.prompt or "–",
        *marks,
    ]
    return "| " + " | ".join(cells) + " |"


def _number(client: Client, clients: dict[str, Client]) -> int:
    return [each.id for each in clients.values() if each.note].index(client.id) + 1


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(load()), encoding="utf-8")


if __name__ == "__main__":
    main()
