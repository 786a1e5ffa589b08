"""The jobs of imports, and the encoding of the texts that they bring."""

from core.clock import utc_now
from core.crash_points import crash_point
from core.job_runs import Effects, Run
from core.settings import Settings
from providers.imports.checking import check_import
from providers.imports.writing import apply_import, undo_import_rows
from providers.vectors import encode_missing, make_encoder


def check(run: Run) -> Effects | None:
    """Do an `import_check` job: see `providers.imports.checking`."""
    return check_import(run, clock=utc_now, reached=crash_point)


def apply(run: Run) -> Effects | None:
    """Do an `import_apply` job: see `providers.imports.writing`."""
    return apply_import(run, clock=utc_now, reached=crash_point)


def undo(run: Run) -> Effects | None:
    """Do an `import_undo` job: see `providers.imports.writing`."""
    return undo_import_rows(run, clock=utc_now, reached=crash_point)


def encode_texts(run: Run, *, settings: Settings) -> None:
    """Do an `encode_texts` job: give every text of evidence that has none yet its vector.

    Vectors are stored by the hash of their text, so that doing it twice changes nothing.
    """
    encode_missing(run.sessions, make_encoder(settings), progress=run.progress)
