"""Headless consent: a header names the person, who is signed in and consents without a page.

For scripts and clients that cannot show one, in tests alone: off unless it is switched on, and
then every page and the log say so.
"""

import logging
from typing import NoReturn

from flask import g, request
from markupsafe import Markup

from simulator.errors import SimulatorError
from simulator.journal.masking import one_line
from simulator.world import World

#: Names the person by e-mail address (our choice).
HEADER = "Simulator-Person"

#: Stands on top of every page while consent is headless.
_WARNING = Markup(
    '<p class="headless alert alert-danger rounded-0 mb-0 text-center" role="note">'
    "<strong>Headless consent is on:</strong> whoever sends the header <code>{}</code> is signed "
    "in as anybody and grants without a page. For tests alone.</p>"
)

log = logging.getLogger("simulator.headless")


class NotHeadless(SimulatorError):
    """The header cannot be followed: consent is not headless here, or nobody has this address."""

    status = 400


def build_warning(world: World) -> Markup:
    """Return what every page says of the switch: nothing while it is off."""
    return _WARNING.format(HEADER) if world.settings.headless_consent else Markup()


def read_person(world: World) -> str | None:
    """Return the e-mail address in the request's header; None where there is none.

    Raises:
        NotHeadless: the header is there, and the switch is off.
    """
    email = request.headers.get(HEADER, "").strip()
    if not email or g.get("headless_refused"):
        return None
    if not world.settings.headless_consent:
        refuse(
            f"The header {HEADER} signs people in without a page where headless consent is on, "
            "and here it is off. Start the simulator with --headless-consent, or leave it out."
        )
    return email


def refuse(sentence: str) -> NoReturn:
    """Do not follow the header; the page that says so is shown to nobody in particular.

    Raises:
        NotHeadless: with this sentence.
    """
    g.headless_refused = True
    raise NotHeadless(sentence)


def log_consent(email: str, what: str) -> None:
    """Log for whom headless consent was used."""
    log.warning("Headless consent: %s", one_line(f"{email} {what} without a page."))
