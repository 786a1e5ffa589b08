"""`/problems/<code>`: what each type of problem means, as a page or as JSON."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse, Response

from api.problems import explain, known_types, problem_responses, wants_page
from api.web.public import problem_type_page
from core.errors import NotFound, PlatformError

router = APIRouter(prefix="/problems", tags=["Problems"])


class ProblemTypeRead(BaseModel):
    """A type of problem."""

    type: str = Field(description="The address of this page, as in a problem's `type`.")
    title: str
    status: int
    explanation: str


class ProblemTypesRead(BaseModel):
    """Every type of problem."""

    items: list[ProblemTypeRead] = Field(description="By code.")


@router.get("", summary="List the types of problems")
def list_problem_types() -> ProblemTypesRead:
    """Return every type of problem that an answer may name."""
    return ProblemTypesRead(items=[_describe(kind) for kind in known_types().values()])


@router.get(
    "/{code}",
    summary="Read a type of problem",
    response_model=ProblemTypeRead,
    responses={
        200: {"content": {"text/html": {"schema": {"type": "string"}}}},
        **problem_responses(NotFound),
    },
)
def read_problem_type(
    code: Annotated[str, Path(max_length=60, examples=["not-found"])], request: Request
) -> Response:
    """Say what a type of problem means: as a page to browsers, as JSON to everybody else."""
    kind = known_types().get(code)
    if kind is None:
        raise NotFound("no problem has this type")
    if wants_page(request):
        response: Response = problem_type_page(request, kind, explain(kind))
    else:
        response = JSONResponse(_describe(kind).model_dump())
    response.headers.add_vary_header("Accept")
    return response


def _describe(kind: type[PlatformError]) -> ProblemTypeRead:
    return ProblemTypeRead(
        type=f"/problems/{kind.code}",
        title=kind.title,
        status=kind.status,
        explanation=explain(kind),
    )
