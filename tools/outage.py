"""Take away what a server stands on, and see what callers meet.

    python tools/outage.py redis-killed --seconds 60
    python tools/outage.py redis-frozen --seconds 60
    python tools/outage.py postgresql-down --seconds 60
    python tools/outage.py pool

`redis-killed`: writes go on with a 99th percentile of half a second at most, `/readyz` says degraded,
limits hold, and jobs are done once Redis is back. `redis-frozen`: no answer takes more than three
seconds. `postgresql-down`: 503 with Retry-After within three seconds, all is well within five seconds
of its return, with no more threads and connections than before. `pool`: a hundred requests at once to
every operation of the API, no 500, and none that takes two connections. `--slack` stretches the limits
of time, for machines that do other things too. Ends with 1 where one of these is not so.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from core.log import configure_logging  # noqa: E402 needs the path above
from tools.drills.forked import serve, take_variables, variables_of  # noqa: E402
from tools.drills.outages import NEEDS, PROVIDERS, Outage, lose_postgresql, lose_redis  # noqa: E402
from tools.drills.pool import crowd_every_address, watching_connections  # noqa: E402
from tools.drills.services import running_services  # noqa: E402
from tools.drills.world import prepare  # noqa: E402
from tools.drills.zygote import Found, Servers, drive  # noqa: E402

CASES: dict[str, Callable[[Outage], Found]] = {
    "redis-killed": partial(lose_redis, is_frozen=False),
    "redis-frozen": partial(lose_redis, is_frozen=True),
    "postgresql-down": lose_postgresql,
    "pool": crowd_every_address,
}
_WATCHED = "DRILL_WATCHED"


def run(what: str, port: int, variables: Mapping[str, str]) -> None:
    """Be the server, or the worker with the processes that it forks."""
    os.setpgid(0, 0)  # killed with all that it starts
    kept = {name: value for name, value in variables.items() if name != _WATCHED}
    if what == "server" and _WATCHED in variables:
        with watching_connections(Path(variables[_WATCHED])):
            serve(port, kept)
    elif what == "server":
        serve(port, kept)
    else:
        from api.cli.worker import worker  # noqa: PLC0415 a server must not load it

        take_variables(kept)
        worker(concurrency=2)


def main() -> int:
    """Read the options, try, print what was found and return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("case", choices=list(CASES))
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the outage lasts")
    parser.add_argument("--slack", type=float, default=1.0, help="stretches the limits of time")
    parser.add_argument("--every", type=int, default=1, help="of `pool`: every n-th operation")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    configure_logging("ERROR")
    begun = monotonic()
    with tempfile.TemporaryDirectory(prefix="landbridge-outage-") as name:
        found = drive(partial(_drive, name=name, options=options), run, Path(name))
    found = {"case": options.case, **found, "seconds": round(monotonic() - begun, 1)}
    if options.json:
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    else:
        sys.stdout.write("\n".join(f"{name}: {value}" for name, value in found.items()) + "\n")
    return 0 if found["is_good"] else 1


def _drive(servers: Servers, *, name: str, options: argparse.Namespace) -> Found:
    # Here, and not where the servers are forked: nobody but its parent may wait for a process.
    with running_services() as (postgresql, redis):
        more = {"LANDBRIDGE_REDIS_URL": redis.url} if options.case.startswith("redis") else {}
        variables = variables_of(name, postgresql.url, **more)
        prepare(postgresql.url, providers=PROVIDERS, needs=NEEDS)
        outage = Outage(
            servers,
            postgresql,
            redis,
            variables,
            options.seconds,
            slack=options.slack,
            every=options.every,
        )
        return CASES[options.case](outage)


if __name__ == "__main__":
    sys.exit(main())
