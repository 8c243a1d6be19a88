"""The policies of what a refresh does to the used refresh token and its access token."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class RefreshPolicy(StrEnum):
    """What a refresh does to the refresh token that it used.

    Attributes:
        NONE: nothing: it works on, and the answer brings no other (RFC 6749 §6 allows it).
        ROTATE: it is over and the answer brings a new one; whoever uses it again ends the grant
            (RFC 9700 §4.14.2).
        ROTATE_WITH_LEEWAY: the same, but it works on for a while, for clients that race.
        DELETE_PAIR: it is deleted together with the access token that came with it.
    """

    NONE = "none"
    ROTATE = "rotate"
    ROTATE_WITH_LEEWAY = "rotate_with_leeway"
    DELETE_PAIR = "delete_pair"


@dataclass(frozen=True)
class RefreshRules:
    """A policy, with its leeway.

    Attributes:
        policy: what becomes of a used refresh token.
        leeway: how long it works on after its first use; nothing but for the policy with a leeway.
    """

    policy: RefreshPolicy = RefreshPolicy.ROTATE
    leeway: timedelta = timedelta(0)

    @property
    def brings_new(self) -> bool:
        """Whether a refresh brings a new refresh token."""
        return self.policy is not RefreshPolicy.NONE

    @property
    def ends_grant(self) -> bool:
        """Whether a second use of a refresh token ends every token of its grant."""
        return self.policy in (RefreshPolicy.ROTATE, RefreshPolicy.ROTATE_WITH_LEEWAY)
