"""Whether Redis, which carries hints and shares counts, is there and keeps what it is given."""

from typing import Final

from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError
from redis.retry import Retry

# Asked once: who asks shall have an answer within three seconds, also from a Redis that hangs.
NO_RETRY: Final = Retry(NoBackoff(), 0)
_CONNECT_SECONDS: Final = 0.5
_ANSWER_SECONDS: Final = 1.0
SAFE_POLICY: Final = "noeviction"


class BrokerSilent(Exception):
    """Redis does not answer, or its address is no address."""


class BrokerForgets(Exception):
    """Redis makes room by forgetting: hints that it has accepted would be lost without an error."""


def ask_broker(redis_url: str) -> str:
    """Return what can be said of Redis, in one line.

    Raises:
        BrokerSilent: it does not answer.
        BrokerForgets: its policy is another than `noeviction`.
    """
    try:
        with Redis.from_url(
            redis_url,
            socket_connect_timeout=_CONNECT_SECONDS,
            socket_timeout=_ANSWER_SECONDS,
            retry=NO_RETRY,
        ) as client:
            try:
                found = client.config_get("maxmemory-policy")
            except ResponseError:
                # Hosts that run Redis for others let nobody look.
                client.ping()
                return (
                    f"reachable; it does not say its maxmemory-policy, which must be {SAFE_POLICY}"
                )
    except ValueError as error:
        raise BrokerSilent(f"LANDBRIDGE_REDIS_URL is no address of Redis: {error}") from error
    except RedisError as error:
        raise BrokerSilent(f"Redis does not answer ({type(error).__name__})") from error
    policy = str(found.get("maxmemory-policy", "unknown"))
    if policy != SAFE_POLICY:
        raise BrokerForgets(f"Redis' maxmemory-policy is {policy}: set it to {SAFE_POLICY}")
    return f"reachable, maxmemory-policy {SAFE_POLICY}"
