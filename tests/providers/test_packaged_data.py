import csv
import gzip
from collections import Counter, defaultdict
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from core.db import Base, SessionFactory, make_engine, make_session_factory
from core.tabular import read_table
from matching.text.encoder import PackagedEncoder
from matching.text.vectors import quantise, restore, text_hash
from matching.types import evidence_text
from providers.catalogue import (
    FCDO_SOURCE,
    PACKAGED_TABLES,
    VECTORS_FILE,
    WORLD_BANK_SOURCE,
    load_packaged_catalogue,
    read_vectors,
)
from providers.catalogue_state import catalogue_sequence
from providers.errors import PackagedDataDamaged
from providers.jurisdictions.models import (
    BilateralAgreement,
    Instrument,
    Jurisdiction,
    LegalFamily,
    Membership,
    Objection,
)
from providers.jurisdictions.queries import get_jurisdiction, list_jurisdiction_names
from providers.models import Evidence, Provider, ProviderSector, TextVector
from providers.sectors.models import Sector
from providers.sectors.queries import get_published_list, get_sector, list_sectors

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DATA = Path(__file__).parents[2] / "providers" / "data"


def rows_of(name: str) -> list[dict[str, str]]:
    return [cells for _, cells in read_table(DATA / name).rows]


def crosswalk(name: str) -> dict[tuple[str, str], tuple[str, ...]]:
    return {
        (row["kind"], row["label"]): tuple(filter(None, row["sector_codes"].split(";")))
        for row in rows_of(name)
    }


@pytest.mark.parametrize(
    ("table", "rows"),
    [
        (Sector, 121),
        (Jurisdiction, 288),
        (Instrument, 44),
        (Membership, 1_256),
        (BilateralAgreement, 438),
        (Objection, 15),
        (LegalFamily, 238),
        (Provider, 9_991 + 405),
        (Evidence, 15_500 + 405),
        (TextVector, 12_990),
    ],
)
def test_everything_that_ships_is_loaded(
    packaged_sessions: SessionFactory, table: type[Base], rows: int
) -> None:
    with packaged_sessions() as session:
        assert session.scalar(select(func.count()).select_from(table)) == rows


def test_loading_again_changes_nothing(packaged_sessions: SessionFactory) -> None:
    with packaged_sessions() as session:
        before = catalogue_sequence(session)

    report = load_packaged_catalogue(packaged_sessions, now=NOW)

    assert (report.rows_changed, report.vectors_added) == (0, 0)
    with packaged_sessions() as session:
        assert catalogue_sequence(session) == before > 0


def test_loading_goes_on_where_it_was_broken_off(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'broken.db'}")
    Base.metadata.create_all(engine)
    sessions = make_session_factory(engine)
    seen: list[str] = []

    def break_off(step: str, done: int, _total: int) -> None:
        seen.append(step)
        if step == "providers" and done == 2_000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load_packaged_catalogue(sessions, now=NOW, progress=break_off)
    first, seen = seen, []
    report = load_packaged_catalogue(sessions, now=NOW, progress=lambda step, *_: seen.append(step))

    assert "sectors" in first
    assert seen[0] == "providers"
    assert report.rows_changed == (9_991 - 2_000) + 15_500 + 405 + 405
    engine.dispose()


def test_the_sector_list_has_its_shape(packaged_sessions: SessionFactory) -> None:
    with packaged_sessions() as session:
        sectors = list_sectors(session)
        parents = {sector.parent_code for sector in sectors}
        assert get_published_list(session).version == 1
        assert sum(sector.parent_code is None for sector in sectors) == 19
        assert sum(sector.code not in parents for sector in sectors) == 100
        assert get_sector(session, "DIS.MED.MDR").name_zh_hant == "調解員"
        assert not get_sector(session, "ACC.AUD").cpc_verified
        assert get_sector(session, "LEG").cpc_verified


