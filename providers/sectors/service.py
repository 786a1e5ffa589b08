"""Writes of sector lists, and the checks that a list must pass as a whole."""

import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from providers.importing.spec import NumberedRow, RowProblem, RowsCheck, WriteContext
from providers.sectors.models import Sector, SectorList, SectorListStatus
from providers.sectors.schemas import SectorRow


def check_sector_tree(_session: Session, _source: str) -> RowsCheck[SectorRow]:
    """Return the check of a whole list: parents exist and begin the code, so no cycle is possible."""

    def check(rows: Sequence[NumberedRow[SectorRow]]) -> list[RowProblem]:
        codes = {numbered.row.code for numbered in rows}
        problems: list[RowProblem] = []
        for numbered in rows:
            code, parent = numbered.row.code, numbered.row.parent_code or ""
            expected = code.rpartition(".")[0]
            if parent != expected:
                reason = f"is not the parent that the code {code} names"
                problems.append(
                    RowProblem(numbered.row_no, "parent_code", parent, reason, expected)
                )
            elif parent and parent not in codes:
                reason = "stands in no row of the list"
                problems.append(RowProblem(numbered.row_no, "parent_code", parent, reason))
        return problems

    return check


def load_sector_list(session: Session, rows: Sequence[SectorRow], context: WriteContext) -> int:
    """Store a list as a new version, unless a version with this content is there.

    The first list is published at once; a later one stays a draft, because a second person
    approves what replaces a list in force.

    Returns:
        How many sectors were stored; 0 where the content is known.
    """
    content = [_stored(row, position) for position, row in enumerate(rows)]
    sha256 = hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True).encode()
    ).hexdigest()
    if not rows or session.scalar(
        select(SectorList.version).where(SectorList.content_sha256 == sha256)
    ):
        return 0
    last = session.scalar(select(func.max(SectorList.version)))
    version = (last or 0) + 1
    session.add(
        SectorList(
            version=version,
            status=SectorListStatus.DRAFT if last else SectorListStatus.PUBLISHED,
            published_on=None if last else context.now.date(),
            source=context.source,
            content_sha256=sha256,
        )
    )
    session.flush()
    # A parent's code is a prefix of its children's, so this order stores parents first.
    session.execute(
        insert(Sector),
        [
            {"list_version": version, **row}
            for row in sorted(content, key=lambda row: str(row["code"]))
        ],
    )
    return len(rows)


def _stored(row: SectorRow, position: int) -> dict[str, str | int | bool | None]:
    return {
        "code": row.code,
        "parent_code": row.parent_code,
        "position": position,
        "name_en": row.name_en,
        "name_zh_hans": row.name_zh_hans,
        "name_zh_hant": row.name_zh_hant,
        "cpc_prov": row.cpc_prov,
        "cpc_verified": row.is_cpc_verified,
        "isic4": row.isic4,
        "source": row.source,
    }
