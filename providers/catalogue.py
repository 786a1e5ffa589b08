"""The real catalogue that ships with the product: lists, treaties, firms, their work, vectors."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import as_file, files
from pathlib import Path
from uuid import uuid4
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db import SessionFactory, reading, transaction
from matching.text.encoder import PackagedEncoder
from providers.errors import PackagedDataDamaged
from providers.importing import kinds
from providers.importing.plan import file_sha256, find_run, plan_import
from providers.importing.run import run_import
from providers.importing.spec import AnySpec
from providers.jurisdictions.revisions import PACKAGED_SOURCE
from providers.models import ImportRun, ImportState, TextVector
from providers.vectors import store_vectors

StepProgress = Callable[[str, int, int], None]
WORLD_BANK_SOURCE = "worldbank_awards"
FCDO_SOURCE = "fcdo_lawyers"
VECTORS_FILE = "vectors.npz"
_VECTOR_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class PackagedTable:
    """A table inside the wheel, the kind it is, and whose data it holds."""

    file_name: str
    spec: AnySpec
    source: str


# In the order in which rows refer to each other.
PACKAGED_TABLES = (
    PackagedTable("sectors.csv", kinds.SECTORS, PACKAGED_SOURCE),
    PackagedTable("jurisdictions/jurisdictions.csv", kinds.JURISDICTIONS, PACKAGED_SOURCE),
    PackagedTable("jurisdictions/instruments.csv", kinds.INSTRUMENTS, PACKAGED_SOURCE),
    PackagedTable("jurisdictions/memberships.csv.gz", kinds.MEMBERSHIPS, PACKAGED_SOURCE),
    PackagedTable("jurisdictions/bilateral.csv.gz", kinds.BILATERAL, PACKAGED_SOURCE),
    PackagedTable("jurisdictions/objections.csv", kinds.OBJECTIONS, PACKAGED_SOURCE),
    PackagedTable("jurisdictions/legal_family.csv", kinds.LEGAL_FAMILIES, PACKAGED_SOURCE),
    PackagedTable("jurisdictions/institutions.csv", kinds.INSTITUTIONS, PACKAGED_SOURCE),
    PackagedTable("jurisdictions/cooperations.csv", kinds.COOPERATIONS, PACKAGED_SOURCE),
    PackagedTable("jurisdictions/desks.csv", kinds.DESKS, PACKAGED_SOURCE),
    PackagedTable("worldbank_providers.csv.gz", kinds.PROVIDERS, WORLD_BANK_SOURCE),
    PackagedTable("worldbank_evidence.csv.gz", kinds.EVIDENCE, WORLD_BANK_SOURCE),
    PackagedTable("fcdo_providers.csv.gz", kinds.PROVIDERS, FCDO_SOURCE),
    PackagedTable("fcdo_evidence.csv.gz", kinds.EVIDENCE, FCDO_SOURCE),
)


@dataclass(frozen=True, slots=True)
class CatalogueReport:
    """What loading did: rows and vectors written; both are 0 when everything was there."""

    rows_changed: int
    vectors_added: int


@dataclass(frozen=True, slots=True)
class PackagedVectors:
    """The vectors of the packaged evidence.

    Attributes:
        encoder_version: the encoder they come from; they are good for no other.
        text_hashes: length n, SHA-256 in hex of each text.
        codes: shape (n, dimensions), int8.
        scales: shape (n,), float32.
    """

    encoder_version: str
    text_hashes: tuple[str, ...]
    codes: NDArray[np.int8]
    scales: NDArray[np.float32]


def load_packaged_catalogue(
    sessions: SessionFactory, *, now: datetime, progress: StepProgress | None = None
) -> CatalogueReport:
    """Bring everything that ships with the product into the database.

    Running it again changes nothing, and goes on where an interrupted run stopped. `progress` is
    told the step (`providers`, `vectors` …), and how much of it is done of how much.

    Raises:
        PackagedDataDamaged: a file in the package is not what this version shipped.
    """
    changed = 0
    with as_file(files("providers.data")) as folder:
        for table in PACKAGED_TABLES:
            changed += _load_table(sessions, folder / table.file_name, table, now, progress)
        added = _load_vectors(sessions, folder / VECTORS_FILE, now, progress)
    return CatalogueReport(rows_changed=changed, vectors_added=added)


def _load_table(
    sessions: SessionFactory,
    path: Path,
    table: PackagedTable,
    now: datetime,
    progress: StepProgress | None,
) -> int:
    sha256 = file_sha256(path)
    with reading(sessions) as session:
        run = find_run(session, table.spec.kind, table.source, sha256)
        if run is not None and run.state == ImportState.DONE:
            return 0  # known by its hash: nothing is read or checked again
        plan = plan_import(session, (table.spec,), path, source=table.source)
    if plan.problems:
        first = plan.problems[0]
        raise PackagedDataDamaged(
            f"{table.file_name}, row {first.row_no}, {first.column}: {first.value!r} {first.reason}"
        )

    def report(done: int, total: int) -> None:
        if progress is not None:
            progress(table.spec.table, done, total)

    return run_import(sessions, plan, keep_good=False, now=now, progress=report).rows_changed


def read_vectors(path: Path) -> PackagedVectors:
    """Read a vectors file and check that its parts fit together.

    Raises:
        PackagedDataDamaged: a part is missing, or has another shape or type.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as stored:
            codes, scales, hashes = stored["codes"], stored["scale"], stored["text_hash"]
            encoder_version = str(stored["encoder_version"])
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise PackagedDataDamaged(f"{path.name} cannot be read: {error}") from error
    shapes = (codes.shape, scales.shape, hashes.shape)
    n = len(scales) if scales.ndim else 0
    if shapes != ((n, PackagedEncoder.dimensions), (n,), (n, 32)):
        raise PackagedDataDamaged(f"{path.name} has parts of shapes {shapes}")
    if (codes.dtype, scales.dtype, hashes.dtype) != (np.int8, np.float32, np.uint8):
        raise PackagedDataDamaged(
            f"{path.name} has parts of types {codes.dtype}, {scales.dtype}, {hashes.dtype}"
        )
    return PackagedVectors(
        encoder_version, tuple(row.tobytes().hex() for row in hashes), codes, scales
    )


