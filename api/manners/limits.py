"""How often somebody may call: limits by account and by organisation, beside those by address.

Whoever is counted is counted in a window of a minute (`api.manners.call_counts`): in this process,
and through Redis in all of them. Without Redis, or while it hangs, each process counts for itself.
"""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.types import Scope

from api.manners.call_counts import WINDOW_SECONDS, CallCounts, Standing
from api.observing.metrics import Metrics
from core.errors import RateLimited
from core.identity.actor import Actor, UserKind
from core.settings import Settings

STANDINGS: Final = "landbridge.standings"

_NOUNS: Final = {
    "account": "one account may send",
    "tenant": "one organisation may send",
    "tenant-match": "one organisation may ask for matches by",
    "tenant-search": "one organisation may search by",
}


@dataclass(frozen=True, slots=True)
class Limit:
    """How often one caller may do something in a minute.

    Attributes:
        bucket: what is counted: a name that is shown in `RateLimit-Policy`.
        key: who is counted.
        limit: how often; 0 is any number.
    """

    bucket: str
    key: str
    limit: int


def limit_for(actor: Actor, settings: Settings) -> tuple[Limit, ...]:
    """Return the limits of whoever asks, whatever it asks for.

    Visitors are one another's strangers: their address alone is counted.
    """
    if actor.kind is UserKind.VISITOR:
        return ()
    limits = [Limit("account", actor.actor_id, settings.account_requests_per_minute)]
    if actor.tenant_id is not None:
        tenant = str(actor.tenant_id)
        limits.append(Limit("tenant", tenant, settings.tenant_requests_per_minute))
    return tuple(limits)


def match_limit_for(actor: Actor, settings: Settings) -> tuple[Limit, ...]:
    """Return the quota of matches of whoever asks: probing the ranking takes many of them."""
    key = _quota_key(actor)
    return (Limit("tenant-match", key, settings.tenant_matches_per_minute),)


def search_limit_for(actor: Actor, settings: Settings) -> tuple[Limit, ...]:
    """Return the quota of searches of whoever asks: copying the directory takes many of them."""
    key = _quota_key(actor)
    return (Limit("tenant-search", key, settings.tenant_searches_per_minute),)


def _quota_key(actor: Actor) -> str:
    return str(actor.tenant_id or actor.actor_id)


def count_call(
    counts: CallCounts, bucket: str, key: str, limit: int, *, scope: Scope | None = None
) -> Standing:
    """Count one call.

    Args:
        counts: `app.state.call_counts`.
        bucket: what is counted.
        key: who is counted.
        limit: how often in a minute.
        scope: of the request, whose answer then tells how the caller stands.

    Raises:
        RateLimited: it is one too many; it is not counted.
    """
    standing = counts.count(f"{bucket}:{key}", limit)
    if scope is not None:
        scope.setdefault(STANDINGS, []).append((bucket, limit, standing))
    if not standing.is_allowed:
        raise RateLimited(
            f"{_NOUNS.get(bucket, 'one caller may send')} {limit:,} requests in {WINDOW_SECONDS} "
            f"seconds: try again in {standing.retry_seconds} seconds",
            retry_after_seconds=standing.retry_seconds,
        )
    return standing


def count_request(request: Request, limits: tuple[Limit, ...]) -> None:
    """Count a request under each limit that is set.

    Raises:
        RateLimited: it is one too many of one of them.
    """
    counts: CallCounts = request.app.state.call_counts
    metrics: Metrics = request.app.state.metrics
    for one in limits:
        if one.limit:
            try:
                count_call(counts, one.bucket, one.key, one.limit, scope=request.scope)
            except RateLimited:
                metrics.rate_limited.inc()
                raise
