"""Requests that work as they stand, for the API's description; a test sends every one of them."""

from fastapi.openapi.models import Example

from providers.importing.supply import provider_id

# A law firm of the packaged catalogue; ids are made from the source's own, so they stay.
PROVIDER_ID = str(provider_id("fcdo_lawyers", "fl0001"))
VIETNAM_TEXT = "feasibility study for rural roads in Vietnam"
BANGLADESH_TEXT = "孟加拉国供水项目的施工监理"
TANZANIA_TEXT = "在坦桑尼亞做電力項目審計"

TEXT_EN = Example(summary="Words, in English", value={"text": VIETNAM_TEXT})
TEXT_ZH_HANS = Example(summary="Words, in Simplified Chinese", value={"text": BANGLADESH_TEXT})
TEXT_ZH_HANT = Example(summary="Words, in Traditional Chinese", value={"text": TANZANIA_TEXT})
FIELDS_ONLY = Example(
    summary="Fields only",
    value={
        "home_jurisdiction": "CN",
        "target_jurisdictions": ["VN"],
        "sector_codes": ["BLT"],
        "languages_wanted": ["zh", "vi"],
    },
)
WORDS_AND_FIELDS = Example(
    summary="Words, with a field that beats what they say",
    description="The text names Vietnam; the field says Thailand, and the field wins.",
    value={"text": VIETNAM_TEXT, "target_jurisdictions": ["TH"]},
)

CORRECTIONS = {
    "text": "Trademark registration in Vietnam and Indonesia, not Malaysia.",
    "corrections": [
        {"field": "target_jurisdictions", "action": "remove", "value": "ID"},
        {"field": "target_jurisdictions", "action": "add", "value": "TH"},
    ],
}
CORRECTED = Example(
    summary="Words, with single facts corrected",
    description="The rest is read from the text, now and when it changes: Vietnam and Thailand "
    "in the end.",
    value=CORRECTIONS,
)

MATCH = {
    "text_en": TEXT_EN,
    "text_zh_hans": TEXT_ZH_HANS,
    "text_zh_hant": TEXT_ZH_HANT,
    "fields_only": FIELDS_ONLY,
    "words_and_fields": WORDS_AND_FIELDS,
    "corrected": CORRECTED,
    "dated": Example(
        summary="As of a day, three providers",
        value={"text": VIETNAM_TEXT, "on": "2024-06-30", "top": 3},
    ),
}
READING = {"en": TEXT_EN, "zh_hans": TEXT_ZH_HANS, "zh_hant": TEXT_ZH_HANT}
NEED_CREATE = {
    "words": TEXT_EN,
    "fields_only": FIELDS_ONLY,
    "words_and_fields": WORDS_AND_FIELDS,
    "corrected": CORRECTED,
}
NEED_UPDATE = {
    "second_version": Example(
        summary="Replace the first version",
        value={"version": 1, "text": VIETNAM_TEXT, "languages_wanted": ["en"]},
    ),
    "corrected": Example(
        summary="Correct single facts of what was read",
        description="Kept with the need and, with `use_for_training`, as material for a better "
        "reading.",
        value={"version": 1, **CORRECTIONS, "use_for_training": True},
    ),
}
RECOMMENDATION_CREATE = {
    "default": Example(summary="Ten providers", value={}),
    "three": Example(summary="Three providers", value={"top": 3}),
}
