"""From which country a winner comes: `evaluate countries`."""

import csv
import gzip
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.benchmark_options import days_of_cut, open_vector_cache
from api.cli.console import print_json, progress_bars, say
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from matching.evaluation.awards import AwardedNeed
    from matching.evaluation.country_terms import CountriesBench, CountryNeed

# Codes of the World Bank that are not those of ISO 3166-1, and one that has been withdrawn.
OTHER_CODES = {"ZR": "CD", "RY": "YE", "YF": "RS", "GZ": "PS", "TP": "TL", "AN": "CW"}
COLUMNS = ("need_id", "region", "sector")


def evaluate_countries_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Needs, awards and providers.")],
    history: Annotated[
        Path | None,
        typer.Option(metavar="DIR2", help="Take everything in here as the past, DIR as queries."),
    ] = None,
    cut: Annotated[
        str | None,
        typer.Option(
            metavar="FROM:TO", help="Measure needs of the training part signed in these days."
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Rank the countries that winners may come from: MRR and hits of the first 1, 5 and 10."""
    from matching.evaluation.countries import evaluate_countries
    from matching.jurisdictions.graph import TreatyGraph
    from providers.jurisdictions.packaged import read_packaged_treaty_data

    bench = read_countries(folder, history, days_of_cut(cut) if cut else None)
    with progress_bars() as report:
        cache = open_vector_cache(report)
        result = evaluate_countries(
            bench,
            TreatyGraph(read_packaged_treaty_data()),
            cache.passages([need.text for need in bench.past]),
            cache.queries([need.text for need in bench.queries]),
            progress=lambda done, total: report("ranking", done, total),
        )
    if as_json:
        print_json(result.as_dict())
        return
    say(f"{result.queries:,} needs, {result.abroad:,} won from abroad")
    for name, parts in result.rankers.items():
        for part, figures in parts.items():
            hits = "  ".join(f"{key} {value:.3f}" for key, value in figures.as_dict().items())
            say(f"{f'{name} {part}':<40} {hits}")
    for term, mrr in result.without.items():
        say(f"{f'corridor without {term}, abroad':<40} mrr {mrr:.3f}")


def read_countries(
    folder: Path, history: Path | None, cut: tuple[date, date] | None = None
) -> "CountriesBench":
    """Read needs with the countries of their winners; past and queries as `evaluate awards` has them.

    Raises:
        CommandFailed: a file or column is missing, or a value cannot be read.
    """
    from api.cli.benchmark_files import read_awards
    from matching.evaluation.country_terms import CountriesBench

    bench = read_awards(folder, history, cut)
    about: dict[str, Mapping[str, str]] = {}
    for source in (folder, history) if history else (folder,):
        about.update(_read_about(source / "needs.csv.gz"))
    past = tuple(_as_country_need(need, about, bench.homes) for need in bench.past)
    queries = tuple(_as_country_need(need, about, bench.homes) for need in bench.queries)
    placed = tuple(need for need in queries if need.winners)
    if not placed:
        raise CommandFailed(
            f"{folder}: of no winner the country is known: providers.csv.gz has no country_code"
        )
    return CountriesBench(past, placed)


def _as_country_need(
    need: "AwardedNeed",
    about: Mapping[str, Mapping[str, str]],
    homes: Mapping[str, str | None],
) -> "CountryNeed":
    from matching.evaluation.country_terms import CountryNeed

    known = [code for winner in need.winners if (code := homes.get(winner))]
    return CountryNeed(
        need_id=need.need_id,
        text=need.text,
        client=_iso(need.jurisdiction or ""),
        region=about[need.need_id]["region"],
        sector=about[need.need_id]["sector"],
        on=need.on,
        winners=tuple(dict.fromkeys(_iso(code) for code in known)),
    )


def _read_about(path: Path) -> dict[str, Mapping[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise CommandFailed(
                f"{path} has no column {missing[0]}: countries are ranked for sets in the format of "
                "worldbank_awards"
            )
        return {row["need_id"]: row for row in reader}


def _iso(code: str) -> str:
    # Where the source wrote "Others" for every x, it did so in codes as well.
    code = code.replace("Others", "X")
    return OTHER_CODES.get(code, code)
