"""The app in a scenario file: its records, the rows made of them, and what may be wrong in them."""

from collections.abc import Iterator, Mapping

from simulator.systems.apps._kit.scenario import App, RecordId
from simulator.systems.apps._kit.seeding import AppSeed
from simulator.systems.apps._skeleton.tables import SampleNote
from simulator.validation.fields import Strict, Text
from simulator.validation.mistakes import Mistakes, Place, find_unknown


class Note(Strict):
    """A note."""

    id: RecordId
    owner: str
    text: Text


class Records(Strict):
    """What stands under `data`."""

    notes: list[Note] = []


class SampleApp(App):
    """One instance."""

    data: Records = Records()


MODEL = SampleApp


def rows(seed: AppSeed, app: SampleApp) -> Iterator[SampleNote]:
    """Make the rows of an instance."""
    for note in app.data.notes:
        owner_id = seed.users[note.owner]
        yield SampleNote(id=note.id, host=app.host, owner_id=owner_id, text=note.text)


def mistakes(apps: Mapping[Place, SampleApp]) -> Mistakes:
    """Find references to nothing."""
    for place, app in apps.items():
        logins = [user.login for user in app.users]
        for number, note in enumerate(app.data.notes):
            yield from find_unknown((*place, "data", "notes", number, "owner"), note.owner, logins)
