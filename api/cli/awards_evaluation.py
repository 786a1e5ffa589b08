"""Who won, as a judged set: `evaluate awards`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.benchmark_options import days_of_cut, open_vector_cache
from api.cli.console import Report, note, print_json, progress_bars
from api.cli.database import load_settings

if TYPE_CHECKING:
    from matching.evaluation.awards import AwardsBench, Scorer
    from matching.evaluation.learned import Learned
    from matching.index.columns import Index
    from matching.jurisdictions.corridor import ProximityTable
    from providers.vector_cache import VectorCache


def evaluate_awards_command(
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
    learn: Annotated[
        bool, typer.Option(help="Learn rankers from the past before measuring: some minutes.")
    ] = True,
    ablate: Annotated[
        bool, typer.Option("--ablate", help="Learn again without each family of features: slow.")
    ] = False,
    seed: Annotated[int, typer.Option(min=0, help="Of learning, intervals and tests.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Rank past winners for needs whose winner is known: nDCG@10, recall, MRR.

    Every figure has its 95 % bootstrap interval; every ranker is compared with the best baseline on
    the same needs (paired randomisation test), the learned one also on parts of them.
    """
    from api.cli.awards_table import print_awards
    from api.cli.benchmark_files import read_awards
    from matching.evaluation.awards_report import evaluate_awards

    load_settings()
    bench = read_awards(folder, history, days_of_cut(cut) if cut else None)
    about: dict[str, object] = {}

    with progress_bars() as report:
        cache = open_vector_cache(report)

        def scorers(index: "Index") -> "Mapping[str, Scorer]":
            found = dict(_packaged(bench))
            learned = _learned(bench, index, cache, report, seed, ablate=ablate) if learn else None
            if learned is not None:
                found |= learned.scorers
                about["learned"] = _about(learned)
            return found

        result = evaluate_awards(
            bench,
            cache.passages([need.text for need in bench.past]),
            cache.queries([need.text for need in bench.queries]),
            scorers=scorers,
            proximity=_read_proximity(),
            seed=seed,
            progress=lambda done, total: report("ranking", done, total),
        )
    if as_json:
        print_json({**result.as_dict(), **about})
    else:
        print_awards(result, about)


def _learned(
    bench: "AwardsBench",
    index: "Index",
    cache: "VectorCache",
    report: Report,
    seed: int,
    *,
    ablate: bool,
) -> "Learned | None":
    from matching.evaluation.learned import learn
    from matching.ranker.judged import InvalidTraining
    from matching.ranker.training import TrainingOptions

    encoded = cache.queries([need.text for need in bench.past])
    vectors = dict(zip((need.need_id for need in bench.past), encoded, strict=True))
    try:
        return learn(
            index,
            vectors,
            ablate=ablate,
            options=TrainingOptions(seed=seed, compare=False),
            progress=report,
        )
    except InvalidTraining as error:
        note(f"nothing is learned from this past: {error}")
        return None
    except OSError as error:
        note(f"nothing is learned: LightGBM needs the system library libgomp (libgomp1): {error}")
        return None


def _about(learned: "Learned") -> dict[str, object]:
    report = learned.training.report
    return {
        "version": learned.training.ranker.version,
        "queries": report.queries,
        "rows": report.rows,
        "positives": report.positives,
        "blend": report.blend,
        "trees": report.trees,
        "cross_validated": {
            name: {
                "ndcg10": round(metric.ndcg10, 4),
                "low": round(metric.low, 4),
                "high": round(metric.high, 4),
            }
            for name, metric in report.metrics.items()
        },
        "constant_features": list(report.constant_features),
    }


def _packaged(bench: "AwardsBench") -> "Mapping[str, Scorer]":
    """The packaged ranker, unless what it was learned from reaches into the needs measured."""
    from providers.packaged_ranker import read_packaged_ranker

    document = read_packaged_ranker()
    last_day = document.card.data.last_day
    first_measured = min((need.on for need in bench.queries if need.on), default=None)
    if not document.card.data.queries:  # the hand-set prior, which is measured anyway
        return {}
    if last_day is None or first_measured is None or last_day >= first_measured:
        note(
            f"the packaged ranker is left out: it was learned from needs up to {last_day}, "
            f"and those measured begin on {first_measured}"
        )
        return {}
    return {"packaged": document.ranker.scores}


def _read_proximity() -> "ProximityTable":
    from matching.jurisdictions.corridor import ProximityTable
    from matching.jurisdictions.graph import TreatyGraph
    from providers.jurisdictions.packaged import read_packaged_treaty_data

    return ProximityTable(TreatyGraph(read_packaged_treaty_data()))
