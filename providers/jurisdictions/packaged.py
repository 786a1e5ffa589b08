"""The packaged reference tables, read without a database: for evaluation, tests and first tries."""

from collections.abc import Callable, Iterator
from importlib.resources import as_file, files
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from core.tabular import read_table
from matching.jurisdictions.types import TreatyData
from providers.errors import PackagedDataDamaged
from providers.importing.cells import ImportRow
from providers.jurisdictions import schemas, statements
from providers.jurisdictions.graph import TreatyRows, make_treaty_data
from providers.jurisdictions.models import Jurisdiction, LegalFamily
from providers.jurisdictions.service import jurisdiction_columns, legal_family_columns
from providers.sectors.schemas import SectorRow

_RowT = TypeVar("_RowT", bound=ImportRow)
_StoredT = TypeVar("_StoredT")


def read_packaged_treaty_data() -> TreatyData:
    """Return what the packaged tables say, as if they had just been loaded.

    Raises:
        PackagedDataDamaged: a row is not what this version shipped.
    """
    return make_treaty_data(read_packaged_rows())


def read_packaged_rows() -> TreatyRows:
    """Return the rows of the packaged tables.

    Raises:
        PackagedDataDamaged: as above.
    """
    with as_file(files("providers.data")) as data:
        folder = data / "jurisdictions"

        def read(
            name: str, schema: type[_RowT], as_stored: Callable[[_RowT], _StoredT]
        ) -> list[_StoredT]:
            return [as_stored(row) for row in _rows_of(folder / name, schema)]

        return TreatyRows(
            jurisdictions=read(
                "jurisdictions.csv",
                schemas.JurisdictionRow,
                lambda row: Jurisdiction(**jurisdiction_columns(row)),
            ),
            legal_families=read(
                "legal_family.csv",
                schemas.LegalFamilyRow,
                lambda row: LegalFamily(**legal_family_columns(row)),
            ),
            instruments=read("instruments.csv", schemas.InstrumentRow, statements.as_instrument),
            memberships=read("memberships.csv.gz", schemas.MembershipRow, statements.as_membership),
            agreements=read("bilateral.csv.gz", schemas.BilateralRow, statements.as_bilateral),
            objections=read("objections.csv", schemas.ObjectionRow, statements.as_objection),
            institutions=read(
                "institutions.csv", schemas.InstitutionRow, statements.as_institution
            ),
            cooperations=read(
                "cooperations.csv", schemas.CooperationRow, statements.as_cooperation
            ),
            desks=read("desks.csv", schemas.DeskRow, statements.as_desk),
        )


def read_packaged_sectors() -> list[SectorRow]:
    """Return the packaged list of sectors.

    Raises:
        PackagedDataDamaged: as above.
    """
    with as_file(files("providers.data")) as data:
        return list(_rows_of(data / "sectors.csv", SectorRow))


def _rows_of(path: Path, schema: type[_RowT]) -> Iterator[_RowT]:
    for row_no, cells in read_table(path).rows:
        try:
            yield schema.model_validate({name: cell for name, cell in cells.items() if cell})
        except ValidationError as error:
            raise PackagedDataDamaged(f"{path.name}, row {row_no}: {error}") from error