def test_rows_recalled_from_memory_are_marked(packaged_sessions: SessionFactory) -> None:
    with packaged_sessions() as session:
        for table, unverified in ((Membership, 18), (BilateralAgreement, 27)):
            query = select(func.count()).select_from(table).where(table.is_verified.is_(False))
            assert session.scalar(query) == unverified


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("CN", ("Mainland China", "中国内地", "中國內地")),
        ("HK", ("Hong Kong", "香港", "香港")),
        ("MO", ("Macao", "澳门", "澳門")),
        ("TW", ("Taiwan, China", "中国台湾", "中國台灣")),
        ("KR", ("South Korea", "韩国", "韓國")),
        ("KP", ("North Korea", "朝鲜", "朝鮮")),
        ("SA", ("Saudi Arabia", "沙特阿拉伯", "沙特阿拉伯")),
        ("VN-07", ("Tuyen Quang", "宣光省", "宣光省")),
    ],
)
def test_names_that_a_library_gets_wrong_are_curated(
    packaged_sessions: SessionFactory, code: str, names: tuple[str, str, str]
) -> None:
    with packaged_sessions() as session:
        found = get_jurisdiction(session, code)
    assert (found.name_en, found.name_zh_hans, found.name_zh_hant) == names
    assert "curated" in found.name_source


def test_no_name_means_two_jurisdictions(packaged_sessions: SessionFactory) -> None:
    owners: dict[str, set[str]] = defaultdict(set)
    with packaged_sessions() as session:
        for row in session.scalars(select(Jurisdiction)):
            aliases = [alias for names in row.aliases.values() for alias in names]
            for name in (row.name_en, row.name_zh_hans, row.name_zh_hant, *aliases):
                owners[name.casefold()].add(row.code)
                assert len(name) > 1, (row.code, name)
    assert {name: codes for name, codes in owners.items() if len(codes) > 1} == {}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Viet Nam", "VN"), ("UAE", "AE"), ("PRC", "CN"), ("Lao PDR", "LA"), ("Burma", "MM"),
        ("Türkiye", "TR"), ("Turkey", "TR"), ("Ivory Coast", "CI"), ("DRC", "CD"), ("老挝", "LA"),
        ("老撾", "LA"), ("寮國", "LA"), ("迪拜", "AE"), ("杜拜", "AE"), ("坦桑尼亞", "TZ"), ("坦桑尼亚", "TZ"),
        ("孟加拉", "BD"), ("孟加拉國", "BD"), ("廣西", "CN-GX"), ("芒街", "VN-13"), ("欧盟", "EU"),
    ],
)  # fmt: skip
def test_texts_may_call_a_place_by_its_common_names(
    packaged_sessions: SessionFactory, name: str, code: str
) -> None:
    with packaged_sessions() as session:
        names = {entry: row.code for row in list_jurisdiction_names(session) for entry in row.names}
    assert names[name] == code


def test_crosswalks_cover_every_label_and_name_real_sectors() -> None:
    codes = {row["code"] for row in rows_of("sectors.csv")}
    bank, lists = crosswalk("crosswalk_worldbank.csv"), crosswalk("crosswalk_fcdo.csv")
    for row in [*rows_of("crosswalk_worldbank.csv"), *rows_of("crosswalk_fcdo.csv")]:
        assert row["reason"], row["label"]
        assert set(filter(None, row["sector_codes"].split(";"))) <= codes, row["label"]
    for row in rows_of("worldbank_evidence.csv.gz"):
        labels = dict(part.split("=", 1) for part in row["labels"].split(";"))
        mapped = bank["service_type", labels["service_type"]] + bank["sector", labels["sector"]]
        assert row["sector_codes"] == ";".join(mapped)
    for row in rows_of("fcdo_providers.csv.gz"):
        areas = filter(None, row["listed_as"].split(";"))
        mapped = tuple(code for area in areas for code in lists["practice_area", area])
        assert row["sector_codes"].split(";") == list(dict.fromkeys(("LEG", *mapped)))


def test_real_firms_carry_nothing_that_their_source_does_not_say(
    packaged_sessions: SessionFactory,
) -> None:
    with packaged_sessions() as session:
        for unknown in (
            Provider.languages, Provider.qualified_in, Provider.network_in, Provider.is_accepting,
        ):  # fmt: skip
            assert session.scalar(select(func.count(unknown))) == 0
        kinds = session.execute(
            select(Provider.source, Provider.kind, func.count()).group_by(
                Provider.source, Provider.kind
            )
        ).all()
        listed = session.scalar(
            select(func.count())
            .select_from(ProviderSector)
            .where(ProviderSector.sector_code == "LEG")
        )
    counts = {(source, str(kind)): n for source, kind, n in kinds}
    assert counts[FCDO_SOURCE, "law_firm"] == listed == 405
    assert sum(n for (source, _), n in counts.items() if source == WORLD_BANK_SOURCE) == 9_991