def _load_vectors(
    sessions: SessionFactory, path: Path, now: datetime, progress: StepProgress | None
) -> int:
    sha256 = file_sha256(path)
    with reading(sessions) as session:
        run = find_run(session, "vectors", PACKAGED_SOURCE, sha256)
        if run is not None and run.state == ImportState.DONE:
            return 0
        vectors = read_vectors(path)
        expected = PackagedEncoder().version
        if vectors.encoder_version != expected:
            raise PackagedDataDamaged(
                f"{path.name} was made by {vectors.encoder_version}, this is {expected}: "
                "run tools/build_catalogue.py"
            )
        stored = set(
            session.scalars(
                select(TextVector.text_hash).where(TextVector.encoder_version == expected)
            )
        )
    missing = [i for i, key in enumerate(vectors.text_hashes) if key not in stored]
    total = len(vectors.text_hashes)
    for start in range(0, len(missing), _VECTOR_CHUNK):
        rows = missing[start : start + _VECTOR_CHUNK]
        with transaction(sessions) as session:
            store_vectors(
                session,
                vectors.encoder_version,
                [vectors.text_hashes[i] for i in rows],
                vectors.codes[rows],
                vectors.scales[rows],
            )
        if progress is not None:
            progress("vectors", total - len(missing) + start + len(rows), total)
    with transaction(sessions) as session:
        _mark_vectors(session, path.name, sha256, total, now)
    return len(missing)


def _mark_vectors(session: Session, name: str, sha256: str, total: int, now: datetime) -> None:
    if find_run(session, "vectors", PACKAGED_SOURCE, sha256) is not None:
        return
    session.add(
        ImportRun(
            id=uuid4(),
            kind="vectors",
            source=PACKAGED_SOURCE,
            file_name=name,
            file_sha256=sha256,
            state=ImportState.DONE,
            rows_total=total,
            rows_done=total,
            rows_bad=0,
            started_at=now,
            updated_at=now,
        )
    )
