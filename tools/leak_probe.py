"""Look for leaks between organisations: `python tools/leak_probe.py [--calls 10000] [--seed 1]`.

Stores needs of one organisation with canaries in every confidential column, then calls at random,
as everybody else. Says how often a canary came out: in bodies, headers, errors, exports or the log.
Ends with 1 if one did. SQLite in a temporary folder; with --database a PostgreSQL database, which it
fills and does not clear.
"""

import argparse
import sys
import tempfile
from collections import Counter
from pathlib import Path
from time import monotonic

from fastapi.testclient import TestClient

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from api.app import create_app  # noqa: E402 after the path
from core.db import make_engine, make_session_factory, transaction  # noqa: E402 as above
from core.migrations.runner import upgrade_to_head  # noqa: E402 as above
from tests import factories  # noqa: E402 as above
from tests.access.callers import closed_settings, make_callers  # noqa: E402 as above
from tests.access.matrix import World  # noqa: E402 as above
from tests.access.objects import make_record  # noqa: E402 as above
from tests.access.probe import probe  # noqa: E402 as above


def find_leaks(url: str, *, calls: int, seed: int) -> list[str]:
    """Prepare a database, and probe an application on it."""
    engine = make_engine(url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    factories.load_lists(sessions)
    with transaction(sessions) as session:
        factories.small_catalogue(session)
    engine.dispose()
    app = create_app(closed_settings(url))
    with TestClient(app) as client:
        with transaction(app.state.sessions) as session:
            callers = make_callers(session)
            made = make_record(session, app.state.engine_holder.current())
        return probe(World(client, app.state.sessions, callers, made), calls=calls, seed=seed)


def main() -> int:
    """Probe, and say what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--database", default="", help="a database to fill, instead of SQLite")
    asked = parser.parse_args()
    begun = monotonic()
    with tempfile.TemporaryDirectory() as folder:
        url = asked.database or f"sqlite:///{folder}/probe.db"
        found = find_leaks(url, calls=asked.calls, seed=asked.seed)
    for where, times in Counter(found).most_common():
        print(f"{times:6} {where}")  # noqa: T201 its output
    took = monotonic() - begun
    print(f"{asked.calls:,} calls in {took:.0f} s: a canary was seen {len(found)} times")  # noqa: T201 as above
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
