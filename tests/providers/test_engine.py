from collections.abc import Iterator
from threading import Barrier, Thread
from uuid import UUID

import pytest
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import insert, select

from core.db import Base, SessionFactory, make_engine, make_session_factory, transaction
from core.errors import Unavailable
from core.identity.actor import OPERATOR
from core.settings import EncoderKind
from matching.features.catalogue import catalogue_hash
from matching.text.encoder import NoEncoder, PackagedEncoder
from matching.types import Query, Sentence
from providers.engine import Engine, EngineHolder, build_engine
from providers.importing.supply import provider_id
from providers.packaged_ranker import read_packaged_ranker
from providers.queries import search_providers
from providers.service import publish_provider, suspend_provider
from providers.vectors import make_encoder
from tests.conftest import make_settings
from tests.factories import NOW, make_evidence, make_provider

AVOCATS = str(provider_id("fcdo_lawyers", "fl0001"))
ROADS = Query("rural roads", NOW.date(), target_jurisdictions=("VN",), sector_codes=("BLT",))


@pytest.fixture
def holder(catalogue_sessions: SessionFactory, catalogue_url: str) -> EngineHolder:
    """The engine over the small catalogue, by words only."""
    return EngineHolder(database_of(catalogue_sessions), make_settings(catalogue_url))


def database_of(sessions: SessionFactory) -> DatabaseEngine:
    bound = sessions.kw["bind"]
    assert isinstance(bound, DatabaseEngine)
    return bound


def named(sessions: SessionFactory, text: str) -> UUID:
    with sessions() as session:
        (provider,) = search_providers(session, text=text)
        return provider.id


def ranked(engine: Engine, query: Query = ROADS) -> list[str]:
    return [one.provider_id for one in engine.match(query, top=99).ranked]


def test_before_anything_is_loaded_it_says_what_to_run(db_engine: DatabaseEngine) -> None:
    holder = EngineHolder(db_engine, make_settings(""))

    with pytest.raises(Unavailable, match="run `landbridge demo`"):
        holder.current()
    assert not holder.is_ready


def test_is_built_at_the_first_use_and_kept(holder: EngineHolder) -> None:
    assert not holder.is_ready

    engine = holder.current()

    assert holder.is_ready
    assert holder.current() is engine
    assert len(engine.index.candidates) == 12


def test_lists_alone_give_an_engine_that_finds_nobody(
    catalogue_sessions: SessionFactory, holder: EngineHolder
) -> None:
    with transaction(catalogue_sessions) as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in {
                "provider",
                "provider_sector",
                "evidence",
                "evidence_sector",
                "evidence_jurisdiction",
            }:
                session.execute(table.delete())

    result = holder.current().match(ROADS)

    assert (result.considered, result.eligible, result.ranked) == (0, 0, ())


def test_finds_who_has_done_the_work(
    holder: EngineHolder, catalogue_sessions: SessionFactory
) -> None:
    result = holder.current().match(ROADS, top=2)

    first, second = (UUID(one.provider_id) for one in result.ranked)
    assert first == named(catalogue_sessions, "roads vietnam")
    assert second == named(catalogue_sessions, "rural transport")
    assert result.considered == 12
    assert result.eligible + sum(count.removed for count in result.removed) == 12


def test_a_suspended_provider_is_gone_at_the_next_request(
    holder: EngineHolder, catalogue_sessions: SessionFactory
) -> None:
    best = named(catalogue_sessions, "roads vietnam")
    before = holder.current()
    assert ranked(before)[0] == str(best)

    with transaction(catalogue_sessions) as session:
        suspend_provider(session, OPERATOR, provider_id=best, reason="asked to", now=NOW)
    suspended = holder.current()

    assert str(best) not in ranked(suspended)
    removed = {count.rule: count.removed for count in suspended.match(ROADS).removed}
    assert removed["not_suspended"] == 1
    # Who holds the former engine still gets the former answer.
    assert ranked(before)[0] == str(best)

    with transaction(catalogue_sessions) as session:
        publish_provider(session, OPERATOR, provider_id=best, now=NOW)
    assert ranked(holder.current()) == ranked(before)


