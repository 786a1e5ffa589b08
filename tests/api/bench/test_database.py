from uuid import UUID

from sqlalchemy import func, select

from api.bench.database import make_lists, maker_of, material, store_rows
from api.bench.supply_rows import as_rows
from core.db import make_engine, make_session_factory, reading
from matching.evaluation.bench.shape import Shape
from matching.evaluation.bench.supply import SupplyMaker
from matching.text.vectors import text_hash
from providers.candidates import read_candidates, read_matters
from providers.catalogue_state import catalogue_sequence
from providers.models import TextVector
from tests.conftest import Databases, _prepare_empty

SHAPE = Shape(providers=50, chunk=30)


def test_real_evidence_gives_every_place_and_sector_something_to_draw_from() -> None:
    real = material()

    assert len(real.titles) == len(real.descriptions) == len(real.vectors) > 10_000
    assert real.places[0] == "IN"
    assert len(real.leaves) == len(real.by_leaf.at) - 1 == 100
    assert (real.by_leaf.at[1:] - real.by_leaf.at[:-1]).min() > 100
    assert maker_of(SHAPE) is maker_of(SHAPE)


def test_stored_supply_reads_as_it_was_made(databases: Databases) -> None:
    url = databases.copy_of(_prepare_empty)
    make_lists(url)
    maker = SupplyMaker(SHAPE, material())
    chunks = [maker.chunk(number) for number in range(SHAPE.chunks)]

    store_rows(url, (as_rows(chunk, "none-1") for chunk in chunks))

    engine = make_engine(url)
    try:
        with reading(make_session_factory(engine)) as session:
            codes = material().parents
            candidates = {one.provider_id: one for one in read_candidates(session, codes)}
            matters = {
                next(iter(one.evidence_ids.values())): one for one in read_matters(session, codes)
            }
            vectors = session.scalar(select(func.count()).select_from(TextVector))
            assert catalogue_sequence(session) > 0
    finally:
        engine.dispose()
    made = [one for chunk in chunks for one in chunk.candidates]
    told = [one for chunk in chunks for one in chunk.matters]
    assert [candidates[one.provider_id] for one in made] == made
    assert len(candidates) == 50
    assert vectors == len({text_hash(one.text) for one in told})
    for one in told:
        ((provider_id, evidence_id),) = one.evidence_ids.items()
        stored = matters[evidence_id]
        assert UUID(provider_id)
        assert stored.evidence_ids == one.evidence_ids
        assert (stored.text, stored.jurisdictions, stored.sector_codes, stored.dated_on) == (
            one.text,
            one.jurisdictions,
            one.sector_codes,
            one.dated_on,
        )
        assert (stored.client, stored.amount_usd, stored.is_verified, stored.is_statement) == (
            one.client,
            one.amount_usd,
            one.is_verified,
            one.is_statement,
        )
