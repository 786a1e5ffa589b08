"""A folder for a moment, of which nothing is left even where the process is killed."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

_PREFIX = "landbridge-own-"


@contextmanager
def own_folder() -> Generator[Path]:
    """Yield a new folder that nobody else can read, and remove it with all that is in it.

    A process that is killed cannot do that: what such a one left is removed first, by whoever comes
    next.
    """
    remove_left_folders()
    with TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-") as name:
        yield Path(name)


def remove_left_folders() -> None:
    """Remove the folders of processes of ours that are gone."""
    if os.name != "posix":  # elsewhere signal 0 is one that ends a process
        return
    for folder in Path(gettempdir()).glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
        if owner.isdecimal() and not _is_alive(int(owner)):
            # Another process may do the same at this moment, or own what lies there.
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