def test_a_suspension_that_is_rolled_back_changes_nothing(
    holder: EngineHolder, catalogue_sessions: SessionFactory
) -> None:
    best = named(catalogue_sessions, "roads vietnam")
    before = holder.current()

    with catalogue_sessions() as session:
        suspend_provider(session, OPERATOR, provider_id=best, reason="x", now=NOW)
        session.rollback()

    assert holder.current() is before


def test_a_new_provider_is_found_at_the_next_request(
    holder: EngineHolder, catalogue_sessions: SessionFactory
) -> None:
    holder.current()

    with transaction(catalogue_sessions) as session:
        added = make_provider(session, name="Synthetic Newcomer")
        evidence = make_evidence(
            session, added, description="rural roads rural roads", sectors=["BLT"]
        )

    found = holder.current().match(ROADS, top=99).ranked
    own = next(one for one in found if one.provider_id == str(added.id))
    cited = {piece.evidence_id for reason in own.reasons for piece in reason.evidence}
    assert cited == {str(evidence.id)}


def test_the_versions_say_what_a_result_depends_on(
    holder: EngineHolder, catalogue_sessions: SessionFactory
) -> None:
    first = holder.current().versions

    assert first.sector_list == 1
    assert first.ranker == read_packaged_ranker().ranker.version
    assert first.features == catalogue_hash()
    assert first.encoder == "none"
    with transaction(catalogue_sessions) as session:
        make_provider(session)
    assert holder.current().versions.index != first.index


def test_knows_candidates_and_names(holder: EngineHolder) -> None:
    engine = holder.current()

    avocats = engine.candidate(AVOCATS)
    assert avocats is not None
    assert avocats.name == "Synthetic Avocats"
    assert engine.candidate("nobody") is None
    assert engine.sector_names["LEG"] == Sentence("Legal services", "法律服务", "法律服務")
    assert engine.jurisdiction_names["VN"].zh_hant == "越南"


def test_words_of_the_trade_carry_a_chinese_need_to_english_evidence(
    holder: EngineHolder, catalogue_sessions: SessionFactory
) -> None:
    query = Query("供水項目施工監理", NOW.date())

    best = holder.current().match(query, top=2).ranked

    assert {UUID(one.provider_id) for one in best} == {
        named(catalogue_sessions, "water dhaka"),
        named(catalogue_sessions, "delta supervision"),
    }


def test_many_who_ask_at_once_share_one_engine(holder: EngineHolder) -> None:
    start, built = Barrier(4), list[Engine]()

    def ask() -> None:
        start.wait()
        built.append(holder.current())

    threads = [Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(built) == 4
    assert len({id(engine) for engine in built}) == 1


@pytest.fixture
def reversed_copy(catalogue_sessions: SessionFactory) -> Iterator[SessionFactory]:
    """The same rows in a SQLite database of its own, the supply written in the other order."""
    copy = make_engine("sqlite://")
    Base.metadata.create_all(copy)
    with catalogue_sessions() as source, copy.begin() as target:
        for table in Base.metadata.sorted_tables:
            rows = [dict(row) for row in source.execute(select(table)).mappings()]
            if table.name.startswith(("provider", "evidence")):
                rows.reverse()
            elif table.name == "jurisdiction":
                rows.sort(key=lambda row: row["parent_code"] is not None)
            elif table.name == "sector":
                rows.sort(key=lambda row: row["code"])
            if rows:
                target.execute(insert(table), rows)
    yield make_session_factory(copy)
    copy.dispose()


def test_either_database_and_any_order_of_rows_give_the_same_engine(
    catalogue_sessions: SessionFactory, reversed_copy: SessionFactory
) -> None:
    with catalogue_sessions() as one, reversed_copy() as other:
        here, there = build_engine(one, NoEncoder()), build_engine(other, NoEncoder())

    assert here.versions == there.versions
    assert repr(here.match(ROADS)) == repr(there.match(ROADS))


def test_the_settings_choose_the_encoder() -> None:
    assert isinstance(make_encoder(make_settings("")), NoEncoder)
    assert isinstance(make_encoder(make_settings("", EncoderKind.PACKAGED)), PackagedEncoder)
