"""What is set for an app's instance: what becomes of its refresh tokens that are used."""

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, model_validator

from simulator import installed_apps
from simulator.control.models import Body, ResponseModel
from simulator.db.tables import AppInstance
from simulator.errors import NotFound
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Table

ENDPOINTS = Table(Endpoint, CONTROL_PATH)
_NO_APP = {404: "no app of the world has this host"}
#: `simulator.oauth.refreshing.RefreshPolicy`, whose docstring says what each does.
Policy = Literal["none", "rotate", "rotate_with_leeway", "delete_pair"]
_POLICY = Field(
    description="`none`: it works on, and no other comes. `rotate`: it is over, a new one comes, "
    "and whoever uses it again ends the grant. `rotate_with_leeway`: the same, and it works on for "
    "a while. `delete_pair`: it is deleted together with its access token."
)
_LEEWAY = "How long it works on after its first use; of `rotate_with_leeway` alone."


class RefreshTokens(ResponseModel):
    """What becomes of a refresh token that is used."""

    policy: Annotated[Policy, _POLICY]
    leeway_seconds: Annotated[int | None, Field(description=_LEEWAY)]
    source: Annotated[
        Literal["app", "setting"],
        Field(description="`app`: as the app does by itself; `setting`: as it was set."),
    ]


class SetRefreshTokens(Body):
    """What is to become of a refresh token that is used."""

    policy: Annotated[Policy, _POLICY]
    leeway_seconds: Annotated[
        int | None, Field(ge=1, le=31_536_000, description=f"{_LEEWAY} By default 600.")
    ] = None

    @model_validator(mode="after")
    def _has_leeway_where_it_counts(self) -> "SetRefreshTokens":
        if self.leeway_seconds is not None and self.policy != "rotate_with_leeway":
            raise ValueError("only the policy rotate_with_leeway has a leeway")
        return self


@ENDPOINTS.add("GET", "apps/:host/refresh_tokens", problems=_NO_APP)
def get_refresh_tokens(simulator: Simulator, host: str) -> RefreshTokens:
    """Tell what becomes of an app's refresh tokens that are used.

    Raises:
        NotFound: no app of the world has this host.
    """
    with simulator.world.db.reading():
        return _to_response(_get(simulator, host))


@ENDPOINTS.add(
    "PUT",
    "apps/:host/refresh_tokens",
    problems=_NO_APP | {422: "there is no such policy, or another one than that with a leeway"},
)
def set_refresh_tokens(simulator: Simulator, host: str, body: SetRefreshTokens) -> RefreshTokens:
    """Set what becomes of an app's refresh tokens, from the next refresh on.

    Raises:
        NotFound: no app of the world has this host.
    """
    with simulator.world.db.unit():
        row = _get(simulator, host)
        row.refresh_policy = body.policy
        has_leeway = body.policy == "rotate_with_leeway"
        row.refresh_leeway = (body.leeway_seconds or 600) if has_leeway else None
        return _to_response(row)


@ENDPOINTS.add("DELETE", "apps/:host/refresh_tokens", problems=_NO_APP)
def reset_refresh_tokens(simulator: Simulator, host: str) -> None:
    """Have an app do with refresh tokens as it does by itself.

    Raises:
        NotFound: no app of the world has this host.
    """
    with simulator.world.db.unit():
        row = _get(simulator, host)
        row.refresh_policy = row.refresh_leeway = None


def _get(simulator: Simulator, host: str) -> AppInstance:
    row = simulator.world.db.session.get(AppInstance, host.lower())
    if row is None:
        raise NotFound(
            f"No app of this world has the host '{host}': GET {CONTROL_PATH}description lists them."
        )
    return row


def _to_response(row: AppInstance) -> RefreshTokens:
    if row.refresh_policy is not None:
        return RefreshTokens(
            policy=row.refresh_policy,  # type: ignore[arg-type]  # the database holds no other
            leeway_seconds=row.refresh_leeway,
            source="setting",
        )
    own = installed_apps.part(row.provider, "dialect").DIALECT.refresh
    leeway = int(own.leeway / timedelta(seconds=1)) or None
    return RefreshTokens(policy=own.policy.value, leeway_seconds=leeway, source="app")
