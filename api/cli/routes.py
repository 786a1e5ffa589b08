"""`landbridge route`: under what something made in one jurisdiction is used in another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import note, print_json
from api.cli.database import load_settings, missing_file, open_current_database
from api.cli.failures import CommandFailed
from api.cli.needs import Language, parse_day

if TYPE_CHECKING:
    from core.settings import Settings
    from matching.types import Sentence
    from providers.jurisdictions.graph import TreatyRows

app = typer.Typer()


class Kind(StrEnum):
    """What is to be carried from one jurisdiction to another."""

    AWARD = "award"
    JUDGMENT = "judgment"
    SETTLEMENT = "settlement"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class _Tables:
    """What a route is planned from, and the names of the sectors of its steps."""

    rows: "TreatyRows"
    sectors: "Mapping[str, Sentence]"
    is_packaged: bool = False


@app.command()
def route(
    kind: Annotated[Kind, typer.Argument(help="What is to be carried.")],
    origin: Annotated[
        str, typer.Argument(metavar="FROM", help="Where it was made: a code or a name.")
    ],
    destination: Annotated[
        str, typer.Argument(metavar="TO", help="Where it is to be used: a code or a name.")
    ],
    on: Annotated[
        date | None,
        typer.Option(
            "--on", parser=parse_day, metavar="DATE", help="The day of the law; today by default."
        ),
    ] = None,
    facts: Annotated[
        str,
        typer.Option(
            "--facts", metavar="F", help="What is known: commercial,judgment_given=2024-05-02"
        ),
    ] = "",
    language: Annotated[
        Language, typer.Option("--lang", help="Language of the answer.")
    ] = Language.EN,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show how an award, judgment, settlement or document is used in another jurisdiction."""
    tables = _read_tables(load_settings())

    from core.clock import utc_now
    from matching.jurisdictions.graph import TreatyGraph
    from matching.jurisdictions.types import RouteKind
    from providers.jurisdictions.errors import RouteRefused
    from providers.jurisdictions.graph import make_treaty_data
    from providers.jurisdictions.places import Places
    from providers.jurisdictions.planning import plan_written_route

    try:
        planned = plan_written_route(
            TreatyGraph(make_treaty_data(tables.rows)),
            Places(tables.rows.jurisdictions),
            RouteKind(kind),
            origin,
            destination,
            on=on or utc_now().date(),
            facts=facts,
        )
    except RouteRefused as error:
        raise CommandFailed(error.detail) from error
    if tables.is_packaged:
        note("landbridge: there is no database yet: this is from the tables that ship")
    if as_json:
        from providers.jurisdictions.route_schemas import RouteRead

        print_json(RouteRead.of(planned).model_dump(mode="json", by_alias=True))
        return
    from api.cli.route_text import print_route
    from matching.types import Script

    print_route(planned, Script(language), tables.sectors)


def _read_tables(settings: "Settings") -> _Tables:
    """Read the tables of the database; where there is none yet, those that ship.

    Raises:
        CommandFailed: the database holds no jurisdictions.
    """
    from matching.types import Sentence
    from providers.jurisdictions.graph import read_treaty_rows

    if missing_file(settings) is not None:
        from providers.jurisdictions.packaged import read_packaged_rows, read_packaged_sectors

        return _Tables(
            read_packaged_rows(),
            {
                row.code: Sentence(row.name_en, row.name_zh_hans, row.name_zh_hant)
                for row in read_packaged_sectors()
            },
            is_packaged=True,
        )
    from core.db import reading

    with open_current_database(settings) as database, reading(database) as session:
        from providers.sectors.queries import list_sectors

        rows = read_treaty_rows(session)
        if not rows.jurisdictions:
            raise CommandFailed(
                "no jurisdictions are loaded: run `landbridge demo --prepare-only`, or "
                "`landbridge import jurisdictions FILE`"
            )
        sectors = {
            row.code: Sentence(row.name_en, row.name_zh_hans, row.name_zh_hant)
            for row in list_sectors(session)
        }
        return _Tables(rows, sectors)
