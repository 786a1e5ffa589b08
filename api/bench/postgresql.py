"""A PostgreSQL server for one measurement: started in a folder of its own, and forgotten."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from api.cli.failures import CommandFailed

# What somebody who cares for speed would set on a machine of this size; nothing need survive.
_OPTIONS = (
    "-c listen_addresses= -c fsync=off -c full_page_writes=off -c synchronous_commit=off "
    "-c shared_buffers=1GB -c work_mem=64MB -c maintenance_work_mem=512MB -c max_wal_size=8GB "
    "-c effective_cache_size=4GB -c random_page_cost=1.1 -c jit=off"
)


# As it comes: what is committed is on the disk.
_DURABLE_OPTIONS = "-c listen_addresses="


def find_program(name: str) -> str | None:
    """Return where a program of PostgreSQL is, or None."""
    found = shutil.which(name)
    if found:
        return found
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    return str(installed[0]) if installed else None


def is_installed() -> bool:
    """Tell whether a server can be started here."""
    return find_program("initdb") is not None and find_program("pg_ctl") is not None


@contextmanager
def running_postgresql(*, is_durable: bool = False) -> Generator[str]:
    """Run a server and yield its address, for psycopg; as a user of its own where we are root.

    Args:
        is_durable: whether it writes to the disk what is committed, as it does where it matters.

    Raises:
        CommandFailed: PostgreSQL is not installed, or does not start.
    """
    initdb, pg_ctl = find_program("initdb"), find_program("pg_ctl")
    if initdb is None or pg_ctl is None:
        raise CommandFailed(
            "PostgreSQL is not installed (Debian: postgresql): install it, or leave the part out"
        )
    # A socket's path must be short.
    folder = Path(tempfile.mkdtemp(prefix="landbridge-pg-"))
    owner = "nobody" if os.geteuid() == 0 else None
    if owner:
        shutil.chown(folder, owner)
    data = str(folder / "data")
    try:
        _run(
            folder,
            owner,
            (
                initdb,
                "-D",
                data,
                "-U",
                "landbridge",
                "-A",
                "trust",
                "--no-locale",
                "-E",
                "UTF8",
                "-N",
            ),
        )
        options = f"-k {folder} {_DURABLE_OPTIONS if is_durable else _OPTIONS}"
        start = (pg_ctl, "-D", data, "-l", str(folder / "log"), "-w", "-o", options, "start")
        _run(folder, owner, start)
        try:
            yield f"postgresql://landbridge@/postgres?host={folder}"
        finally:
            _run(folder, owner, (pg_ctl, "-D", data, "-w", "-m", "immediate", "stop"))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(folder: Path, owner: str | None, command: tuple[str, ...]) -> None:
    done = subprocess.run(  # noqa: S603 programs of PostgreSQL, found above
        command,
        user=owner,
        extra_groups=[] if owner else None,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandFailed(f"{command[0]} failed: {done.stdout.strip()}")
