"""The columns of every table that `landbridge import` reads, in the order in which they ship."""

SECTOR_COLUMNS = (
    "code",
    "parent_code",
    "name_en",
    "name_zh_hans",
    "name_zh_hant",
    "cpc_prov",
    "isic4",
    "source",
    "cpc_verified",
)
JURISDICTION_COLUMNS = (
    "code",
    "kind",
    "parent_code",
    "name_en",
    "name_zh_hans",
    "name_zh_hant",
    "aliases_en",
    "aliases_zh",
    "regions",
    "name_source",
)
INSTRUMENT_COLUMNS = (
    "instrument_id",
    "name_en",
    "name_zh_hans",
    "kind",
    "subject",
    "year",
    "source_url",
    "as_of",
)
MEMBERSHIP_COLUMNS = (
    "instrument_id",
    "jurisdiction",
    "status",
    "in_force_from",
    "note",
    "source_url",
)
BILATERAL_COLUMNS = (
    "instrument_kind",
    "a",
    "b",
    "status",
    "in_force_from",
    "source_url",
    "note",
)
OBJECTION_COLUMNS = ("instrument_id", "a", "b", "effect", "from", "note", "source_url")
LEGAL_FAMILY_COLUMNS = (
    "jurisdiction",
    "family_primary",
    "family_derived",
    "factbook_legal_system_text",
    "source_url",
)
PROVIDER_COLUMNS = (
    "source_ref",
    "name",
    "kind",
    "home_jurisdiction",
    "city",
    "status",
    "languages",
    "qualified_in",
    "network_in",
    "is_accepting",
    "listed_as",
    "sector_codes",
)
EVIDENCE_COLUMNS = (
    "provider_ref",
    "matter_ref",
    "kind",
    "title",
    "description",
    "jurisdictions",
    "sector_codes",
    "dated_on",
    "amount_usd",
    "client_ref",
    "is_verified",
    "labels",
)
