"""What a server opens beside its own port: metrics, traces, and room for connections."""

import resource
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from importlib.metadata import version

from api.broker import BrokerForgets, BrokerSilent, ask_broker
from api.cli.console import note
from api.cli.failures import CommandFailed
from api.observing.listener import serving_metrics
from api.observing.metrics import Metrics
from api.observing.traces import Tracing
from core.errors import Unavailable
from core.settings import Settings

# Each connection is an open file, and the usual 1,024 are soon taken by callers who are slow.
_OPEN_FILES = 65_536


def allow_many_connections() -> None:
    """Let this process hold as many files open as the system grants it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def refuse_forgetful_broker(settings: Settings) -> None:
    """Refuse to start with a Redis that forgets what it has accepted; one that is gone may come back.

    Raises:
        CommandFailed: its policy is another than `noeviction`.
    """
    url = settings.redis_url.get_secret_value()
    if not url:
        return
    try:
        ask_broker(url)
    except BrokerSilent as error:
        note(f"{error}: jobs begin late until it does")
    except BrokerForgets as error:
        raise CommandFailed(str(error), exit_code=1) from error


@contextmanager
def metrics_door(settings: Settings, metrics: Metrics) -> Generator[None]:
    """Let metrics be read where the settings say so.

    Raises:
        CommandFailed: the port is taken, or the address is not one of this machine's.
    """
    if not settings.metrics_port:
        yield
        return
    host, port = settings.metrics_host, settings.metrics_port
    with ExitStack() as opened:
        try:
            opened.enter_context(serving_metrics(metrics.registry, host, port))
        except OSError as error:
            raise CommandFailed(
                f"cannot listen on {host} port {port} ({error.strerror}): choose another with "
                "LANDBRIDGE_METRICS_PORT"
            ) from error
        note(f"metrics at http://{host}:{port}/metrics")
        yield


@contextmanager
def tracing(settings: Settings) -> Generator[Tracing | None]:
    """Send traces where the settings say so.

    Raises:
        CommandFailed: what sends them is not installed.
    """
    if not settings.traces_url:
        yield None
        return
    try:
        made = Tracing.to(settings.traces_url, version=version("landbridge-platform"))
    except Unavailable as error:
        raise CommandFailed(error.detail) from error
    try:
        yield made
    finally:
        made.close()
