"""Memory of processes, as Linux counts it: pages that several processes share are shared out."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

_SAMPLED_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes in use.

    Attributes:
        pss: with each page counted for as many parts as there are processes that hold it.
        anonymous: of these, what is no page of a file: it cannot be dropped and read again.
    """

    pss: int
    anonymous: int

    def __add__(self, other: "Memory") -> "Memory":
        return Memory(self.pss + other.pss, self.anonymous + other.anonymous)


def memory_of(pids: Iterable[int]) -> Memory:
    """Add up the memory of processes; one that has ended counts nothing."""
    total = Memory(0, 0)
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError, PermissionError):
            written = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
            kilobytes = {
                name: int(value.split()[0])
                for name, _, value in (line.partition(":") for line in written.splitlines()[1:])
            }
            total += Memory(kilobytes["Pss"] * 1024, kilobytes["Pss_Anon"] * 1024)
    return total


def family_of(pid: int) -> list[int]:
    """Return a process and all that it has started, and they in their turn."""
    found = [pid]
    for one in found:
        with suppress(OSError):
            for task in Path(f"/proc/{one}/task").iterdir():
                with suppress(OSError):
                    found += map(int, (task / "children").read_text("ascii").split())
    return found


class PeakMemory:
    """Watches a process and those it starts, and keeps the most they used at any time."""

    def __init__(self, pid: int) -> None:
        self.peak = Memory(0, 0)
        self._pid = pid
        self._end = Event()
        self._thread = Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            now = memory_of(family_of(self._pid))
            self.peak = Memory(max(self.peak.pss, now.pss), max(self.peak.anonymous, now.anonymous))
            if self._end.wait(_SAMPLED_SECONDS):
                return
