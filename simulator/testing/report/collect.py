"""What a run saw of its scenarios, a JSON file each, so that every process can add its own."""

import hashlib
import json
import shutil
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from simulator.journal.masking import secrets_in
from simulator.testing.record import Record
from simulator.testing.scrubbing import Scrubber

#: Says that a folder is a report of ours, and may be made anew.
_MARK = ".simulator-report"
_SCENARIOS = "scenarios"
_PICTURES = "pictures"
_ORDER = ("file", "line", "name", "row", "slug")
#: Style sheets and scripts of a page are no part of the story.
_PARTS = "/static/"


class FolderInUse(Exception):
    """The folder for a report has something else in it."""


def prepare(folder: Path) -> None:
    """Make an empty folder for a report; an earlier report in it is gone.

    Raises:
        NotOurs: it holds something else; the message says what to do.
    """
    if folder.exists() and not (folder / _MARK).exists() and any(folder.iterdir()):
        raise FolderInUse(
            f"{folder} holds something that is no report: name an empty folder, or a new one."
        )
    shutil.rmtree(folder, ignore_errors=True)
    for each in (folder / _SCENARIOS, folder / _PICTURES):
        each.mkdir(parents=True)
    (folder / _MARK).touch()


def keep_pictures(
    folder: Path, pictures: Iterable[tuple[str, bytes | None]], shown: set[str]
) -> list[dict[str, Any]]:
    """Store pictures (address, JPEG), and return those that are new, as sights.

    Args:
        folder: the folder of the report.
        pictures: the pictures of pages.
        shown: the files that this scenario has already; equal pictures are not shown again.
    """
    sights = []
    for url, data in pictures:
        if not data:
            continue
        name = f"{_PICTURES}/{hashlib.sha256(data).hexdigest()[:20]}.jpg"
        if name not in shown:
            shown.add(name)
            (folder / name).write_bytes(data)
            sights.append({"kind": "picture", "url": url, "file": name})
    return sights


def keep(folder: Path, record: Record, failure: str, seconds: float) -> None:
    """Store what was seen of a scenario, secrets masked.

    What its world holds is read the first time: while it is there. Later calls tell how it ended.

    Args:
        folder: the folder of the report.
        record: the record of a test that is a scenario.
        failure: what pytest says of it; empty if it passed.
        seconds: how long it took so far.
    """
    path = folder / _SCENARIOS / f"{record.slug}.json"
    if not record.report_data:
        record.report_data = _seen(record) | {"earlier": _earlier(path)}
    ended = {
        "outcome": record.outcome,
        "failure": _scrubber(record).text(failure),
        "seconds": round(seconds, 2),
    }
    document = json.dumps(record.report_data | ended, ensure_ascii=False, indent=1)
    path.write_text(document, encoding="utf-8")


def _seen(record: Record) -> dict[str, Any]:
    assert record.scenario is not None
    seen = {
        **asdict(record.scenario),
        "slug": record.slug,
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
    found: dict[str, Any] = json.loads(
        _scrubber(record).text(json.dumps(seen, ensure_ascii=False, default=str))
    )
    return found


def _scrubber(record: Record) -> Scrubber:
    if record.simulator:
        return Scrubber.of(record.simulator.journal, record.description())
    return Scrubber(secrets_in("", record.world))


def _earlier(path: Path) -> list[dict[str, Any]]:
    """How the attempts before this one ended, where a scenario that failed is run again."""
    try:
        last = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    attempt = {name: last[name] for name in ("outcome", "failure", "seconds")}
    return [*last["earlier"], attempt]


def collected(folder: Path) -> list[dict[str, Any]]:
    """Return everything that was stored, in the order of the feature files."""
    files = (folder / _SCENARIOS).glob("*.json")
    found = [json.loads(each.read_text(encoding="utf-8")) for each in files]
    return sorted(found, key=lambda each: [each[name] for name in _ORDER])
