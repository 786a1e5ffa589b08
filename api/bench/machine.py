"""The machine and the programs that figures belong to."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PROGRAMS = ("numpy", "numba", "lightgbm", "tantivy", "uvicorn", "fastapi", "sqlalchemy")


def describe_machine() -> dict[str, object]:
    """Return the processor, the memory, the system and the versions of what the work is done with."""
    return {
        "processor": _line_of("/proc/cpuinfo", "model name") or platform.processor() or "unknown",
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int((_line_of("/proc/meminfo", "MemTotal") or "0").split()[0]) / 1e6, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "programs": {name: found for name in _PROGRAMS if (found := _version_of(name))},
    }


def _line_of(path: str, name: str) -> str | None:
    try:
        lines = Path(path).read_text("utf-8").splitlines()
    except OSError:
        return None
    for line in lines:
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return None


def _version_of(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
