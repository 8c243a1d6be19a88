"""The login experience: how Workato Identity looks to a workspace's end users.

Workato docs, Workato Identity: a primary colour for headers, buttons and navigation, and a
secondary one; the logo is our choice, and so is that one experience holds for all environments.
"""

import re
from dataclasses import dataclass

from sqlalchemy import delete, select

from simulator.db.tables import Customer, LoginExperience
from simulator.domain import workspaces
from simulator.errors import FieldError
from simulator.world import World

#: What stands where nothing is chosen.
PRIMARY, SECONDARY = "#593196", "#2b1a57"
LONGEST_LOGO = 256 * 1024
_HEX = re.compile(r"#?([0-9a-f]{6}|[0-9a-f]{3})", re.IGNORECASE)
_RGB = re.compile(r"(?:rgb\()?\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)?", re.IGNORECASE)
#: First bytes of a picture → its media type.
_PICTURES = {
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """How Workato Identity looks.

    Attributes:
        primary: the colour of header and buttons.
        on_primary: the colour of text on it, which can be read.
        secondary: the colour that the ground begins with.
        has_logo: whether there is a picture of the workspace's own.
    """

    primary: str
    on_primary: str
    secondary: str
    has_logo: bool


def find_experience(world: World, workspace_id: int) -> LoginExperience | None:
    """Return the login experience of a workspace, or None where nobody chose one.

    Args:
        workspace_id: the workspace's id.
    """
    return world.db.session.get(LoginExperience, workspace_id)


def find_look(world: World, workspace_id: int | None) -> tuple[Look, bytes | None] | None:
    """Return how Workato Identity looks and the logo; None where nobody chose.

    Args:
        workspace_id: the id of the workspace whose sign-in page it is; None for the first workspace
            that has one, except customers' workspaces.
    """
    looks = select(LoginExperience).order_by(LoginExperience.workspace_id).limit(1)
    if workspace_id is None:
        looks = looks.where(LoginExperience.workspace_id.not_in(select(Customer.id)))
    else:
        looks = looks.where(LoginExperience.workspace_id == workspace_id)
    found = world.db.session.scalar(looks)
    if found is None:
        return None
    look = Look(
        primary=found.primary_color,
        on_primary="#ffffff" if _luminance(found.primary_color) < 0.18 else "#111111",
        secondary=found.secondary_color,
        has_logo=found.logo is not None,
    )
    return look, found.logo


def save(
    world: World,
    workspace_id: int,
    *,
    primary: str,
    secondary: str,
    logo: bytes | None = None,
    remove_logo: bool = False,
) -> LoginExperience:
    """Store the login experience of a workspace.

    Args:
        workspace_id: the workspace's id.
        primary: as `#593196` or `89, 49, 150`.
        secondary: as well.
        logo: a PNG or JPEG picture; None leaves the one that there is.
        remove_logo: whether that one goes.

    Raises:
        FieldError: on `primary`, `secondary` or `logo`.
    """
    primary, secondary = _read_color("primary", primary), _read_color("secondary", secondary)
    if logo is not None:
        if len(logo) > LONGEST_LOGO:
            raise FieldError("logo", f"A logo has at most {LONGEST_LOGO // 1024} KiB.")
        if get_media_type(logo) is None:
            raise FieldError("logo", "A logo is a PNG or JPEG picture.")
    now = world.clock.now()
    workspaces.lock(world, workspace_id)
    row = world.db.session.get(LoginExperience, workspace_id, populate_existing=True)
    if row is None:
        row = LoginExperience(workspace_id=workspace_id)
        world.db.session.add(row)
    row.primary_color, row.secondary_color, row.updated_at = primary, secondary, now
    if logo is not None or remove_logo:
        row.logo = logo
    world.db.session.flush()
    return row


def reset(world: World, workspace_id: int) -> None:
    """Bring back the look that Workato Identity has by itself.

    Args:
        workspace_id: the workspace's id.
    """
    workspaces.lock(world, workspace_id)
    own = delete(LoginExperience).where(LoginExperience.workspace_id == workspace_id)
    world.db.session.execute(own)


def get_media_type(picture: bytes) -> str | None:
    """Return what a picture is, by its first bytes; None for anything but PNG and JPEG.

    Args:
        picture: the content of a file.
    """
    return next((kind for start, kind in _PICTURES.items() if picture.startswith(start)), None)


def _read_color(field: str, text: str) -> str:
    if found := _HEX.fullmatch(text.strip()):
        digits = found[1].lower()
        return f"#{digits}" if len(digits) == 6 else "#" + "".join(each * 2 for each in digits)
    if found := _RGB.fullmatch(text.strip()):
        parts = [int(each) for each in found.groups()]
        if all(each <= 255 for each in parts):
            return "#" + "".join(f"{each:02x}" for each in parts)
    raise FieldError(field, "Enter a colour as #593196 or 89, 49, 150.")


def _luminance(color: str) -> float:
    """The relative luminance of a colour (WCAG 2.2), from 0 to 1."""
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
