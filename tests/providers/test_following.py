"""Random histories: whoever follows has what whoever starts anew has."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import insert, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

import providers.engine
import providers.following
import providers.snapshot.build
import providers.source
from core.db import SessionFactory, reading, transaction
from core.identity.actor import OPERATOR
from core.settings import Settings
from matching.index.shard import OVERCLAIMS
from matching.text.encoder import PackagedEncoder, TextEncoder
from matching.types import Float32Array, Query
from providers.catalogue_state import (
    LISTS,
    RANKER,
    lock_catalogue,
    of_providers,
    touch_catalogue,
)
from providers.engine import Engine, EngineHolder, build_engine
from providers.lists import ListsInForce, read_lists
from providers.models import (
    CatalogueState,
    Evidence,
    Provider,
    ProviderSector,
    ProviderStatus,
    SectorBasis,
)
from providers.packaged_ranker import document_of_prior, read_packaged_ranker
from providers.sectors.models import Sector, SectorList, SectorListStatus
from providers.sectors.queries import get_published_list
from providers.service import (
    delete_evidence,
    delete_provider,
    publish_provider,
    suspend_provider,
)
from providers.snapshot.build import rebuild
from tests.conftest import make_settings
from tests.factories import NOW, make_evidence, make_provider

SECTORS = ("BLT", "LEG", "ACC", "TAX", "MKT", "DIS", "DIS.ARB")
PLACES = ("VN", "TH", "BD", "SG", "TZ")
WORDS = (
    "rural",
    "roads",
    "water",
    "audit",
    "tax",
    "port",
    "contract",
    "supervision",
    "arbitration",
)
NEEDS = (
    Query("rural roads", NOW.date(), target_jurisdictions=("VN",), sector_codes=("BLT",)),
    Query("tax audit", NOW.date(), home_jurisdiction="SG", sector_codes=("TAX",)),
    Query("supervision of water contract", NOW.date(), languages_wanted=("en",)),
)


class HashEncoder:
    """Takes the place of the packaged encoder: vectors by the hash of the text, in no time."""

    version = PackagedEncoder().version  # the meanings of sectors are of this one
    dimensions = PackagedEncoder.dimensions

    def encode_passages(self, texts: Sequence[str]) -> Float32Array:
        seeds = (hashlib.sha256(text.encode()).digest()[:8] for text in texts)
        rows = [
            np.random.default_rng(int.from_bytes(seed, "little")).normal(size=self.dimensions)
            for seed in seeds
        ]
        vectors = np.array(rows, dtype=np.float32).reshape(-1, self.dimensions)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    encode_queries = encode_passages


ENCODER = HashEncoder()


@pytest.fixture
def settings(catalogue_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings whose snapshots lie in a folder of the test, and whose encoder is quick."""
    monkeypatch.setattr(providers.engine, "make_encoder", lambda _settings: ENCODER)
    monkeypatch.setattr(providers.snapshot.build, "make_encoder", lambda _settings: ENCODER)
    return make_settings(catalogue_url).model_copy(update={"data_dir": tmp_path})


@pytest.fixture
def database(catalogue_sessions: SessionFactory) -> DatabaseEngine:
    """The database that the settings name."""
    bound = catalogue_sessions.kw["bind"]
    assert isinstance(bound, DatabaseEngine)
    return bound


