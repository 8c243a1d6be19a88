"""Secrets: sealed, compared by fingerprint, hashed; each purpose has a key of its own."""

import re

import pytest

from simulator.crypto import NO_PASSWORD, Keys, Purpose, SealError, fingerprint, generate_secret

pytestmark = pytest.mark.requirement("CORE-7")
KEYS = Keys("a master of these tests")
TOKEN = Purpose.CONNECTION_ACCESS_TOKEN


@pytest.mark.parametrize("secret", ["", "s3cret", "ünïcode 😀", "x" * 10_000])
def test_a_sealed_secret_can_be_read_with_the_same_key_alone(secret: str) -> None:
    sealed = KEYS.seal(TOKEN, secret)

    assert secret == "" or secret not in sealed
    assert sealed != KEYS.seal(TOKEN, secret)
    assert Keys("a master of these tests").unseal(TOKEN, sealed) == secret
    with pytest.raises(SealError, match="sealed with another key"):
        Keys("another master").unseal(TOKEN, sealed)


def test_a_seal_that_was_broken_is_noticed() -> None:
    sealed = KEYS.seal(TOKEN, "s3cret")

    for broken in (sealed[:-4] + "AAA=", sealed[:-1], "made up", ""):
        with pytest.raises(SealError):
            KEYS.unseal(TOKEN, broken)


@pytest.mark.parametrize("other", [purpose for purpose in Purpose if purpose != TOKEN])
def test_what_was_sealed_for_one_purpose_opens_for_no_other(other: Purpose) -> None:
    with pytest.raises(SealError):
        KEYS.unseal(other, KEYS.seal(TOKEN, "s3cret"))


def test_each_purpose_has_a_key_of_its_own() -> None:
    derived = [KEYS.derive(purpose) for purpose in ("session:aihub", "session:mcp", "at-rest")]

    assert len(set(derived)) == 3
    assert {len(key) for key in derived} == {32}
    assert KEYS.derive("at-rest") == derived[2]
    assert Keys("another master").derive("at-rest") != derived[2]


@pytest.mark.parametrize("fast", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_a_password_matches_its_own_hash(fast: bool) -> None:
    """Nobody's password matches nothing, and the answer takes as long."""
    keys = Keys("m", fast_passwords=fast)
    hashed = keys.hash_password("correct horse")

    assert hashed.startswith("$argon2id$")
    assert hashed != keys.hash_password("correct horse")
    assert keys.password_matches("correct horse", hashed)
    assert not keys.password_matches("correct horsE", hashed)
    assert not keys.password_matches("", hashed)
    for nobody in (None, NO_PASSWORD, ""):
        assert not keys.password_matches("correct horse", nobody)


def test_secrets_are_new_each_time_and_fit_in_an_address() -> None:
    secrets = {generate_secret() for _ in range(50)}

    assert len(secrets) == 50
    assert all(re.fullmatch(r"[\w-]{43}", secret, re.ASCII) for secret in secrets)
    assert len({fingerprint(secret) for secret in secrets}) == 50
    assert fingerprint("s") == fingerprint("s") != "s"
