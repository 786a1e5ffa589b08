"""Made-up data for tests. Every provider made here says in its name that it is synthetic."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from core.db import SessionFactory
from core.identity.actor import OPEN_ACCESS_ID
from enterprises.models import Need, NeedVersion
from enterprises.schemas import NeedCreate
from matching.text.folding import fold
from matching.text.vectors import text_hash
from matching.types import evidence_text
from providers.catalogue_state import of_providers, touch_catalogue
from providers.importing.kinds import SUPPLY_KINDS
from providers.importing.plan import plan_import
from providers.importing.run import run_import
from providers.importing.supply import provider_id
from providers.models import (
    Evidence,
    EvidenceJurisdiction,
    EvidenceKind,
    EvidenceSector,
    Provider,
    ProviderKind,
    ProviderSector,
    ProviderStatus,
    SectorBasis,
)

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SOURCE = "synthetic"


def make_provider(
    session: Session,
    *,
    name: str = "Synthetic Consultants",
    kind: ProviderKind = ProviderKind.CONSULTING_FIRM,
    home: str | None = "VN",
    city: str | None = None,
    sectors: Sequence[str] = (),
    languages: Sequence[str] | None = None,
    qualified_in: Mapping[str, str | None] | None = None,
    status: ProviderStatus = ProviderStatus.PUBLISHED,
    is_accepting: bool | None = None,
    provider_id: UUID | None = None,
) -> Provider:
    """Store a provider."""
    key = provider_id or uuid4()
    provider = Provider(
        id=key,
        source=SOURCE,
        source_ref=str(key),
        name=name,
        name_folded=fold(name),
        kind=kind,
        home_jurisdiction=home,
        city=city,
        status=status,
        languages=None if languages is None else list(languages),
        qualified_in=None if qualified_in is None else dict(qualified_in),
        is_accepting=is_accepting,
        version=1,
        created_at=NOW,
        updated_at=NOW,
        sectors=[ProviderSector(sector_code=code, basis=SectorBasis.LISTED) for code in sectors],
    )
    session.add(provider)
    session.flush()
    touch_catalogue(session, of_providers([key]))
    return provider


def make_evidence(
    session: Session,
    provider: Provider,
    *,
    title: str = "Synthetic project",
    description: str = "Made up for a test",
    jurisdictions: Sequence[str] = ("VN",),
    sectors: Sequence[str] = (),
    dated_on: date | None = date(2024, 5, 17),
    matter_ref: str | None = None,
    client: str | None = None,
    kind: EvidenceKind = EvidenceKind.PAST_MATTER,
    is_verified: bool = True,
) -> Evidence:
    """Store a piece of evidence of a provider."""
    key = uuid4()
    evidence = Evidence(
        id=key,
        provider_id=provider.id,
        source=SOURCE,
        matter_ref=matter_ref or str(key),
        kind=kind,
        title=title,
        description=description,
        text_hash=text_hash(evidence_text(title, description)),
        dated_on=dated_on,
        client_ref=client,
        labels={},
        is_verified=is_verified,
        jurisdictions=[EvidenceJurisdiction(jurisdiction_code=code) for code in jurisdictions],
        sectors=[EvidenceSector(sector_code=code) for code in sectors],
    )
    session.add(evidence)
    session.flush()
    touch_catalogue(session, of_providers([provider.id]))
    return evidence


def make_need(
    session: Session,
    *,
    text: str | None = "a need made up for a test",
    tenant_id: UUID = OPEN_ACCESS_ID,
    now: datetime = NOW,
) -> Need:
    """Store a need whose text nobody has read."""
    need = Need(id=uuid4(), tenant_id=tenant_id, version=1, created_at=now, updated_at=now)
    session.add(need)
    session.flush()
    session.add(
        NeedVersion(
            tenant_id=tenant_id,
            need_id=need.id,
            version=1,
            structured=NeedCreate(text=text).model_dump(mode="json"),
            written_by="test",
            written_at=now,
        )
    )
    session.flush()
    session.refresh(need)
    return need


def load_lists(sessions: SessionFactory) -> None:
    """Store the packaged sector list and jurisdictions."""
    data = Path(str(files("providers.data")))
    for kind, name in (
        ("sectors", "sectors.csv"),
        ("jurisdictions", "jurisdictions/jurisdictions.csv"),
    ):
        with sessions() as session:
            plan = plan_import(session, SUPPLY_KINDS[kind], data / name)
        run_import(sessions, plan, keep_good=False, now=NOW)


def small_catalogue(session: Session) -> list[Provider]:
    """Store a dozen synthetic providers over five jurisdictions and five sectors.

    The first two have the ids that the API's description uses in its examples.
    """
    made = [
        make_provider(
            session,
            name=f"Synthetic {label}",
            home=home,
            kind=kind,
            sectors=sectors,
            languages=languages,
            provider_id=key,
        )
        for label, home, kind, sectors, languages, key in _PROVIDERS
    ]
    for provider, (title, description, places, sectors, year) in zip(made, _MATTERS, strict=True):
        for number in range(2):
            make_evidence(
                session,
                provider,
                title=title,
                description=f"{description}, phase {number + 1}",
                jurisdictions=places,
                sectors=sectors,
                dated_on=date(year + number, 3, 1),
            )
    return made


_CONSULTING, _LAW = ProviderKind.CONSULTING_FIRM, ProviderKind.LAW_FIRM
_PROVIDERS: tuple[
    tuple[str, str, ProviderKind, tuple[str, ...], tuple[str, ...] | None, UUID | None], ...
] = (
    ("Avocats", "VN", _LAW, ("LEG",), ("en", "vi"), provider_id("fcdo_lawyers", "fl0001")),
    (
        "Roads Vietnam",
        "VN",
        _CONSULTING,
        ("BLT", "MKT"),
        None,
        provider_id("fcdo_lawyers", "fl0002"),
    ),
    ("Rural Transport", "TH", _CONSULTING, ("BLT", "MKT"), ("en", "th"), None),
    ("Mekong Law", "VN", _LAW, ("LEG",), ("vi", "en", "zh"), None),
    ("Water Dhaka", "BD", _CONSULTING, ("BLT",), None, None),
    ("Delta Supervision", "BD", _CONSULTING, ("BLT", "ACC"), ("en", "bn"), None),
    ("Power Audit Dar", "TZ", _CONSULTING, ("ACC",), None, None),
    ("Audit Arusha", "TZ", _CONSULTING, ("ACC",), ("en", "sw"), None),
    ("Tax Bangkok", "TH", _CONSULTING, ("TAX",), ("th",), None),
    ("Lion City Law", "SG", _LAW, ("LEG", "TAX"), ("en", "zh"), None),
    ("Straits Audit", "SG", _CONSULTING, ("ACC", "TAX"), ("en",), None),
    ("Regional Engineers", "SG", _CONSULTING, ("BLT",), None, None),
)
_MATTERS: tuple[tuple[str, str, tuple[str, ...], tuple[str, ...], int], ...] = (
    ("Road concession", "Legal advice on a road concession", ("VN",), ("LEG",), 2021),
    ("Rural roads", "Feasibility study for rural roads", ("VN",), ("BLT",), 2020),
    ("Provincial roads", "Design of rural roads and bridges", ("TH", "VN"), ("BLT",), 2018),
    ("Joint venture", "Contract for a joint venture in transport", ("VN",), ("LEG",), 2022),
    ("Water supply", "Construction supervision of water supply", ("BD",), ("BLT",), 2019),
    ("Sanitation", "Supervision of water supply and sanitation works", ("BD",), ("BLT",), 2017),
    ("Power project", "Audit of an electricity project", ("TZ",), ("ACC",), 2021),
    ("Energy access", "Financial audit of rural electricity", ("TZ",), ("ACC",), 2016),
    ("Customs", "Tax advice for importers", ("TH",), ("TAX",), 2023),
    ("Arbitration", "Counsel in a construction arbitration", ("SG", "VN"), ("LEG",), 2022),
    ("Group audit", "Audit of a group of companies", ("SG",), ("ACC",), 2022),
    ("Ports", "Feasibility study for a port", ("SG", "BD"), ("BLT",), 2015),
)
