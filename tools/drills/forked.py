"""Processes forked from one that has loaded everything: they begin in milliseconds.

A drill that kills a thousand servers would otherwise wait for a thousand starts. What is forked is the
real thing with nothing opened yet: the process that forks must have no connection and no thread.
"""

import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from core.settings import Settings

CRASHED = 137
_pause = Event()  # never set: waiting for it is waiting


@dataclass
class Child:
    """A forked process."""

    pid: int
    code: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, or None while it lives."""
        if self.code is None:
            found, status = os.waitpid(self.pid, os.WNOHANG)
            if found:
                self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def wait(self, seconds: float) -> int:
        """Wait until it ends and return how; one that takes too long is killed.

        Raises:
            SystemExit: it took too long.
        """
        until = monotonic() + seconds
        while (code := self.poll()) is None:
            if monotonic() > until:
                self.kill()
                raise SystemExit(f"process {self.pid} did not end within {seconds:.0f} s")
            _pause.wait(0.005)
        return code

    def leads_a_group(self) -> bool:
        """Tell whether it is alive and leads the processes that it started."""
        with suppress(ProcessLookupError):
            return self.poll() is None and os.getpgid(self.pid) == self.pid
        return False

    def kill(self, *, is_group: bool = False) -> None:
        """End it as the system does when memory runs out; with all that it started, if it leads them."""
        if self.poll() is None:
            with suppress(ProcessLookupError):
                (os.killpg if is_group else os.kill)(self.pid, signal.SIGKILL)
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])


def fork(run: Callable[[], None], log: Path) -> Child:
    """Run something in a process of its own, its output appended to `log`."""
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _be_child(run, log)
    return Child(pid)


def _be_child(run: Callable[[], None], log: Path) -> NoReturn:
    code = 1
    try:
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, 1)
        os.dup2(file, 2)
        run()
        code = 0
    except SystemExit as ended:
        sys.stderr.write(f"{ended}\n")
    except BaseException:  # noqa: BLE001 told in the log; nothing above this may go on in the child
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def serve(port: int, variables: Mapping[str, str]) -> None:
    """Be `landbridge serve`; called in a forked process."""
    from api.cli.serving import serve as command  # noqa: PLC0415 what only tells must not load it

    take_variables(variables)
    command(host="127.0.0.1", port=port)


def variables_of(folder: str | Path, url: str, **more: str) -> dict[str, str]:
    """Return the settings of a server of a drill, as it reads them.

    Args:
        folder: of its data.
        url: of its database.
        more: further ones, by their whole names.
    """
    return {
        "LANDBRIDGE_DATA_DIR": str(folder),
        "LANDBRIDGE_DATABASE_URL": url,
        "LANDBRIDGE_ENCODER": "none",
        "LANDBRIDGE_LOG_LEVEL": "ERROR",
        **more,
    }


def take_variables(variables: Mapping[str, str]) -> None:
    """Let these be all the settings of this process."""
    for name in [name for name in os.environ if name.startswith("LANDBRIDGE_")]:
        del os.environ[name]
    os.environ.update(variables)


def load_everything(warm: "Settings | None" = None) -> None:
    """Load what a server needs, kernels included, so that those forked from here have it.

    Args:
        warm: of a database by which the patterns of names are compiled too; it is closed again.
    """
    from api.app import create_app  # noqa: PLC0415 loaded for those that are forked
    from api.cli import server  # noqa: F401, PLC0415 as above
    from api.observing.route_names import RouteNames  # noqa: PLC0415 as above
    from core.settings import Settings  # noqa: PLC0415 as above
    from matching.search.warm import compile_kernels  # noqa: PLC0415 as above

    compile_kernels()
    # What is made of the routes is shared by all applications of a process, and those forked from it.
    RouteNames().learn(create_app(Settings(_env_file=None)))
    if warm is not None:
        _read_a_text(warm)


def _read_a_text(settings: "Settings") -> None:
    from committee.queries import ranker_in_force  # noqa: PLC0415 as above
    from core.clock import utc_now  # noqa: PLC0415 as above
    from core.db import make_engine  # noqa: PLC0415 as above
    from enterprises import understanding  # noqa: PLC0415 as above
    from providers.engine import EngineHolder  # noqa: PLC0415 as above

    database = make_engine(settings.sqlalchemy_url)
    holder = EngineHolder(database, settings, ranker_in_force=ranker_in_force)
    text = "an audit of a road in Vietnam, in English"
    understanding.read_text(holder.current(), text, on=utc_now().date())
    holder.settle()
    database.dispose()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port: int = door.getsockname()[1]
        return port
