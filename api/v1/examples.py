"""Requests that work as they stand, for the API's description; a test sends every one of them."""

from fastapi.openapi.models import Example

from providers.importing.supply import provider_id

# A law firm of the packaged catalogue; ids are made from the source's own, so they stay.
PROVIDER_ID = str(provider_id("fcdo_lawyers", "fl0001"))
OTHER_PROVIDER_ID = str(provider_id("fcdo_lawyers", "fl0002"))
# Stands for the id of a need or a recommendation of your own.
YOUR_ID = "6a1f0c52-5c0e-4d9e-9f0b-2f6d1f1f8a11"
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
BATCH: dict[str, Example] = {
    "three": Example(
        summary="Three needs, in words and in fields",
        value=f'{{"id": "first", "text": "{VIETNAM_TEXT}"}}\n'
        f'{{"id": "second", "text": "{BANGLADESH_TEXT}", "top": 3}}\n'
        '{"id": 3, "target_jurisdictions": ["VN"], "sector_codes": ["LEG"]}\n',
    ),
}
WHY = {
    "words": Example(
        summary="Words, and a provider",
        value={"text": VIETNAM_TEXT, "provider_id": PROVIDER_ID},
    ),
    "among_three": Example(
        summary="What would bring it among the first three",
        value={
            "target_jurisdictions": ["VN"],
            "sector_codes": ["LEG"],
            "top": 3,
            "provider_id": PROVIDER_ID,
        },
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
NEED_ACCESS_CREATE = {
    "asked_to": Example(
        summary="The enterprise asked for help",
        value={"purpose": "The enterprise asked by telephone why a firm is missing in its list."},
    ),
}
JUDGEMENT_CREATE = {
    "graded": Example(
        summary="Answers the need well",
        value={
            "need_id": YOUR_ID,
            "provider_id": PROVIDER_ID,
            "judge_id": "judge-07",
            "grade": 2,
        },
    ),
}
PREFERENCE_CREATE = {
    "better": Example(
        summary="The first answers the need better",
        value={
            "need_id": YOUR_ID,
            "better_id": PROVIDER_ID,
            "worse_id": OTHER_PROVIDER_ID,
            "judge_id": "judge-07",
        },
    ),
}
OUTCOME_CREATE = {
    "engaged": Example(
        summary="The enterprise engaged the provider",
        value={
            "recommendation_id": YOUR_ID,
            "provider_id": OTHER_PROVIDER_ID,
            "enterprise_id": "enterprise-0042",
            "kind": "engaged",
        },
    ),
}
IMPORT_CREATE: dict[str, Example] = {
    "two_firms": Example(
        summary="Two providers, as CSV",
        value="source_ref,name,kind,home_jurisdiction,city,status,languages,qualified_in,network_in,"
        "is_accepting,listed_as,sector_codes\r\n"
        "example-1,Example Consultants (Hanoi),consulting_firm,VN,Hanoi,draft,en;vi;zh,,,true,,\r\n"
        "example-2,Example & Partners,law_firm,SG,Singapore,draft,en;zh,SG:2027-03-31,,,,\r\n",
    ),
}
