"""A script of ours in a process of its own, with limits; its death is a normal result."""

import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class ChildTooSlow(RuntimeError):
    """The process did not end in time, and was ended."""


class ChildDied(RuntimeError):
    """The process ended by a limit or an error of its own."""


@contextmanager
def output_of_child(script: str, path: Path, *, seconds: float) -> Generator[IO[bytes]]:
    """Let a script beside this module read a file; give what it wrote, from the beginning.

    Args:
        script: its file name; it sets its own limits of memory, time and output.
        path: the file that it reads.
        seconds: how long it may take.

    Raises:
        ChildTooSlow: it took longer.
        ChildDied: it did not end by itself.
    """
    command = [sys.executable, "-I", "-X", "utf8", str(Path(__file__).with_name(script))]
    with tempfile.TemporaryFile() as output:
        try:
            process = subprocess.run(  # noqa: S603 our own script; the file's name is an argument
                [*command, str(path.resolve())],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                check=False,
                # lxml, where somebody installed it, would take the place of defusedxml's parser.
                env={"OPENPYXL_LXML": "False", "OPENPYXL_DEFUSEDXML": "True"},
            )
        except subprocess.TimeoutExpired as error:
            raise ChildTooSlow(f"{script} did not end within {seconds} seconds") from error
        if process.returncode != 0:
            raise ChildDied(f"{script} ended with {process.returncode}")
        output.seek(0)
        yield output
