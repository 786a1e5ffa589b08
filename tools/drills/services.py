"""A Redis and a PostgreSQL of our own, to be killed, frozen and started again."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

from api.bench.postgresql import find_program
from tools.drills.waiting import rest, wait_until

_START_SECONDS = 60.0


class Redis:
    """A server that keeps everything in memory: started again, it is empty."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if program is None:
            raise SystemExit("redis-server is not installed (Debian: redis-server)")
        self._address = folder / "redis.sock"
        self.url = f"unix://{self._address}"
        self._command = [
            program, "--port", "0", "--unixsocket", str(self._address), "--dir", str(folder),
            "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction",
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, unless it runs."""
        if self._process is not None:
            return
        self._address.unlink(missing_ok=True)
        self._process = subprocess.Popen(  # noqa: S603 found above
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
        )
        wait_until(self._address.exists, _START_SECONDS, "Redis does not start")

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.kill()
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it answer nobody, with all connections open."""
        if self._process is not None:
            self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)


class PostgreSQL:
    """A server whose commits outlive its processes: what they write is with the system at once."""

    def __init__(self, folder: Path, *options: str) -> None:
        initdb, pg_ctl = find_program("initdb"), find_program("pg_ctl")
        if initdb is None or pg_ctl is None:
            raise SystemExit("PostgreSQL is not installed (Debian: postgresql)")
        self._folder = folder
        self._pg_ctl = pg_ctl
        self._owner = "nobody" if os.geteuid() == 0 else None
        if self._owner:
            shutil.chown(folder, self._owner)
        self._data = folder / "data"
        self._options = f"-k {folder} -c listen_addresses= -c fsync=off {' '.join(options)}"
        self.url = f"postgresql://landbridge@/postgres?host={folder}"
        self._run(
            initdb, "-D", str(self._data), "-U", "landbridge", "-A", "trust", "--no-locale",
            "-E", "UTF8", "-N",
        )  # fmt: skip

    def start(self) -> None:
        """Start it and wait until it has recovered."""
        # What was killed may hold its shared memory for a moment.
        for is_last in (*[False] * 20, True):
            try:
                self._run(
                    self._pg_ctl, "-D", str(self._data), "-l", str(self._folder / "log"), "-w",
                    "-t", "60", "-o", self._options, "start",
                )  # fmt: skip
                return
            except SystemExit:
                if is_last:
                    raise
                rest(0.2)

    def kill(self) -> None:
        """End all its processes at once."""
        main = self._main()
        if main is None:
            return
        children = self._children(main)
        for pid in (main, *children):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        wait_until(
            lambda: not any(_lives(pid) for pid in (main, *children)), 20, "PostgreSQL lives on"
        )

    def stop(self) -> None:
        """End it; transactions in hand are rolled back."""
        self._run(self._pg_ctl, "-D", str(self._data), "-w", "-m", "immediate", "stop")

    def _main(self) -> int | None:
        with suppress(OSError, IndexError, ValueError):
            pid = int((self._data / "postmaster.pid").read_text().splitlines()[0])
            return pid if _lives(pid) else None
        return None

    @staticmethod
    def _children(main: int) -> list[int]:
        with suppress(OSError):
            return [
                int(pid) for pid in Path(f"/proc/{main}/task/{main}/children").read_text().split()
            ]
        return []

    def _run(self, *command: str) -> None:
        done = subprocess.run(  # noqa: S603 programs of PostgreSQL, found above
            command,
            user=self._owner,
            extra_groups=[] if self._owner else None,
            cwd=self._folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SystemExit(f"{Path(command[0]).name} failed: {done.stdout.strip()}")


def _lives(pid: int) -> bool:
    with suppress(OSError):
        # A zombie holds nothing any more.
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


@contextmanager
def short_folder() -> Generator[Path]:
    """A folder whose name leaves room for that of a socket, and that others may pass through."""
    folder = Path(tempfile.mkdtemp(prefix="lb-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_services(*options: str) -> Generator[tuple[PostgreSQL, Redis]]:
    """Both, with nothing in them; ended at the end.

    Args:
        options: of PostgreSQL, as it takes them on its command line.
    """
    with short_folder() as one, short_folder() as other:
        redis = Redis(one)
        postgresql = PostgreSQL(other, *options)
        try:
            redis.start()
            postgresql.start()
            yield postgresql, redis
        finally:
            redis.kill()
            postgresql.kill()
