"""Requests about endpoints that work as they stand, for the API's description."""

from fastapi.openapi.models import Example

WEBHOOK_CREATE = {
    "all": Example(
        summary="Everything, signed with ed25519",
        value={"url": "https://hooks.example.com/landbridge", "note": "our intake"},
    ),
    "some": Example(
        summary="Changed lists only, signed with HMAC",
        value={
            "url": "https://hooks.example.com/lists",
            "event_types": ["need.rematched"],
            "scheme": "v1",
        },
    ),
}
WEBHOOK_ROTATE = {
    "same": Example(summary="Of the same kind", value={}),
    "ed25519": Example(summary="Go over to ed25519", value={"scheme": "v1a"}),
}
