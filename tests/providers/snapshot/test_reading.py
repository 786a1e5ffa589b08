from collections.abc import Iterator, Sequence
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from core.db import SessionFactory
from matching.index.build import build_shard
from matching.index.merge import merged
from matching.index.shard import Shard
from matching.sectors import build_sector_tree
from matching.types import Matter
from providers.models import Evidence, Provider
from providers.snapshot.reading import (
    Supply,
    read_candidates,
    read_matters,
    read_supply,
    split_supply,
)
from providers.vectors import store_vectors
from tests.factories import make_evidence, make_provider

ENCODER, DIMENSIONS = "test-1", 4
TREE = build_sector_tree([("LEG", None), ("BLT", None)])

Piece = tuple[Matter, tuple[int, ...]]


@pytest.fixture
def supply(catalogue_sessions: SessionFactory) -> Iterator[Session]:
    """The small catalogue with partners in a matter, and with vectors of most texts."""
    with catalogue_sessions() as session:
        first, second = session.scalars(select(Provider).order_by(Provider.id).limit(2))
        for partner in (first, second):
            make_evidence(session, partner, matter_ref="joint", sectors=["LEG", "GONE"])
        texts = session.scalars(select(Evidence.text_hash).order_by(Evidence.text_hash)).all()
        texts = list(dict.fromkeys(texts))[1:]
        codes = np.arange(len(texts) * DIMENSIONS, dtype=np.int8).reshape(-1, DIMENSIONS)
        store_vectors(session, ENCODER, texts, codes, np.ones(len(texts), dtype=np.float32))
        yield session
        session.rollback()


def read(session: Session, whose: Sequence[UUID] | None = None) -> Supply:
    return read_supply(session, whose, encoder_version=ENCODER, dimensions=DIMENSIONS)


def pieces_of(supplies: Sequence[Supply]) -> dict[tuple[str, str], Piece]:
    """Every piece of evidence by provider and matter, with its vector."""
    found: dict[tuple[str, str], Piece] = {}
    for supply in supplies:
        for matter, code in zip(supply.matters, supply.codes.tolist(), strict=True):
            for provider_id, evidence_id in matter.evidence_ids.items():
                piece = Matter(
                    matter.matter_id,
                    {provider_id: evidence_id},
                    matter.title,
                    matter.description,
                    matter.jurisdictions,
                    matter.sector_codes,
                    matter.dated_on,
                    matter.client,
                    matter.amount_usd,
                    is_verified=matter.is_verified,
                    is_statement=matter.is_statement,
                )
                found[provider_id, matter.matter_id] = (piece, tuple(code))
    return found


@pytest.mark.parametrize("size", [1, 2, 5, 12])
def test_ranges_together_hold_what_is_read_at_once(supply: Session, size: int) -> None:
    whole = read(supply)
    ranges = split_supply(supply, providers=size, pieces=1000)

    parts = [
        read_supply(supply, within, encoder_version=ENCODER, dimensions=DIMENSIONS)
        for within, _providers, _pieces in ranges
    ]

    assert [len(part.candidates) for part in parts] == [providers for _, providers, _ in ranges]
    assert [one for part in parts for one in part.candidates] == whole.candidates
    assert len(whole.candidates) == 12
    assert pieces_of(parts) == pieces_of([whole])
    assert len(pieces_of([whole])) == 26 == sum(pieces for _, _, pieces in ranges)
    assert merged([shard_of(part) for part in parts]).content == shard_of(whole).content


def shard_of(part: Supply) -> Shard:
    return build_shard(part.candidates, part.matters, encoder=ENCODER, tree=TREE, codes=part.codes)


def test_some_providers_are_read_as_all_are(
    supply: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.snapshot.reading._IDS_AT_ONCE", 2)
    whole = read(supply)
    ids = [UUID(candidate.provider_id) for candidate in whole.candidates[::2]]

    some = read(supply, [*ids, uuid4(), ids[0]])

    assert some.candidates == whole.candidates[::2]
    wanted = {str(key) for key in ids}
    assert pieces_of([some]) == {
        key: piece for key, piece in pieces_of([whole]).items() if key[0] in wanted
    }
    assert read(supply, []).candidates == []


def test_candidates_and_matters_are_those_of_the_whole(supply: Session) -> None:
    whole = read(supply)

    assert read_candidates(supply) == whole.candidates
    assert read_matters(supply) == whole.matters


def test_a_text_without_a_vector_of_this_encoder_gets_zeros(supply: Session) -> None:
    texts = {evidence.id: evidence.text_hash for evidence in supply.scalars(select(Evidence))}
    without = min(texts.values())

    rows = read(supply)
    for matter, code in zip(rows.matters, rows.codes, strict=True):
        is_without = texts[UUID(next(iter(matter.evidence_ids.values())))] == without
        assert code.any() != is_without
    other = read_supply(supply, encoder_version="other", dimensions=DIMENSIONS)
    assert not other.codes.any()
    assert read_supply(supply).codes.shape == (len(rows.matters), 0)


def test_a_vector_of_another_length_is_passed_over_with_a_warning(supply: Session) -> None:
    with capture_logs() as logs:
        found = read_supply(supply, encoder_version=ENCODER, dimensions=5)

    assert found.codes.shape == (len(found.matters), 5)
    assert not found.codes.any()
    assert "not 5 numbers long: delete the vectors" in logs[0]["reason"]


def test_a_piece_belongs_to_the_same_matter_under_every_sector_list(supply: Session) -> None:
    filed, known = read(supply), read_supply(supply, known_sectors={"LEG"})

    assert [matter.matter_id for matter in filed.matters] == [
        matter.matter_id for matter in known.matters
    ]
    joint = next(n for n, matter in enumerate(filed.matters) if len(matter.evidence_ids) == 2)
    assert filed.matters[joint].sector_codes == ("GONE", "LEG")
    assert known.matters[joint].sector_codes == ("LEG",)


def test_partners_who_word_a_matter_otherwise_have_a_matter_each(supply: Session) -> None:
    """The text that is searched may be the same: here it is parted otherwise."""
    for title, description in (("Roads. Study", ""), ("Roads", "Study")):
        provider = make_provider(supply)
        make_evidence(supply, provider, title=title, description=description, matter_ref="x")

    found = [m for m in read_matters(supply) if m.matter_id.startswith("synthetic:x:")]

    assert sorted((m.title, m.description) for m in found) == [
        ("Roads", "Study"),
        ("Roads. Study", ""),
    ]


def test_a_range_ends_before_it_holds_too_much_evidence(supply: Session) -> None:
    crowded = make_provider(supply, provider_id=UUID(int=1))
    for _ in range(30):
        make_evidence(supply, crowded)

    ranges = split_supply(supply, providers=100, pieces=8)

    assert (ranges[0][0].first, ranges[0][0].last, *ranges[0][1:]) == (
        crowded.id,
        crowded.id,
        1,
        30,
    )
    assert all(pieces <= 8 for _, _, pieces in ranges[1:])
    assert sum(providers for _, providers, _ in ranges) == 13