@pytest.fixture
def lists_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the lists once for all: a history changes supply only, and they take half a second."""
    found: list[ListsInForce] = []

    def read(session: Session, encoder: TextEncoder) -> ListsInForce:
        if not found:
            found.append(read_lists(session, encoder))
        return found[0]

    monkeypatch.setattr(providers.following, "read_lists", read)


@dataclass
class History:
    """Changes of a catalogue, drawn at random."""

    random: Random

    def step(self, session: Session) -> str:
        providers = session.scalars(select(Provider).order_by(Provider.id)).all()
        steps: list[Callable[[Session, Provider], None]] = [
            self.create,
            self.edit,
            self.list_elsewhere,
            self.switch,
            self.add_evidence,
            self.share_a_matter,
            self.remove_evidence,
            self.delete,
        ]
        step = self.random.choice(steps)
        step(session, self.random.choice(providers))
        return step.__name__

    def create(self, session: Session, _other: Provider) -> None:
        made = make_provider(
            session,
            name=f"Synthetic {self.text(2)}",
            home=self.random.choice([*PLACES, None]),
            sectors=self.random.sample(SECTORS, self.random.randint(0, 3)),
            languages=self.random.choice([None, ["en"], ["en", "zh"], []]),
            qualified_in=self.random.choice([None, {}, {"SG": "2025-01-01", "TH": None}]),
            provider_id=UUID(int=self.random.getrandbits(128)),
        )
        for _ in range(self.random.randint(0, 3)):
            self.add_evidence(session, made)

    def edit(self, session: Session, provider: Provider) -> None:
        session.execute(
            update(Provider)
            .where(Provider.id == provider.id)
            .values(name=self.text(3), home_jurisdiction=self.random.choice(PLACES))
        )
        touch_catalogue(session, of_providers([provider.id]))

    def list_elsewhere(self, session: Session, provider: Provider) -> None:
        # Sometimes under more than anybody believes.
        codes = session.scalars(select(Sector.code).order_by(Sector.code)).all()
        chosen = self.random.sample(codes, self.random.choice([1, 2, 14]))
        provider.sectors = [
            ProviderSector(sector_code=code, basis=SectorBasis.CLAIMED) for code in chosen
        ]
        session.flush()
        touch_catalogue(session, of_providers([provider.id]))

    def switch(self, session: Session, provider: Provider) -> None:
        if provider.status == ProviderStatus.PUBLISHED:
            suspend_provider(session, OPERATOR, provider_id=provider.id, reason="x", now=NOW)
        else:
            publish_provider(session, OPERATOR, provider_id=provider.id, now=NOW)

    def add_evidence(self, session: Session, provider: Provider) -> None:
        make_evidence(
            session,
            provider,
            title=self.random.choice(["", self.text(2)]),
            description=self.text(5),
            jurisdictions=self.random.sample(PLACES, self.random.randint(0, 2)),
            sectors=self.random.sample(SECTORS, self.random.randint(0, 2)),
            is_verified=self.random.random() < 0.7,
        )

    def share_a_matter(self, session: Session, provider: Provider) -> None:
        ref, text = str(self.random.getrandbits(64)), self.text(4)
        others = session.scalars(select(Provider).where(Provider.id != provider.id).limit(2)).all()
        for partner in (provider, *others):
            make_evidence(session, partner, matter_ref=ref, title="Shared", description=text)

    def remove_evidence(self, session: Session, provider: Provider) -> None:
        for evidence_id in session.scalars(
            select(Evidence.id).where(Evidence.provider_id == provider.id).limit(1)
        ).all():
            delete_evidence(session, OPERATOR, evidence_id=evidence_id)

    def delete(self, session: Session, provider: Provider) -> None:
        delete_provider(session, OPERATOR, provider_id=provider.id)

    def text(self, words: int) -> str:
        return " ".join(self.random.choices(WORDS, k=words))


def answers(engine: Engine) -> list[str]:
    return [repr(engine.match(need, top=99)) for need in NEEDS]


def assert_up_to_date(holder: EngineHolder, database: DatabaseEngine) -> None:
    holder.current()
    holder.settle()  # new texts have their vectors
    followed = holder.current()
    with reading(database) as session:
        built = replace(build_engine(session, ENCODER), band=followed.band)
    assert followed.versions == built.versions
    assert answers(followed) == answers(built)


@pytest.mark.usefixtures("lists_read_once")
@pytest.mark.parametrize("seed", range(4))
def test_following_a_snapshot_gives_what_building_anew_gives(
    seed: int, settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    history = History(Random(seed))  # noqa: S311 a history, not a secret
    rebuild(settings)
    holder = EngineHolder(database, settings)
    assert_up_to_date(holder, database)
    snapshot = holder.status and holder.status.snapshot
    assert snapshot is not None

    for _ in range(8):
        with transaction(catalogue_sessions) as session:
            for _ in range(history.random.randint(1, 3)):
                history.step(session)
        assert_up_to_date(holder, database)

    assert holder.status is not None
    assert holder.status.snapshot == snapshot
    assert holder.status.changed > 0
    # Whoever starts now follows from the same snapshot, and whoever builds one has nothing to follow.
    assert_up_to_date(EngineHolder(database, settings), database)
    rebuild(settings)
    fresh = EngineHolder(database, settings)
    assert_up_to_date(fresh, database)
    assert fresh.status is not None
    assert (fresh.status.changed, fresh.status.snapshot != snapshot) == (0, True)
    # And whoever runs takes it over beside its requests.
    holder.current()
    holder.settle()
    assert_up_to_date(holder, database)
    assert holder.status.snapshot == fresh.status.snapshot
    assert holder.status.changed == 0


def test_a_new_sector_list_changes_who_is_believed(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    with transaction(catalogue_sessions) as session:
        broad = session.scalars(select(Sector.code).where(Sector.parent_code.is_(None))).all()
        narrow = session.scalars(select(Sector.code).where(Sector.parent_code == "BLT")).first()
        # One more than anybody believes, but for the work done in a part of one of them.
        claims = make_provider(session, sectors=["BLT", *[c for c in broad if c != "BLT"][:12]])
        make_evidence(session, claims, sectors=[str(narrow)])
    rebuild(settings)
    holder, row = EngineHolder(database, settings), str(claims.id)
    assert not overclaims(holder.current(), row)

    with transaction(catalogue_sessions) as session:
        publish_without(session, str(narrow))

    assert_up_to_date(holder, database)
    assert overclaims(holder.current(), row)
    # So it is for whoever opens the snapshot of the former list only now.
    late = EngineHolder(database, settings)
    assert_up_to_date(late, database)
    assert overclaims(late.current(), row)


def overclaims(engine: Engine, provider_id: str) -> bool:
    found = engine.view.find(provider_id)
    assert found is not None
    number, row = found
    shard = [shard for shard, _ in engine.view.shards()][number]
    return bool(shard.profiles.flags[row] & OVERCLAIMS)


def publish_without(session: Session, code: str) -> None:
    """Publish the list in force without one of its sectors."""
    published = get_published_list(session)
    rows = session.execute(select(Sector.__table__)).mappings().all()
    published.status = SectorListStatus.SUPERSEDED
    session.flush()
    session.add(
        SectorList(
            version=2,
            status=SectorListStatus.PUBLISHED,
            published_on=NOW.date(),
            source="synthetic",
            content_sha256="0" * 64,
        )
    )
    session.flush()
    kept = [{**row, "list_version": 2} for row in rows if row["code"] != code]
    session.execute(insert(Sector), sorted(kept, key=lambda row: str(row["code"])))
    touch_catalogue(session, LISTS)


def test_another_ranker_leaves_everything_else_as_it_is(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    in_force = [read_packaged_ranker(), document_of_prior()]
    holder = EngineHolder(database, settings, ranker_in_force=lambda _session: in_force[0])
    holder.current()
    holder.settle()
    before = holder.current()

    in_force.reverse()
    with transaction(catalogue_sessions) as session:
        touch_catalogue(session, RANKER)
    after = holder.current()

    assert after.ranker.version == after.versions.ranker == document_of_prior().ranker.version
    assert after.view is before.view
    assert after.names is before.names


def test_new_texts_are_found_by_their_words_while_somebody_writes_then_by_their_meaning(
    settings: Settings, database: DatabaseEngine, catalogue_sessions: SessionFactory
) -> None:
    holder = EngineHolder(database, settings)
    assert_up_to_date(holder, database)
    row = add_text(catalogue_sessions)

    with transaction(catalogue_sessions) as session:
        lock_catalogue(session)
        session.execute(update(CatalogueState).values(sequence=CatalogueState.sequence))
        # No vector can be stored now, and nobody waits for it.
        assert has_vector(holder.current(), row) is False
    holder.settle()

    assert has_vector(holder.current(), row) is True
    assert_up_to_date(holder, database)


@pytest.mark.parametrize("error", [ValueError("x"), OperationalError("x", None, OSError())])
def test_texts_that_cannot_be_encoded_are_found_by_their_words(
    error: Exception,
    settings: Settings,
    database: DatabaseEngine,
    catalogue_sessions: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    holder = EngineHolder(database, settings)
    assert_up_to_date(holder, database)

    def refuse(_self: HashEncoder, _texts: Sequence[str]) -> Float32Array:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(HashEncoder, "encode_passages", refuse)
        row = add_text(catalogue_sessions)
        assert_is_found_by_words(holder, row)
    with transaction(catalogue_sessions) as session:
        touch_catalogue(session, of_providers([UUID(row)]))
    holder.current()
    holder.settle()

    assert has_vector(holder.current(), row)


def assert_is_found_by_words(holder: EngineHolder, row: str) -> None:
    holder.current()
    holder.settle()
    assert has_vector(holder.current(), row) is False


def add_text(sessions: SessionFactory) -> str:
    with transaction(sessions) as session:
        added = make_provider(session)
        make_evidence(session, added, description="never seen before")
    return str(added.id)


def has_vector(engine: Engine, provider_id: str) -> bool:
    found = engine.view.find(provider_id)
    assert found is not None
    number, row = found
    shard = [shard for shard, _ in engine.view.shards()][number]
    return bool(shard.pieces.codes[list(shard.pieces_of(row))].any())


def test_a_newer_snapshot_is_opened_rather_than_very_many_changes_followed(
    settings: Settings,
    database: DatabaseEngine,
    catalogue_sessions: SessionFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(providers.source, "FAR_BEHIND", 1)
    holder = EngineHolder(database, settings)
    assert_up_to_date(holder, database)
    for _ in range(2):
        add_text(catalogue_sessions)
    rebuild(settings)

    holder.current()

    assert holder.status is not None
    assert holder.status.snapshot is not None
    assert_up_to_date(holder, database)
