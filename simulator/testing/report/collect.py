"""What a run saw of its scenarios, a JSON file each, so that every process can add its own."""

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulator.testing.record import Record
from simulator.testing.scrubbing import Scrubber

#: Says that a folder is a report of ours, and may be made anew.
_MARK = ".simulator-report"
_SCENARIOS = "scenarios"
_PICTURES = "pictures"
#: Style sheets and scripts of a page are no part of the story.
_PARTS = "/static/"


class NotOurs(Exception):
    """The folder for a report has something else in it."""


def prepare(folder: Path) -> None:
    """Make an empty folder for a report; an earlier report in it is gone.

    Raises:
        NotOurs: it holds something else; the message says what to do.
    """
    if folder.exists() and not (folder / _MARK).exists() and any(folder.iterdir()):
        raise NotOurs(
            f"{folder} holds something that is no report: name an empty folder, or a new one."
        )
    shutil.rmtree(folder, ignore_errors=True)
    for each in (folder / _SCENARIOS, folder / _PICTURES):
        each.mkdir(parents=True)
    (folder / _MARK).touch()


def keep_pictures(
    folder: Path, pictures: Iterable[tuple[str, bytes | None]]
) -> list[tuple[str, str]]:
    """Store pictures (address, JPEG); returns (address, file). The same picture is stored once."""
    kept = []
    for url, data in pictures:
        if data:
            name = f"{_PICTURES}/{hashlib.sha256(data).hexdigest()[:20]}.jpg"
            (folder / name).write_bytes(data)
            kept.append((url, name))
    return kept


def keep(folder: Path, record: Record, failure: str, seconds: float) -> None:
    """Store what was seen of a scenario, secrets masked; to be called while its world is there.

    Args:
        folder: of the report.
        record: of a test that is a scenario.
        failure: what pytest says of it; empty if it passed.
        seconds: how long it took.
    """
    assert record.scenario is not None
    scrubber = Scrubber(())
    if record.simulator:
        scrubber = Scrubber.of(record.simulator.world.journal, record.description())
    told = {
        **asdict(record.scenario),
        "requirements": record.scenario.requirements,
        "slug": record.slug,
        "outcome": record.outcome,
        "failure": failure,
        "seconds": round(seconds, 2),
        "steps": [asdict(step) for step in record.steps],
        "exchanges": [
            {
                "caller": each.caller,
                "system": each.system,
                "request": f"{each.method} {each.path}",
                "status": each.status,
            }
            for each in record.exchanges
            if _PARTS not in each.path
        ],
    }
    text = scrubber.text(json.dumps(told, ensure_ascii=False, indent=1))
    (folder / _SCENARIOS / f"{record.slug}.json").write_text(text, encoding="utf-8")


def collected(folder: Path) -> list[dict[str, Any]]:
    """Everything that was stored, in the order of the feature files."""
    files = (folder / _SCENARIOS).glob("*.json")
    found = [json.loads(each.read_text(encoding="utf-8")) for each in files]
    return sorted(found, key=lambda each: (each["file"], each["line"], each["name"], each["slug"]))
