from pathlib import Path
from uuid import uuid4

import pytest

from core.audit.anchors import Anchor, AnchorContradicted, read_anchors, write_anchor
from core.audit.places import AnchorPlace, AnchorTaken, PlaceUnusable, name_of
from core.audit.signing import PublicKeys, SigningKey
from core.audit.verify import Fault, verify_trail
from core.db import SessionFactory, reading, transaction
from tests.core.audit import steps
from tests.factories import NOW

KEY = SigningKey(bytes(range(32)))
KEYS = PublicKeys([KEY.public])
ON_SQLITE = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@pytest.fixture(params=["folder", "elsewhere"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> AnchorPlace:
    """A folder of this machine, and one that only fsspec reaches."""
    return AnchorPlace(
        str(tmp_path / "anchors") if request.param == "folder" else f"memory://{uuid4().hex}"
    )


def anchor(
    sessions: SessionFactory, place: AnchorPlace, *, accepted: str | None = None
) -> Anchor | None:
    with reading(sessions) as session:
        return write_anchor(session, place, KEY, keys=KEYS, now=NOW, accepted=accepted)


@ON_SQLITE
def test_anchors_are_numbered_and_reads_as_they_were_written(
    sessions: SessionFactory, place: AnchorPlace
) -> None:
    written = []
    for _ in range(3):
        steps.fill_trail(sessions, events=1)
        written.append(anchor(sessions, place))

    read = read_anchors(place, KEYS)

    assert list(read.anchors) == written
    assert read.findings == ()
    assert place.numbers() == [1, 2, 3]


@ON_SQLITE
def test_a_trail_that_rests_is_not_anchored_again(
    sessions: SessionFactory, place: AnchorPlace
) -> None:
    steps.fill_trail(sessions, events=1)
    assert anchor(sessions, place) is not None
    assert anchor(sessions, place) is None
    assert place.numbers() == [1]


@ON_SQLITE
def test_no_anchor_is_written_over(sessions: SessionFactory, place: AnchorPlace) -> None:
    steps.fill_trail(sessions, events=1)
    anchor(sessions, place)
    before = place.read(1)

    with pytest.raises(AnchorTaken):
        place.add(1, b"another")

    assert place.read(1) == before


@ON_SQLITE
def test_two_who_anchor_at_the_same_time_take_two_numbers(
    sessions: SessionFactory, place: AnchorPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.fill_trail(sessions, events=1)
    add = AnchorPlace.add

    def lose_once(self: AnchorPlace, number: int, content: bytes) -> None:
        monkeypatch.setattr(AnchorPlace, "add", add)
        add(self, number, content)  # the other one
        add(self, number, content)

    monkeypatch.setattr(AnchorPlace, "add", lose_once)
    steps.fill_trail(sessions, events=1)

    # The other one's anchor says the same already.
    assert anchor(sessions, place) is None
    assert place.numbers() == [1]


@ON_SQLITE
@pytest.mark.parametrize("tamper", steps.SEEN_BY_ANCHORS_ALONE)
def test_does_not_anchor_what_contradicts_the_latest_anchor(
    sessions: SessionFactory, place: AnchorPlace, tamper: steps.Tampering
) -> None:
    steps.fill_trail(sessions)
    anchor(sessions, place)
    with transaction(sessions) as session:
        tamper(session, steps.chosen_by(2))
    steps.fill_trail(sessions)

    with pytest.raises(AnchorContradicted, match="anchor-00000001"):
        anchor(sessions, place)
    assert place.numbers() == [1]


@ON_SQLITE
def test_what_was_lost_can_be_accepted_and_counts_from_then_on(
    sessions: SessionFactory, place: AnchorPlace
) -> None:
    steps.fill_trail(sessions)
    anchor(sessions, place)
    with transaction(sessions) as session:
        steps.cut_off_tail(session, steps.chosen_by(2))
    accepted = anchor(sessions, place, accepted="restored the backup of the day before")

    read = read_anchors(place, KEYS)
    with reading(sessions) as session:
        assert verify_trail(session, read.heads()).findings == ()
    assert read.anchors[-1] == accepted

    with transaction(sessions) as session:
        steps.cut_off_tail(session, steps.chosen_by(3))
    with reading(sessions) as session:
        found = verify_trail(session, read_anchors(place, KEYS).heads()).findings
    assert Fault.CUT_OFF in {finding.fault for finding in found}


@ON_SQLITE
def test_an_anchor_that_was_edited_taken_away_or_signed_by_another_is_found(
    sessions: SessionFactory, tmp_path: Path
) -> None:
    place = AnchorPlace(str(tmp_path))
    for _ in range(4):
        steps.fill_trail(sessions, events=1)
        anchor(sessions, place)
    first, second, fourth = (tmp_path / name_of(number) for number in (1, 2, 4))

    def findings() -> list[str]:
        return [finding.detail for finding in read_anchors(place, KEYS).findings]

    whole = second.read_bytes()
    second.write_bytes(whole.replace(b"2026", b"2027"))
    assert findings()[0] == f"{second.name}: its signature does not fit what it says"
    second.write_bytes(b"{}")
    assert findings()[0] == f"{second.name}: it is no anchor"
    second.write_bytes(first.read_bytes())
    assert findings()[0] == f"{second.name}: it is the anchor 1 under another name"
    second.unlink()
    assert "the anchors 2 to 2 before it are not there" in findings()[0]
    second.write_bytes(whole)
    assert findings() == []

    stranger = SigningKey(bytes(32))
    fourth.unlink()
    with reading(sessions) as session:
        write_anchor(session, place, stranger, keys=KEYS, now=NOW)
    assert "which is not known here" in findings()[0]


def test_a_place_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    for url in (str(in_the_way), "nowhere://bucket"):
        place = AnchorPlace(url)
        with pytest.raises(PlaceUnusable, match="LANDBRIDGE_AUDIT_ANCHOR_URL"):
            place.numbers()
        with pytest.raises(PlaceUnusable):
            place.add(1, b"")


@pytest.mark.parametrize("written", ["", "kurz", "AAAA", "ä" * 44])
def test_a_key_that_is_none_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="key"):
        SigningKey.of(written)


def test_a_made_key_signs_what_its_public_half_believes() -> None:
    private, public = SigningKey.make()
    key = SigningKey.of(private)
    believed = PublicKeys([SigningKey.of(private).public])
    signature = key.sign(b"text")

    assert believed.is_signed(b"text", signature=signature, signed_with=key.key_id)
    assert not believed.is_signed(b"taxt", signature=signature, signed_with=key.key_id)
    assert not PublicKeys([]).is_signed(b"text", signature=signature, signed_with=key.key_id)
    assert public != private
