"""A route of the API: it refuses parameters that nothing reads, and does a repeated request once."""

from collections.abc import Callable, Collection, Coroutine
from typing import Any

from fastapi import Depends, params
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from api.manners.idempotency import handle_once, hold_key, takes_key
from api.problems import MAX_FIELDS, escape_segment
from core.errors import FieldError, InvalidInput


def refuse_unknown(request: Request, known: Collection[str]) -> None:
    """Refuse a request with a parameter that nothing reads: its answer would not be what was asked for.

    Raises:
        InvalidInput: naming each of them, and those that there are.
    """
    if not request.url.query:
        return
    unknown = sorted(set(request.query_params) - set(known))[:MAX_FIELDS]
    if unknown:
        there_are = f"there are {', '.join(sorted(known))}" if known else "there are none here"
        said = f"there is no such parameter: {there_are}"
        raise InvalidInput(
            f"{', '.join(name[:60] for name in unknown[:3])}: {said}",
            fields=[FieldError(said, f"#/{escape_segment(name)}") for name in unknown],
        )


class CarefulRoute(APIRoute):
    """Takes an `Idempotency-Key` where its handler writes and is a POST."""

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],  # Any: a handler's own arguments, and what it answers
        **described: Any,  # noqa: ANN401 FastAPI's own three dozen parameters
    ) -> None:
        self.is_keyed = "POST" in (described.get("methods") or ()) and takes_key(path, endpoint)
        if self.is_keyed:
            others = described.get("dependencies") or ()
            # The first to begin is the last to end: the key is held until the commit.
            described["dependencies"] = [Depends(hold_key, scope="function"), *others]
        super().__init__(path, endpoint, **described)

    @property
    def known_parameters(self) -> frozenset[str]:
        """The names of the parameters in the query."""
        fields = get_flat_params(self.dependant)
        return frozenset(one.alias for one in fields if isinstance(one.field_info, params.Query))

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler."""
        handle = super().get_route_handler()
        known, is_keyed = self.known_parameters, self.is_keyed

        async def handle_carefully(request: Request) -> Response:
            refuse_unknown(request, known)
            return await (handle_once(handle, request) if is_keyed else handle(request))

        return handle_carefully
