"""Templates of addresses, such as `/v1/needs/{need_id}`: what logs and metrics may say of one."""

from typing import Final

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.types import Scope

UNMATCHED: Final = "unmatched"
METHODS: Final = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
OTHER_METHOD: Final = "OTHER"


class RouteNames:
    """Names requests by the route that took them; what a caller typed is no part of a name."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}

    def learn(self, app: FastAPI) -> None:
        """Take in every route; called when all of them are there."""
        for context in iter_route_contexts(app.routes):
            if context.path is not None:
                self._names[id(context.original_route)] = context.path
                self._names[id(context.endpoint)] = context.path

    def of(self, scope: Scope) -> tuple[str, str]:
        """Return method and template of a request that has passed through the routes."""
        method = scope["method"]
        # A route of Starlette's own leaves its endpoint only.
        route = scope.get("route") or scope.get("endpoint")
        return (
            method if method in METHODS else OTHER_METHOD,
            self._names.get(id(route), UNMATCHED),
        )
