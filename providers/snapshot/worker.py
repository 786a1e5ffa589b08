"""A process that builds chunks: a plan and chunks come in on stdin, a line goes out for each.

A process of its own, started anew: it opens its own connections, inherits no lock and no thread, and
gives its memory back when it ends. It ends when its stdin does, so none outlives its parent by more
than a chunk.
"""

import gc
import json
import os
import sys
import traceback
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from core.db import make_engine
from core.session_limits import JOBS
from providers.snapshot.chunks import Chunk, Plan, write_chunk

# The parent's own path: a checkout that is not installed is found as the parent found it.
START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from providers.snapshot.worker import main; main()"
)


def main() -> None:
    """Serve a parent until it closes the pipe."""
    replies = os.dup(1)
    os.dup2(2, 1)  # what a library prints must not be taken for a reply
    # A chunk makes some million objects without a cycle among them, and looking for cycles among
    # them all again and again took a fifth of the time.
    gc.disable()
    order = json.loads(sys.stdin.readline())
    plan = Plan(**order["plan"])
    database = make_engine(order["database_url"], pool_size=1, limits=JOBS)
    for line in iter(sys.stdin.readline, ""):
        reply = json.dumps(_reply_to(line, plan, database))
        with suppress(BrokenPipeError):  # the parent was killed: stdin ends too
            os.write(replies, f"{reply}\n".encode())
        gc.collect()


def _reply_to(line: str, plan: Plan, database: Engine) -> dict[str, Any]:  # Any: JSON
    try:
        write_chunk(database, plan, Chunk.of_line(line))
    except OSError as error:
        return {"errno": error.errno, "said": error.strerror or str(error)}
    except (SQLAlchemyError, MemoryError, ValueError) as error:
        # A database's own words, without the statement.
        said = " ".join(str(getattr(error, "orig", error)).split())
        return {"said": said or "there is not enough memory"}
    except Exception:  # noqa: BLE001 a fault of the program is raised again in the parent
        return {"trace": traceback.format_exc()}
    return {}
