"""What the commands that measure on benchmarks share: the days of a cut, and the vector cache."""

from datetime import date
from typing import TYPE_CHECKING

from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from api.cli.console import Report
    from providers.vector_cache import VectorCache


def days_of_cut(cut: str) -> tuple[date, date]:
    """Read the days of `--cut FROM:TO`.

    Raises:
        CommandFailed: it is not two dates.
    """
    first, _, last = cut.partition(":")
    try:
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError as error:
        raise CommandFailed(f"--cut {cut!r} is not FROM:TO, two dates YYYY-MM-DD") from error


def open_vector_cache(report: "Report") -> "VectorCache":
    """Return the vectors that this machine has kept, for the encoder of the settings."""
    from core.settings import get_settings
    from providers.vector_cache import VectorCache
    from providers.vectors import make_encoder

    settings = get_settings()
    return VectorCache(make_encoder(settings), settings.data_dir / "vectors", report)
