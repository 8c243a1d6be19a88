"""Workspace admin > Login experience: colours and logo of Workato Identity."""

from base64 import b64decode, b64encode
from binascii import Error
from typing import Annotated, Literal

from pydantic import Field

from simulator.control.models import Body, ResponseModel
from simulator.control.workspace.scope import BELOW, changing, missing, reading
from simulator.db.tables import LoginExperience
from simulator.domain import login_experiences
from simulator.errors import FieldError
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Table

ENDPOINTS = Table(Endpoint, BELOW)
_LOGO = Field(
    description="A PNG or JPEG picture of at most 256 KiB, in base64; null for none.",
    json_schema_extra={"contentEncoding": "base64"},
)


class LoginExperienceOut(ResponseModel):
    """How Workato Identity looks to a workspace's end users."""

    primary: str
    secondary: str
    logo: Annotated[str | None, _LOGO]
    source: Annotated[
        Literal["workato", "setting"],
        Field(description="`workato`: as it looks by itself; `setting`: as it was set."),
    ]


class SetLoginExperience(Body):
    """How it is to look."""

    primary: Annotated[str, Field(description="As `#593196` or `89, 49, 150`.")] = (
        login_experiences.PRIMARY
    )
    secondary: Annotated[str, Field(description="As well.")] = login_experiences.SECONDARY
    logo: Annotated[str | None, _LOGO] = None


@ENDPOINTS.add("GET", "login_experience", problems=missing())
def get_login_experience(simulator: Simulator, workspace: int) -> LoginExperienceOut:
    """Tell how Workato Identity looks to a workspace's end users."""
    with reading(simulator, workspace) as world:
        return _to_response(login_experiences.find_experience(world, workspace))


@ENDPOINTS.add(
    "PUT",
    "login_experience",
    problems=missing() | {422: "a colour is none, the logo is no picture, or a member is unknown"},
)
def set_login_experience(
    simulator: Simulator, workspace: int, body: SetLoginExperience
) -> LoginExperienceOut:
    """Set how Workato Identity looks: colours and logo."""
    try:
        logo = None if body.logo is None else b64decode(body.logo, validate=True)
    except (Error, ValueError):
        raise FieldError("logo", "A logo is a picture in base64.") from None
    with changing(simulator, workspace) as world:
        row = login_experiences.save(
            world,
            workspace,
            primary=body.primary,
            secondary=body.secondary,
            logo=logo,
            remove_logo=logo is None,
        )
        return _to_response(row)


@ENDPOINTS.add("DELETE", "login_experience", problems=missing())
def reset_login_experience(simulator: Simulator, workspace: int) -> None:
    """Bring back the look that Workato Identity has by itself."""
    with changing(simulator, workspace) as world:
        login_experiences.reset(world, workspace)


def _to_response(row: LoginExperience | None) -> LoginExperienceOut:
    if row is None:
        return LoginExperienceOut(
            primary=login_experiences.PRIMARY,
            secondary=login_experiences.SECONDARY,
            logo=None,
            source="workato",
        )
    return LoginExperienceOut(
        primary=row.primary_color,
        secondary=row.secondary_color,
        logo=b64encode(row.logo).decode() if row.logo is not None else None,
        source="setting",
    )
