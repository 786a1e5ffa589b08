"""`/v1/match/batch`: many needs in one request, a line of JSON each; nothing is stored."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, StrictInt, ValidationError
from starlette.types import Receive, Scope, Send

from api import problems
from api.batch import TooSlow, batch_line, stream_batch
from api.deps import MatchDeskDep, MatchQuota, NowDep, SettingsDep
from api.manners.careful_route import CarefulRoute
from api.match_desk import MatchDesk
from api.problems import (
    Problem,
    UnsupportedMediaType,
    make_problem,
    problem_responses,
)
from api.strict_json import parse_in_time
from api.v1 import examples
from core.errors import Overloaded, PlatformError
from enterprises.match_schemas import MatchRead
from enterprises.schemas import MatchRequest
from enterprises.storable import StorableText

router = APIRouter(prefix="/match", tags=["Matching"], route_class=CarefulRoute)

ADDRESS = "/v1/match/batch"
MEDIA_TYPE = "application/x-ndjson"
_ACCEPTED = frozenset({MEDIA_TYPE, "application/jsonl", "application/jsonlines"})


class MatchLine(MatchRequest):
    """One need of a batch."""

    id: StrictInt | Annotated[StorableText, Field(max_length=200)] | None = Field(
        default=None, description="Yours, to tell the answers apart; it comes back as it was sent."
    )


class BatchLineRead(BaseModel):
    """The answer to one line: a result, or the problem with it."""

    line: int = Field(description="Number of the line that is answered, from 1.")
    id: int | str | None = Field(description="The `id` that came with it.")
    result: MatchRead | None = Field(
        default=None,
        description="What `POST /v1/match` answers; left out where there is a problem.",
    )
    problem: Problem | None = Field(default=None, description="Left out where there is a result.")


class BatchResponse(Response):
    """The answers to a batch, written while its lines come in."""

    media_type = MEDIA_TYPE

    def __init__(
        self, desk: MatchDesk, *, today: date, most_bytes: int, most_line_bytes: int
    ) -> None:
        super().__init__()
        self._desk = desk
        self._today = today
        self._most_bytes = most_bytes
        self._most_line_bytes = most_line_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""

        def complain(number: int, error: PlatformError, name: object = None) -> bytes:
            problem = make_problem(error, scope).model_dump_json(exclude_none=True)
            return batch_line(number, name, "problem", problem.encode())

        async def answer(number: int, line: bytes) -> bytes:
            name: object = None
            try:
                parsed = await parse_in_time(line, "the line")
                name = _name_of(parsed)
                need = MatchLine.model_validate(parsed)
                body = MatchRequest.model_construct(
                    need.model_fields_set - {"id"},
                    **{field: getattr(need, field) for field in MatchRequest.model_fields},
                )
                found = await self._desk.answer(body, today=self._today, is_patient=True)
            except ValidationError as error:
                return complain(number, problems.invalid_input(error.errors()), name)
            except Exception as error:  # noqa: BLE001 the other lines go on
                return complain(number, problems.as_platform_error(scope, error), name)
            return batch_line(number, name, "result", found)

        async with self._desk.batches.take():
            await stream_batch(
                receive,
                send,
                answer=answer,
                complain=complain,
                media_type=MEDIA_TYPE,
                most_bytes=self._most_bytes,
                most_line_bytes=self._most_line_bytes,
            )


def _request_body() -> dict[str, Any]:  # Any: an OpenAPI Request Body Object
    schema = MatchLine.model_json_schema(ref_template="#/components/schemas/{model}")
    # Those that it refers to stand in the document already, as those of a single need.
    schema.pop("$defs", None)
    return {
        "required": True,
        "description": "One need to a line, each a JSON object as for `POST /v1/match`, with an `id` "
        "of your own if you like.",
        "content": {MEDIA_TYPE: {"schema": schema, "examples": examples.BATCH}},
    }


@router.post(
    "/batch",
    status_code=200,
    summary="Match many needs",
    dependencies=[MatchQuota],
    response_class=BatchResponse,
    response_model=BatchLineRead,
    responses=problem_responses(Overloaded, TooSlow),
    openapi_extra={"requestBody": _request_body()},
)
async def match_batch(
    request: Request, desk: MatchDeskDep, settings: SettingsDep, now: NowDep
) -> Response:
    """Match needs sent as lines of JSON; the answers are lines of JSON too, in the same order.

    The first answers come while later lines are still being sent. A line that cannot be used is
    answered with its problem, and the others go on; blank lines are passed over. Where the batch is
    too long or too slow, the last line of the answer says so. Read the answers as they come: who
    leaves them unread for a minute, or keeps them waiting too long in all, is sent no more. Nothing
    is stored.
    """
    sent_as = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if sent_as not in _ACCEPTED:
        raise UnsupportedMediaType(
            f"send lines of JSON with `Content-Type: {MEDIA_TYPE}`, one need to a line"
        )
    desk.batches.require_room()
    return BatchResponse(
        desk,
        today=now.date(),
        most_bytes=settings.max_batch_bytes,
        most_line_bytes=settings.max_body_bytes,
    )


def _name_of(parsed: object) -> object:
    name: object = parsed.get("id") if isinstance(parsed, dict) else None
    return name if (isinstance(name, str) and len(name) <= 200) or type(name) is int else None
