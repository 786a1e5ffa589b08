"""`/v1/webhooks`: addresses of an organisation that are told of what happens."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Body, Path, Response
from pydantic import BaseModel, Field

from api.deps import ActorDep, NowDep, ReadSessionDep, SessionDep, SettingsDep
from api.problems import problem_responses
from api.strict_json import StrictRoute
from api.v1 import webhook_examples as examples
from core.errors import Forbidden, SignInNeeded
from core.outbox import endpoints
from core.outbox.errors import TooManyWebhooks, WebhookDisabledAlready, WebhookNotFound
from core.outbox.schemas import WebhookCreate, WebhookMade, WebhookRead, WebhookRotate
from core.outgoing.client import AddressUnusable

router = APIRouter(prefix="/webhooks", tags=["Notifications"], route_class=StrictRoute)

LOCATION = {"Location": {"description": "Address of it.", "schema": {"type": "string"}}}
WebhookId = Annotated[UUID, Path(description="The endpoint.")]
_WHO = (SignInNeeded, Forbidden)


class WebhookList(BaseModel):
    """The endpoints of an organisation: ten at most, and so never in pages."""

    items: list[WebhookRead]


class WebhookTested(BaseModel):
    """A message that is on its way."""

    message_id: UUID = Field(description="Its `webhook-id`.")


@router.get("", summary="List endpoints", responses=problem_responses(*_WHO))
def list_webhooks(session: ReadSessionDep, actor: ActorDep, now: NowDep) -> WebhookList:
    """Return every endpoint of your organisation with how it fares, oldest first."""
    return WebhookList(items=endpoints.list_endpoints(session, actor, now=now))


@router.post(
    "",
    status_code=201,
    summary="Make an endpoint",
    responses={
        201: {"headers": LOCATION},
        **problem_responses(AddressUnusable, TooManyWebhooks, *_WHO),
    },
)
def create_webhook(
    *,
    body: Annotated[WebhookCreate, Body(openapi_examples=examples.WEBHOOK_CREATE)],
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
    response: Response,
) -> WebhookMade:
    """Have an address told of what happens to your organisation from now on.

    Messages follow Standard Webhooks 1.0; what they say is described under `webhooks` in this
    document. Each is sent until your endpoint answers 2xx, ten times over three days, and has the same
    `webhook-id` each time. A redirect is a failure, 410 ends it all. An endpoint that accepts nothing
    for a day is disabled; what it missed is at `/v1/notifications`.
    """
    made = endpoints.create_endpoint(session, actor, settings.keyring, wanted=body, now=now)
    response.headers["Location"] = f"/v1/webhooks/{made.id}"
    return made


@router.get(
    "/{webhook_id}",
    summary="Read an endpoint",
    responses=problem_responses(WebhookNotFound, *_WHO),
)
def read_webhook(
    webhook_id: WebhookId, session: ReadSessionDep, actor: ActorDep, now: NowDep
) -> WebhookRead:
    """Return an endpoint with its public keys and what its last attempt met with."""
    return endpoints.get_endpoint(session, actor, webhook_id=webhook_id, now=now)


@router.delete(
    "/{webhook_id}",
    status_code=204,
    summary="Delete an endpoint",
    responses=problem_responses(WebhookNotFound, *_WHO),
)
def delete_webhook(webhook_id: WebhookId, session: SessionDep, actor: ActorDep) -> None:
    """Forget an endpoint, its secrets and what waits for it."""
    endpoints.delete_endpoint(session, actor, webhook_id=webhook_id)


@router.post(
    "/{webhook_id}/rotate",
    summary="Replace the secret of an endpoint",
    responses=problem_responses(WebhookNotFound, *_WHO),
)
def rotate_webhook(
    *,
    webhook_id: WebhookId,
    body: Annotated[WebhookRotate, Body(openapi_examples=examples.WEBHOOK_ROTATE)],
    session: SessionDep,
    actor: ActorDep,
    settings: SettingsDep,
    now: NowDep,
) -> WebhookMade:
    """Make a new secret; for a day messages carry a signature of the one before beside it."""
    return endpoints.rotate_secret(
        session, actor, settings.keyring, webhook_id=webhook_id, scheme=body.scheme, now=now
    )


@router.post(
    "/{webhook_id}/disable",
    summary="Disable an endpoint",
    responses=problem_responses(WebhookNotFound, *_WHO),
)
def disable_webhook(
    webhook_id: WebhookId, session: SessionDep, actor: ActorDep, now: NowDep
) -> WebhookRead:
    """Send nothing more there; what waits for it is dropped."""
    return endpoints.disable_endpoint(session, actor, webhook_id=webhook_id, now=now)


@router.post(
    "/{webhook_id}/enable",
    summary="Enable an endpoint",
    responses=problem_responses(WebhookNotFound, *_WHO),
)
def enable_webhook(
    webhook_id: WebhookId, session: SessionDep, actor: ActorDep, now: NowDep
) -> WebhookRead:
    """Send what happens from now on; what it missed is at `/v1/notifications`."""
    return endpoints.enable_endpoint(session, actor, webhook_id=webhook_id, now=now)


@router.post(
    "/{webhook_id}/test",
    status_code=202,
    summary="Try an endpoint out",
    responses=problem_responses(WebhookNotFound, WebhookDisabledAlready, *_WHO),
)
def test_webhook(
    webhook_id: WebhookId, session: SessionDep, actor: ActorDep, now: NowDep
) -> WebhookTested:
    """Send this endpoint alone a `webhook.test`; then read the endpoint to see how it went."""
    return WebhookTested(
        message_id=endpoints.send_test(session, actor, webhook_id=webhook_id, now=now)
    )
