"""The columns of the reference tables that routes need beside instruments and their parties."""

JURISDICTION_OPTIONAL = ("languages", "valid_to", "successor")
_NAMES = ("name_en", "name_zh_hans", "name_zh_hant")
_NOTES = ("note_en", "note_zh_hans", "note_zh_hant")
INSTITUTION_COLUMNS = (
    "institution_id",
    "short_name",
    *_NAMES,
    "steps",
    "seat",
    "valid_from",
    "is_listed_for_interim",
    *_NOTES,
    "source_url",
)
COOPERATION_COLUMNS = (
    "cooperation_id",
    *_NAMES,
    "members",
    "subject",
    "valid_from",
    "valid_to",
    *_NOTES,
    "source_url",
)
DESK_COLUMNS = (
    "desk_id",
    *_NAMES,
    "place",
    "actions",
    "valid_from",
    *_NOTES,
    "source_url",
)
