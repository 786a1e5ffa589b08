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
from providers.jurisdictions import schemas, service, statements
from providers.jurisdictions.formats import (
    COOPERATION_COLUMNS,
    DESK_COLUMNS,
    INSTITUTION_COLUMNS,
    JURISDICTION_OPTIONAL,
)
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
    optional=JURISDICTION_OPTIONAL,
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
    make_check=service.check_instruments,
    write=service.write_instruments,
)
MEMBERSHIPS = KindSpec(
    kind="jurisdictions",
    table="memberships",
    columns=formats.MEMBERSHIP_COLUMNS,
    optional=("in_force_to",),
    row_schema=schemas.MembershipRow,
    key=lambda row: statements.MEMBERSHIPS.key(statements.as_membership(row)),
    make_check=service.check_statements(
        statements.MEMBERSHIPS,
        statements.as_membership,
        lambda row: {"jurisdiction": [row.jurisdiction]},
        lambda row: row.instrument_id,
    ),
    write=service.write_statements(statements.MEMBERSHIPS, statements.as_membership),
)
BILATERAL = KindSpec(
    kind="jurisdictions",
    table="bilateral agreements",
    columns=formats.BILATERAL_COLUMNS,
    optional=("in_force_to",),
    row_schema=schemas.BilateralRow,
    key=lambda row: statements.BILATERAL.key(statements.as_bilateral(row)),
    make_check=service.check_statements(
        statements.BILATERAL,
        statements.as_bilateral,
        lambda row: {"a": [row.a], "b": [row.b]},
    ),
    write=service.write_statements(statements.BILATERAL, statements.as_bilateral),
)
OBJECTIONS = KindSpec(
    kind="jurisdictions",
    table="objections",
    columns=formats.OBJECTION_COLUMNS,
    optional=("status",),
    row_schema=schemas.ObjectionRow,
    key=lambda row: statements.OBJECTIONS.key(statements.as_objection(row)),
    make_check=service.check_statements(
        statements.OBJECTIONS,
        statements.as_objection,
        lambda row: {"a": [row.a], "b": [row.b]},
        lambda row: row.instrument_id,
    ),
    write=service.write_statements(statements.OBJECTIONS, statements.as_objection),
)
LEGAL_FAMILIES = KindSpec(
    kind="jurisdictions",
    table="families of law",
    columns=formats.LEGAL_FAMILY_COLUMNS,
    row_schema=schemas.LegalFamilyRow,
    key=lambda row: row.jurisdiction,
    make_check=service.check_references(lambda row: {"jurisdiction": [row.jurisdiction]}),
    write=service.write_legal_families,
)
INSTITUTIONS = KindSpec(
    kind="jurisdictions",
    table="institutions",
    columns=INSTITUTION_COLUMNS,
    optional=("status",),
    row_schema=schemas.InstitutionRow,
    key=lambda row: row.institution_id,
    make_check=service.check_statements(
        statements.INSTITUTIONS, statements.as_institution, lambda row: {"seat": [row.seat]}
    ),
    write=service.write_statements(statements.INSTITUTIONS, statements.as_institution),
)
COOPERATIONS = KindSpec(
    kind="jurisdictions",
    table="cooperations",
    columns=COOPERATION_COLUMNS,
    optional=("status",),
    row_schema=schemas.CooperationRow,
    key=lambda row: row.cooperation_id,
    make_check=service.check_statements(
        statements.COOPERATIONS, statements.as_cooperation, lambda row: {"members": row.members}
    ),
    write=service.write_statements(statements.COOPERATIONS, statements.as_cooperation),
)
DESKS = KindSpec(
    kind="jurisdictions",
    table="desks",
    columns=DESK_COLUMNS,
    optional=("status",),
    row_schema=schemas.DeskRow,
    key=lambda row: row.desk_id,
    make_check=service.check_statements(
        statements.DESKS, statements.as_desk, lambda row: {"place": [row.place]}
    ),
    write=service.write_statements(statements.DESKS, statements.as_desk),
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
        INSTITUTIONS,
        COOPERATIONS,
        DESKS,
    ),
    "providers": (PROVIDERS,),
    "evidence": (EVIDENCE,),
}
