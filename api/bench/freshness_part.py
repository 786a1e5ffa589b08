"""How soon another process sees a change after its commit."""

import socket
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from uuid import UUID

import orjson

from api.bench.client import as_request, ask_on, connect
from api.bench.database import maker_of
from api.bench.options import Options
from api.bench.serving import serving
from api.cli.failures import CommandFailed
from core.clock import utc_now
from core.db import SessionFactory, make_engine, make_session_factory, transaction
from core.identity.actor import OPERATOR
from matching.evaluation.bench.demand import Breadth, Need, make_needs
from matching.evaluation.bench.figures import times_of
from providers.importing.rows import EvidenceRow, ProviderRow
from providers.models import EvidenceKind, ProviderKind
from providers.service import delete_provider, save_evidence, save_provider, suspend_provider

_SOURCE = "bench_newcomers"
_PIECES = 4
_PATIENCE = 60.0
_TOP = 100


def measure_freshness(options: Options) -> dict[str, object]:
    """Add a provider that fits a need, wait until a server proposes it, suspend it, wait again.

    Each is timed from the end of the commit to the end of the first answer that shows it. The texts
    of the new evidence have no vectors yet: they are encoded meanwhile.

    Raises:
        CommandFailed: a change was not seen within a minute.
    """
    needs = [
        need
        for need in make_needs(maker_of(options.shape), 12 * options.tries, series=3)
        if need.breadth is Breadth.SECTOR_PLACE
    ]
    appeared, gone = list[float](), list[float]()
    database = make_engine(options.settings.sqlalchemy_url)
    sessions = make_session_factory(database)
    added: list[UUID] = []
    try:
        with (
            serving(options.settings) as server,
            closing(connect(server.port)) as line,
        ):
            for number in range(options.tries):
                need = needs[number % len(needs)]
                shows = _asker(line, need)
                shows(UUID(int=0))  # its text's vector is known from here on
                provider_id = _add(sessions, need, number)
                added.append(provider_id)
                appeared.append(_wait(lambda: shows(provider_id)))  # noqa: B023 called before the next one
                _suspend(sessions, provider_id)
                gone.append(_wait(lambda: not shows(provider_id)))  # noqa: B023 called before the next one
    finally:
        _remove(sessions, added)
        database.dispose()
    return {
        "tries": options.tries,
        "appears": times_of([appeared]).as_dict(),
        "disappears": times_of([gone]).as_dict(),
    }


def _asker(line: socket.socket, need: Need) -> Callable[[UUID], bool]:
    request = as_request("POST", "/v1/match", orjson.dumps(need.fields(_TOP)))

    def shows(provider_id: UUID) -> bool:
        ranked = orjson.loads(ask_on(line, request))["ranked"]
        return any(one["provider"]["id"] == str(provider_id) for one in ranked)

    return shows


def _wait(is_so: Callable[[], bool]) -> float:
    began = time.perf_counter()
    while not is_so():
        if time.perf_counter() - began > _PATIENCE:
            raise CommandFailed("a change was not seen within a minute", exit_code=1)
    return time.perf_counter() - began


def _add(sessions: SessionFactory, need: Need, number: int) -> UUID:
    """Store a provider that has done just what the need asks for."""
    query, now = need.query, utc_now()
    (place,) = query.target_jurisdictions
    profile = ProviderRow(
        source_ref=f"n{number}",
        name=f"Newcomer {number}",
        kind=ProviderKind.CONSULTING_FIRM,
        home_jurisdiction=place,
        sector_codes=list(query.sector_codes),
    )
    with transaction(sessions) as session:
        provider_id = save_provider(session, OPERATOR, source=_SOURCE, row=profile, now=now)
        for piece in range(_PIECES):
            save_evidence(
                session,
                OPERATOR,
                source=_SOURCE,
                row=EvidenceRow(
                    provider_ref=profile.source_ref,
                    matter_ref=f"n{number}-{piece}",
                    kind=EvidenceKind.PAST_MATTER,
                    title=query.text[:400],
                    description=f"{query.text} ({piece})",
                    jurisdictions=[place],
                    sector_codes=list(query.sector_codes),
                    dated_on=query.on - timedelta(days=30 * (piece + 1)),
                    is_verified=True,
                ),
                now=now,
            )
    return provider_id


def _suspend(sessions: SessionFactory, provider_id: UUID) -> None:
    with transaction(sessions) as session:
        suspend_provider(
            session, OPERATOR, provider_id=provider_id, reason="measured", now=utc_now()
        )


def _remove(sessions: SessionFactory, added: list[UUID]) -> None:
    for provider_id in added:
        with transaction(sessions) as session:
            delete_provider(session, OPERATOR, provider_id=provider_id)
