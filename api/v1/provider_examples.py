"""Requests of providers that work as they stand, for the API's description; a test sends each."""

from fastapi.openapi.models import Example

from api.v1.examples import PROVIDER_ID

PROVIDER_CHANGE = {
    "languages": Example(
        summary="Working languages, and that new work is taken",
        value={"version": 1, "languages": ["en", "yue", "vi"], "is_accepting": True},
    )
}
CLAIM_CREATE = {
    "matter": Example(
        summary="A past matter, in the firm's own words",
        value={
            "kind": "past_matter",
            "title": "Legal advice on a factory lease in Binh Duong",
            "jurisdictions": ["VN"],
            "sector_codes": ["LEG"],
        },
    )
}
VERIFICATION = {"found": Example(summary="It was found to be true", value={"is_verified": True})}
REFUSAL = {
    "not_shown": Example(summary="Nothing shows that it is so", value={"reason": "not_shown"})
}
TIE = {"profile": Example(summary="A profile", value={"provider_id": PROVIDER_ID})}
CONSENT_CREATE = {
    "withdrawn": Example(
        summary="A person does not want to be listed any more",
        value={
            "purpose": "directory",
            "is_given": False,
            "notice_version": "2026-1",
            "evidence": "letter of 2 November 2026",
        },
    ),
    "messengers": Example(
        summary="A person agrees that their messengers are shown, and nothing else",
        value={
            "purpose": "directory",
            "group": "messenger",
            "is_given": True,
            "notice_version": "2026-1",
            "evidence": "form 17",
        },
    ),
}
OWN_REQUEST = {"erasure": Example(summary="To be erased", value={"kind": "erasure"})}
PERSON_REQUEST = {
    "letter": Example(
        summary="A letter from somebody who is not known yet",
        value={"kind": "access", "place": "HK"},
    )
}
CLOSING = {"refused": Example(summary="It was refused", value={"outcome": "refused"})}
