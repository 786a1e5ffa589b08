"""Requests about people that work as they stand, for the API's description; a test sends each."""

from fastapi.openapi.models import Example

TOKEN_CREATE = {
    "read": Example(
        summary="A token that reads, for a quarter of a year",
        value={"name": "nightly export", "scopes": ["read"], "days": 90},
    )
}
INVITATION_CREATE = {
    "member": Example(summary="A member like most", value={"email": "colleague@example.com"}),
    "manager": Example(
        summary="Somebody who manages the organisation's people",
        value={"email": "manager@example.com", "is_manager": True},
    ),
}
MEMBER_UPDATE = {"manager": Example(summary="Let a member manage", value={"is_manager": True})}
SERVICE_CREATE = {"program": Example(summary="A program", value={"name": "ERP"})}
REGISTRATION_CREATE = {
    "enterprise": Example(
        summary="An enterprise that comes by itself",
        value={
            "organisation": "Pearl River Tools",
            "email": "manager@example.com",
            "name": "Chan Tai Man",
            "password": "four words nobody joins",
            "script": "zh-Hant",
        },
    )
}
ORGANISATION_CREATE = {
    "enterprise": Example(
        summary="An enterprise, and its first manager",
        value={"name": "Pearl River Tools", "manager_email": "ceo@example.com"},
    )
}
