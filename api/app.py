"""The web application: routes, middleware, and what lives as long as the process does."""

from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache, partial
from importlib.metadata import version

from anyio import Semaphore
from anyio.to_thread import current_default_thread_limiter
from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig

from api import openapi, problem_pages, problems
from api.manners.call_counts import CallCounts, SharedCounts
from api.manners.call_rules import CallRules
from api.manners.idempotency import KeysInUse
from api.match_desk import MatchDesk, make_turns
from api.middleware import RequestEnvelope, RequestGuard
from api.observing.metrics import Metrics
from api.observing.requests import RequestObserver
from api.observing.route_names import RouteNames
from api.observing.state import StateCollector
from api.observing.traces import Tracing
from api.observing.turns import WatchedTurns
from api.password_desk import PasswordDesk
from api.sign_in_counts import SignInCounts
from api.uploads import FORM_BYTES
from api.v1 import (
    audit,
    consents,
    contacts,
    disputes,
    exports,
    health,
    imports,
    jobs,
    judgements,
    jurisdictions,
    match,
    match_batch,
    me,
    needs,
    notifications,
    organisation,
    own_data,
    own_provider,
    person_requests,
    providers,
    rankers,
    recommendations,
    registrations,
    routes,
    sectors,
    webhooks,
)
from api.web import pages, public
from api.web.imports import ADDRESS as PAGE_OF_IMPORTS
from api.web.leading import lead_to_sign_in
from committee.queries import ranker_in_force
from core.audit.reads import ReadsDesk
from core.db import make_engine, make_session_factory
from core.identity.openid import OutsideProvider
from core.settings import Settings, get_settings
from core.turns import SpareThreads
from jobs.server import start_embedded
from providers.engine import EngineHolder
from providers.snapshot.store import open_store

V1_ROUTERS = (
    match.direct,
    match.router,
    match_batch.router,
    needs.router,
    me.router,
    own_data.router,
    person_requests.router,
    organisation.router,
    registrations.router,
    recommendations.router,
    judgements.router,
    own_provider.router,
    providers.router,
    contacts.router,
    consents.router,
    sectors.router,
    jurisdictions.router,
    routes.router,
    disputes.router,
    rankers.router,
    imports.router,
    exports.router,
    jobs.router,
    webhooks.router,
    notifications.router,
    audit.router,
)

# FastAPI's own tells addresses, queries and what errors say, and can be turned on from outside.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}

# What looks at new snapshots, at the clock, and what does jobs or tells workers of them.
_OTHER_THREADS = 3


def create_app(settings: Settings | None = None, *, tracing: Tracing | None = None) -> FastAPI:
    """Make the application; nothing is opened before it starts.

    Args:
        settings: those of the environment if None.
        tracing: where spans go; none are made if None.
    """
    app = FastAPI(
        title=openapi.TITLE,
        version=version("landbridge-platform"),
        docs_url=None,
        redoc_url=None,
        # One address for each thing: a slash too many is not found, for programs and people alike.
        redirect_slashes=False,
        lifespan=_lifespan,
        telemetry=_NO_TELEMETRY,
        routes=_all_routes().routes,
        webhooks=notifications.described_messages(),
    )
    app.state.settings = settings or get_settings()
    app.state.problem_page = public.problem_page
    app.state.lead_to_sign_in = lead_to_sign_in
    app.state.outside_provider = _outside_provider(app.state.settings)
    # Addresses that read a long body while they answer, with the most bytes of it.
    app.state.streamed = {
        match_batch.ADDRESS: app.state.settings.max_batch_bytes,
        imports.ADDRESS: app.state.settings.max_import_bytes,
        PAGE_OF_IMPORTS: app.state.settings.max_import_bytes + FORM_BYTES,
    }
    app.state.metrics = Metrics()
    app.state.route_names = RouteNames()
    app.state.keys_in_use = KeysInUse()
    app.state.call_counts = CallCounts(app.state.settings.requests_per_minute)
    app.state.sign_in_counts = SignInCounts(app.state.call_counts)
    app.state.writers = Semaphore(max(app.state.settings.request_threads - 2, 1))
    problems.install(app)
    openapi.install(app)
    # The last one added is the outermost.
    app.add_middleware(
        RequestGuard,
        max_body_bytes=app.state.settings.max_body_bytes,
        streamed=app.state.streamed,
    )
    app.add_middleware(CallRules, counts=app.state.call_counts, metrics=app.state.metrics)
    app.add_middleware(
        RequestObserver,
        names=app.state.route_names,
        metrics=app.state.metrics,
        tracing=tracing,
    )
    app.add_middleware(RequestEnvelope)
    return app


@cache
def _all_routes() -> APIRouter:
    """Return every route; what FastAPI makes of them is half a second's work, done once in a process."""
    together = APIRouter()
    for router in V1_ROUTERS:
        together.include_router(router, prefix="/v1")
    for router in (health.router, problem_pages.router, pages.router):
        together.include_router(router)
    return together


def connections_of(settings: Settings) -> int:
    """Return how many connections the requests of a server hold at most, beside those of its jobs."""
    return settings.request_threads + settings.matches_at_once + _OTHER_THREADS


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None, None]:
    settings: Settings = app.state.settings
    metrics: Metrics = app.state.metrics
    app.state.route_names.learn(app)
    # A connection for every thread: no request waits for a connection while it holds a thread.
    current_default_thread_limiter().total_tokens = settings.request_threads
    engine = make_engine(
        settings.sqlalchemy_url,
        pool_size=connections_of(settings),
        limits=settings.session_limits,
    )
    app.state.db_engine = engine
    app.state.read_engine = engine.execution_options(readonly=True)
    app.state.sessions = make_session_factory(engine)
    app.state.reads = ReadsDesk(app.state.sessions)
    app.state.connection_turns = Semaphore(settings.request_threads)
    turns = make_turns(settings, partial(WatchedTurns, metrics))
    matching = ThreadPoolExecutor(settings.matches_at_once, "match")
    # A match on its own has two processors, one beside another has one.
    helping = ThreadPoolExecutor(settings.matches_at_once, "match-helper")
    app.state.engine_holder = EngineHolder(
        engine,
        settings,
        ranker_in_force=ranker_in_force,
        helpers=SpareThreads(turns, helping),
    )
    app.state.password_desk = PasswordDesk()
    app.state.match_desk = MatchDesk(app.state.engine_holder, turns, matching)
    state = StateCollector(engine, app.state.engine_holder, open_store(settings).folder)
    metrics.registry.register(state)
    shared = _share_counts(settings, app.state.call_counts)
    working = start_embedded(settings, app.state.sessions, app.state.engine_holder)
    try:
        yield
    finally:
        metrics.registry.unregister(state)
        if working is not None:
            working.stop()
        if shared is not None:
            shared.stop()
        app.state.password_desk.close()
        matching.shutdown()
        helping.shutdown()
        # What goes on beside the requests may still hold a connection.
        app.state.engine_holder.settle(2)
        engine.dispose()


def _outside_provider(settings: Settings) -> OutsideProvider | None:
    if not settings.has_outside_sign_in:
        return None
    secret = settings.oidc_client_secret.get_secret_value()
    return OutsideProvider(settings.oidc_issuer, settings.oidc_client_id, secret)


def _share_counts(settings: Settings, counts: CallCounts) -> SharedCounts | None:
    redis_url = settings.redis_url.get_secret_value()
    if not redis_url:
        return None
    shared = SharedCounts(counts, redis_url, settings.secret_key.get_secret_value())
    shared.start()
    return shared
