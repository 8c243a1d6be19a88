"""The papers at the door tell the truth: what they show exists."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from textwrap import dedent

import pytest

from simulator.cli import main
from simulator.description.client_settings import CLIENTS
from simulator.settings import Settings
from tests.tools.requirements import PAGE, ROOT
from tests.tools.suite import feature_files

pytestmark = pytest.mark.requirement("RAIL-6")

FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`([^`\n]+)`")
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
ANCHOR = re.compile(r"\]\(([^)#\s]*)#([^)\s]+)\)")
# Words that start with a folder of ours are paths of ours.
OURS = re.compile(r"(?<!\w)(?:simulator|steps|tests|features|fixtures|docs)/[\w./-]+")


def documents() -> Iterator[Path]:
    """The Markdown files, except the one that is made."""
    yield from sorted(ROOT.glob("*.md"))
    yield from sorted(path for path in ROOT.glob("docs/*.md") if path != PAGE)


def code(path: Path) -> str:
    """What a document shows as code, fenced or inline."""
    text = path.read_text(encoding="utf-8")
    fenced = [body for _, body in FENCE.findall(text)]
    return "\n".join([*fenced, *INLINE.findall(FENCE.sub("", text))])


def fences(language: str) -> Iterator[tuple[str, str]]:
    """(document, body) of every fenced block in the language."""
    for path in documents():
        for shown, body in FENCE.findall(path.read_text(encoding="utf-8")):
            if shown == language:
                yield path.name, body


def test_every_make_verb_shown_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    shown = {
        (path.name, verb)
        for path in documents()
        for line in re.findall(r"\bmake ((?:[a-z]+ ?)+)", code(path))
        for verb in line.split()
    }

    assert not [pair for pair in shown if pair[1] not in verbs]


def test_every_simulator_command_shown_exists() -> None:
    shown = {
        (path.name, verb)
        for path in documents()
        for verb in re.findall(
            r"^(?:\$ |\.venv/bin/)*simulator ([a-z-]+)", code(path), re.MULTILINE
        )
    }

    assert not [pair for pair in shown if pair[1] not in main.commands]


def test_every_link_leads_somewhere() -> None:
    dead = [
        (path.name, link)
        for path in documents()
        for link in LINK.findall(path.read_text(encoding="utf-8"))
        if "://" not in link and not link.startswith("mailto:")
        if not (path.parent / link).exists()
    ]

    assert not dead


def test_every_path_shown_exists() -> None:
    dead = [
        (path.name, shown)
        for path in documents()
        for shown in OURS.findall(code(path))
        if not (ROOT / shown.rstrip("./")).exists()
    ]

    assert not dead


def test_every_scenario_shown_is_one_that_runs() -> None:
    features = [_squeezed(path.read_text(encoding="utf-8")) for path in feature_files()]
    invented = [
        (name, body)
        for name, body in fences("gherkin")
        if not any(_squeezed(body) in feature for feature in features)
    ]

    assert not invented


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")

    shown = re.findall(r"^\| `(SIM_[A-Z_]+)`", page, re.MULTILINE)

    assert shown == [f"SIM_{field.name.upper()}" for field in fields(Settings)]


def test_every_error_code_has_a_remedy() -> None:
    codes = re.findall(
        r"^\| `(\w+)` \|", (ROOT / "docs/error-codes.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    remedies = code(ROOT / "docs/troubleshooting.md").splitlines()

    assert len(codes) > 40
    assert not [each for each in codes if each not in remedies]


def test_the_first_hour_knows_every_client() -> None:
    page = (ROOT / "docs/first-hour.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| `([\w-]+)` \|", page, re.MULTILINE) == list(CLIENTS)


def test_every_anchor_is_a_heading() -> None:
    dead = []
    for path in documents():
        for link, anchor in ANCHOR.findall(path.read_text(encoding="utf-8")):
            target = path.parent / link if link else path
            if "://" not in link and target.suffix == ".md" and anchor not in _anchors(target):
                dead.append((path.name, link, anchor))

    assert not dead


def _anchors(path: Path) -> set[str]:
    """As GitHub makes them of headings."""
    headings = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).replace(" ", "-") for each in headings}


def _squeezed(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def test_every_python_shown_compiles() -> None:
    for name, body in fences("python"):
        compile(dedent(body), name, "exec")


def test_the_ways_through_the_code_lead_somewhere() -> None:
    """A name in the table "Where is …?" of CONTRIBUTING stands in the file before it."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, _, section = text.partition("### Where is …?")
    rows = [row for row in section.partition("\n## ")[0].splitlines() if row.startswith("| Where")]
    lost, found = [], 0
    for row in rows:
        source = ""
        for name in INLINE.findall(row.split("|")[2]):
            if OURS.fullmatch(name):
                path = ROOT / name
                source = path.read_text(encoding="utf-8") if path.is_file() else source
            else:
                found += 1
                lost += [] if re.search(rf"\b{re.escape(name)}\b", source) else [name]

    assert found >= len(rows) - 1
    assert not lost
