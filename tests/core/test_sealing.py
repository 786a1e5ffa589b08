import base64
import os

import pytest

from core.sealing import FROM_SECRET, Keyring, PersonSeal, SealBroken, make_key

OLD, NEW = os.urandom(32), os.urandom(32)
SECRET = "a deployment's"  # noqa: S105 made up for these tests


def test_what_is_sealed_opens_for_its_purpose_only() -> None:
    ring = Keyring([NEW])
    sealed = ring.seal("香港 secret".encode(), purpose="seed")
    assert b"secret" not in sealed
    assert ring.open(sealed, purpose="seed").decode() == "香港 secret"
    assert ring.seal(b"same", purpose="seed") != ring.seal(b"same", purpose="seed")
    with pytest.raises(SealBroken):
        ring.open(sealed, purpose="another")


@pytest.mark.parametrize("place", [0, 3, 8, -1])
def test_a_changed_byte_is_noticed(place: int) -> None:
    ring = Keyring([NEW])
    sealed = bytearray(ring.seal(b"secret", purpose="seed"))
    sealed[place] ^= 1
    with pytest.raises(SealBroken):
        ring.open(bytes(sealed), purpose="seed")


def test_a_new_key_seals_and_the_old_one_opens_until_it_is_taken_away() -> None:
    before = Keyring([OLD]).seal(b"secret", purpose="seed")
    both = Keyring([NEW, OLD])
    assert both.open(before, purpose="seed") == b"secret"
    assert not both.is_current(before)
    after = both.seal(both.open(before, purpose="seed"), purpose="seed")
    assert both.is_current(after)
    assert Keyring([NEW]).open(after, purpose="seed") == b"secret"
    with pytest.raises(SealBroken):
        Keyring([NEW]).open(before, purpose="seed")


def test_a_digest_stays_while_keys_are_replaced_and_tells_nothing_without_them() -> None:
    digest = Keyring([OLD]).digest("a@example.com", purpose="email")
    assert Keyring([NEW, OLD]).digest("a@example.com", purpose="email") == digest
    assert Keyring([NEW]).digest("a@example.com", purpose="email") != digest
    assert Keyring([OLD]).digest("a@example.com", purpose="other") != digest


def test_a_digest_outlives_every_key_once_its_own_is_written_down() -> None:
    old, new = base64.b64encode(OLD).decode(), base64.b64encode(NEW).decode()
    both = Keyring.of([new, old], secret="")
    after = Keyring.of([new], secret="", digest_key=both.digest_key)
    digest = Keyring.of([old], secret="").digest("a@example.com", purpose="email")
    assert after.digest("a@example.com", purpose="email") == digest
    assert after.digest_key == both.digest_key
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring.of([new], secret="", digest_key="c2hvcnQ=")


def test_what_a_person_said_opens_with_their_own_key() -> None:
    ring = Keyring([NEW])
    seal, wrapped = PersonSeal.make(ring)
    other, _ = PersonSeal.make(ring)
    sealed = seal.seal(b"name", purpose="account")
    assert PersonSeal.unwrap(ring, wrapped).open(sealed, purpose="account") == b"name"
    with pytest.raises(SealBroken):
        other.open(sealed, purpose="account")


def test_keys_are_written_as_base64_and_one_is_made_where_none_is_given() -> None:
    written = base64.b64encode(NEW).decode()
    sealed = Keyring([NEW]).seal(b"secret", purpose="seed")
    assert Keyring.of([written], secret="").open(sealed, purpose="seed") == b"secret"
    made = Keyring.of([], secret=SECRET).seal(b"secret", purpose="seed")
    assert Keyring.of([], secret=SECRET).open(made, purpose="seed") == b"secret"
    # It can be replaced like any other.
    after = Keyring.of([make_key(), FROM_SECRET], secret=SECRET)
    assert after.open(made, purpose="seed") == b"secret"
    assert not after.is_current(made)
    with pytest.raises(ValueError, match="base64"):
        Keyring.of(["not base64!"], secret=SECRET)
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring.of(["c2hvcnQ="], secret=SECRET)
