"""On what terms a client wants the person to be signed in (OIDC Core §3.1.2.1)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from authlib.oauth2.rfc6749 import InvalidRequestError

from simulator.oauth import AccessTokens, to_ascii
from simulator.systems.identity.provider import Person
from simulator.validation.parsing import parse_whole_number

PROMPTS = ("none", "login", "consent", "select_account")


@dataclass(frozen=True)
class Terms:
    """What an authorization request asks of the sign-in.

    Attributes:
        prompts: values of `prompt`.
        max_age: how long ago the sign-in may have been, or None.
        subject: the person of the `id_token_hint`, or None.
    """

    prompts: frozenset[str]
    max_age: timedelta | None
    subject: str | None

    @property
    def forbid_pages(self) -> bool:
        """Whether the client wants an error instead of any page."""
        return "none" in self.prompts

    @property
    def ask_for_consent(self) -> bool:
        """Whether a remembered consent is not enough.

        The page is also where an account is chosen: it names the one that is signed in and has
        the way to another (our choice for `select_account`).
        """
        return bool(self.prompts & {"consent", "select_account"})

    def accept(self, who: Person, now: datetime, *, just_signed_in: bool) -> bool:
        """Return whether this sign-in will do; one made for the very request is never too old."""
        if self.subject not in (None, who.subject):
            return False
        if just_signed_in:
            return True
        return not self._too_old(now - who.auth_time) and "login" not in self.prompts

    def _too_old(self, age: timedelta) -> bool:
        """Return whether more than the allowed time has passed; none is where `max_age` is 0."""
        return self.max_age is not None and (not self.max_age or age > self.max_age)


def terms_of(values: Mapping[str, str], tokens: AccessTokens) -> Terms:
    """Read `prompt`, `max_age` and `id_token_hint` of an authorization request.

    Raises:
        InvalidRequestError: one of them means nothing.
    """
    prompts = frozenset(values.get("prompt", "").split())
    if unknown := prompts.difference(PROMPTS):
        name = to_ascii(sorted(unknown)[0])
        raise InvalidRequestError(f"Unknown prompt: {name}. Known are {', '.join(PROMPTS)}.")
    if "none" in prompts and len(prompts) > 1:
        raise InvalidRequestError("The prompt none stands alone.")
    text = values.get("max_age")
    seconds = parse_whole_number(text)
    if text and seconds is None:
        raise InvalidRequestError("max_age must be a number of seconds.")
    hint = values.get("id_token_hint")
    claims = tokens.read_id_token(hint) if hint else None
    if hint and claims is None:
        raise InvalidRequestError("The id_token_hint was not issued here.")
    return Terms(
        prompts=prompts,
        max_age=None if seconds is None else timedelta(seconds=seconds),
        subject=str(claims["sub"]) if claims else None,
    )