def test_country_codes_of_the_bank_became_iso_codes() -> None:
    country_of = {
        row["labels"].split("country=")[1].split(";")[0]: row["jurisdictions"]
        for row in rows_of("worldbank_evidence.csv.gz")
    }
    expected = {
        "Congo, Democrat": "CD", "Timor-Leste": "TL", "Serbia": "RS", "West Bank and G": "PS",
        "Yemen, Republic": "YE", "Kosovo": "XK", "Mexico": "MX", "Western Africa": "", "World": "",
    }  # fmt: skip
    assert {name: country_of[name] for name in expected} == expected
    homes = Counter(row["home_jurisdiction"] for row in rows_of("worldbank_providers.csv.gz"))
    assert homes[""] == 20


def test_partners_of_a_joint_venture_share_a_matter(packaged_sessions: SessionFactory) -> None:
    with packaged_sessions() as session:
        matters = session.execute(
            select(Evidence.matter_ref, func.count())
            .where(Evidence.source == WORLD_BANK_SOURCE)
            .group_by(Evidence.matter_ref)
        ).all()
        dated = session.scalar(select(func.max(Evidence.dated_on)))
    assert len(matters) == 13_756
    assert max(n for _, n in matters) > 1
    assert dated == date(2020, 2, 10)


def test_every_text_has_its_vector(packaged_sessions: SessionFactory) -> None:
    version = PackagedEncoder().version
    with packaged_sessions() as session:
        texts = set(session.scalars(select(Evidence.text_hash)))
        vectors = set(
            session.scalars(
                select(TextVector.text_hash).where(TextVector.encoder_version == version)
            )
        )
    assert texts == vectors


def test_shipped_vectors_are_those_of_the_packaged_encoder() -> None:
    shipped = read_vectors(DATA / VECTORS_FILE)
    place = {key: i for i, key in enumerate(shipped.text_hashes)}
    texts = sorted(
        {
            evidence_text(row["title"], row["description"])
            for name in ("worldbank_evidence.csv.gz", "fcdo_evidence.csv.gz")
            for row in rows_of(name)
        }
    )
    sample = [texts[i] for i in np.linspace(0, len(texts) - 1, 8).astype(int)]

    fresh = PackagedEncoder().encode_passages(sample)
    chosen = [place[text_hash(text)] for text in sample]
    stored = restore(shipped.codes[chosen], shipped.scales[chosen])

    assert (np.sum(fresh * stored, axis=1) >= 0.999).all()


def test_a_vectors_file_of_another_shape_is_refused(tmp_path: Path) -> None:
    codes, scales = quantise(np.eye(3, 100, dtype=np.float32))
    np.savez(
        tmp_path / "vectors.npz",
        codes=codes,
        scale=scales,
        text_hash=np.zeros((3, 32), dtype=np.uint8),
        encoder_version=np.array("other"),
    )

    with pytest.raises(PackagedDataDamaged, match=r"parts of shapes"):
        read_vectors(tmp_path / "vectors.npz")
    (tmp_path / "cut.npz").write_bytes((tmp_path / "vectors.npz").read_bytes()[:300])
    with pytest.raises(PackagedDataDamaged, match="cannot be read"):
        read_vectors(tmp_path / "cut.npz")


def test_the_package_stays_small_and_holds_every_table() -> None:
    assert all((DATA / table.file_name).is_file() for table in PACKAGED_TABLES)
    assert sum(path.stat().st_size for path in DATA.rglob("*") if path.is_file()) < 9_000_000


def test_packaged_tables_are_written_the_same_way_by_every_build() -> None:
    for path in DATA.rglob("*.csv.gz"):
        content = path.read_bytes()
        assert content[4:8] == b"\0\0\0\0", f"{path.name} holds the time at which it was packed"
        text = gzip.decompress(content).decode()
        assert "\r" not in text
        assert next(csv.reader(text.splitlines()))
