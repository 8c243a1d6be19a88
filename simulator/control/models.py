"""What the control API takes and answers: the bases of its models."""

from pydantic import BaseModel, ConfigDict


class Body(BaseModel):
    """What a caller sends: strict, with no other members than those it has."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, defer_build=True
    )


class Nothing(Body):
    """A body without members; none at all is as good."""


class ResponseModel(BaseModel):
    """What the control API answers; the base of every model of an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)
