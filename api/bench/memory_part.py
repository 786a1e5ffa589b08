"""Memory of one and of several API processes that serve the same snapshot after the same needs."""

from contextlib import ExitStack

from api.bench.client import ask_all
from api.bench.database import maker_of
from api.bench.http_part import match_requests
from api.bench.memory import Memory, memory_of
from api.bench.options import Options
from api.bench.serving import serving
from matching.evaluation.bench.demand import make_needs


def measure_memory(options: Options) -> dict[str, object]:
    """Ask every process every need, then add up what they hold."""
    requests = match_requests(make_needs(maker_of(options.shape), options.needs))
    one = _memory_with(options, requests, 1)
    many = _memory_with(options, requests, options.processes)
    return {
        "processes": options.processes,
        "one_mb": round(one.pss / 1e6, 1),
        "one_anonymous_mb": round(one.anonymous / 1e6, 1),
        "all_mb": round(many.pss / 1e6, 1),
        "all_anonymous_mb": round(many.anonymous / 1e6, 1),
        "times_one": round(many.pss / one.pss, 3),
    }


def _memory_with(options: Options, requests: list[bytes], processes: int) -> Memory:
    with ExitStack() as stack:
        servers = [stack.enter_context(serving(options.settings)) for _ in range(processes)]
        for server in servers:
            ask_all(server.port, requests)
        return memory_of(server.pid for server in servers)
