"""The kinds of tables that supply can import; the edge adds those of other folders."""

from providers.importing import formats
from providers.importing.rows import EvidenceRow, ProviderRow
from providers.importing.spec import KindSpec, KindTable
from providers.importing.supply import (
    check_evidence,
    check_providers,
    write_evidence,
    write_providers,
)
from providers.jurisdictions import schemas, service
from providers.sectors.schemas import SectorRow
from providers.sectors.service import check_sector_tree, load_sector_list

SECTORS = KindSpec(
    kind="sectors",
    table="sectors",
    columns=formats.SECTOR_COLUMNS[:-1],
    optional=formats.SECTOR_COLUMNS[-1:],
    row_schema=SectorRow,
    key=lambda row: row.code,
    make_check=check_sector_tree,
    write=load_sector_list,
    is_whole=True,
)
JURISDICTIONS = KindSpec(
    kind="jurisdictions",
    table="jurisdictions",
    columns=formats.JURISDICTION_COLUMNS,
    row_schema=schemas.JurisdictionRow,
    key=lambda row: row.code,
    make_check=service.check_jurisdictions,
    write=service.write_jurisdictions,
    is_whole=True,
)
INSTRUMENTS = KindSpec(
    kind="jurisdictions",
    table="instruments",
    columns=formats.INSTRUMENT_COLUMNS,
    row_schema=schemas.InstrumentRow,
    key=lambda row: row.instrument_id,
    make_check=service.accept_rows,
    write=service.write_instruments,
)
MEMBERSHIPS = KindSpec(
    kind="jurisdictions",
    table="memberships",
    columns=formats.MEMBERSHIP_COLUMNS,
    row_schema=schemas.MembershipRow,
    key=lambda row: f"{row.instrument_id}|{row.jurisdiction}",
    make_check=service.check_parties(
        lambda row: {"jurisdiction": row.jurisdiction}, lambda row: row.instrument_id
    ),
    write=service.write_memberships,
)
BILATERAL = KindSpec(
    kind="jurisdictions",
    table="bilateral agreements",
    columns=formats.BILATERAL_COLUMNS,
    row_schema=schemas.BilateralRow,
    key=service.bilateral_key,
    make_check=service.check_parties(lambda row: {"a": row.a, "b": row.b}),
    write=service.write_bilateral,
)
OBJECTIONS = KindSpec(
    kind="jurisdictions",
    table="objections",
    columns=formats.OBJECTION_COLUMNS,
    row_schema=schemas.ObjectionRow,
    key=lambda row: "|".join((row.instrument_id, *sorted((row.a, row.b)))),
    make_check=service.check_parties(
        lambda row: {"a": row.a, "b": row.b}, lambda row: row.instrument_id
    ),
    write=service.write_objections,
)
LEGAL_FAMILIES = KindSpec(
    kind="jurisdictions",
    table="families of law",
    columns=formats.LEGAL_FAMILY_COLUMNS,
    row_schema=schemas.LegalFamilyRow,
    key=lambda row: row.jurisdiction,
    make_check=service.check_parties(lambda row: {"jurisdiction": row.jurisdiction}),
    write=service.write_legal_families,
)
PROVIDERS = KindSpec(
    kind="providers",
    table="providers",
    columns=formats.PROVIDER_COLUMNS,
    row_schema=ProviderRow,
    key=lambda row: row.source_ref,
    make_check=check_providers,
    write=write_providers,
)
EVIDENCE = KindSpec(
    kind="evidence",
    table="pieces of evidence",
    columns=formats.EVIDENCE_COLUMNS,
    row_schema=EvidenceRow,
    key=lambda row: f"{row.provider_ref}|{row.matter_ref}",
    make_check=check_evidence,
    write=write_evidence,
)

SUPPLY_KINDS: KindTable = {
    "sectors": (SECTORS,),
    "jurisdictions": (
        JURISDICTIONS,
        INSTRUMENTS,
        MEMBERSHIPS,
        BILATERAL,
        OBJECTIONS,
        LEGAL_FAMILIES,
    ),
    "providers": (PROVIDERS,),
    "evidence": (EVIDENCE,),
}
