"""How good the rankings and readings are: `evaluate ...`, and `affinity`."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.awards_evaluation import evaluate_awards_command
from api.cli.benchmark_options import open_vector_cache
from api.cli.console import print_json, progress_bars, say
from api.cli.countries_evaluation import evaluate_countries_command
from api.cli.routes_evaluation import evaluate_routes_command
from api.cli.understanding_evaluation import evaluate_understanding_command

if TYPE_CHECKING:
    from matching.evaluation.metrics import Figures

app = typer.Typer()
evaluate = typer.Typer(
    name="evaluate",
    help="Measure rankers, readings and routes on judged sets.",
    no_args_is_help=True,
)
app.add_typer(evaluate)
evaluate.command("awards")(evaluate_awards_command)
evaluate.command("understanding")(evaluate_understanding_command)
evaluate.command("countries")(evaluate_countries_command)
evaluate.command("routes")(evaluate_routes_command)

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@evaluate.command("retrieval")
def evaluate_retrieval_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Documents, queries, qrels.")],
    languages: Annotated[
        str | None, typer.Option(metavar="en,zh", help="Measure every pair of these languages.")
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Find the documents that answer queries, within and across languages."""
    from api.cli.benchmark_files import read_retrieval
    from matching.evaluation.retrieval import evaluate_retrieval

    sets = read_retrieval(folder, languages.split(",") if languages else None)
    document: dict[str, object] = {}
    with progress_bars() as report:
        cache = open_vector_cache(report)
        for done, named in enumerate(sets):
            figures = evaluate_retrieval(
                named.bench,
                cache.passages(named.bench.documents),
                cache.queries(named.bench.queries),
            )
            report("sets", done + 1, len(sets))
            document[named.name] = {
                "queries": len(named.bench.queries),
                "documents": len(named.bench.documents),
                "rankers": {name: one.as_dict() for name, one in figures.items()},
            }
            if not as_json:
                _print_all(named.name, figures)
    if as_json:
        print_json({"sets": document})


@app.command("affinity")
def affinity_command(
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl")],
    target: Annotated[Path, typer.Argument(metavar="OUT.jsonl")],
) -> None:
    """Score candidates by how near their texts come to a query, by words and meaning alone.

    IN holds one object a line: {"query": text, "candidates": [{"id": id, "evidence": [text, ...]}]};
    OUT the same, in the same order, each candidate with its score.
    """
    import json

    from api.cli.benchmark_files import read_affinity
    from matching.evaluation.affinity import AffinityCandidate, affinity, lay_out_texts

    lines = read_affinity(source)
    texts = list(dict.fromkeys(t for line in lines for texts in line.evidence for t in texts))
    place = {text: row for row, text in enumerate(texts)}
    with progress_bars() as report:
        # One side for both: a query is a text of the same kind as the evidence.
        cache = open_vector_cache(report)
        asked = [line.query for line in lines]
        laid_out = (
            lay_out_texts(texts, asked, cache.queries(texts), cache.queries(asked))
            if texts
            else None
        )
        unfinished = target.with_name(target.name + ".part")
        with unfinished.open("w", encoding="utf-8") as file:
            for number, line in enumerate(lines):
                scores = [0.0] * len(line.evidence)
                if laid_out is not None:
                    candidates = [
                        AffinityCandidate(str(i), tuple(place[text] for text in evidence))
                        for i, evidence in enumerate(line.evidence)
                    ]
                    scores = affinity(number, candidates, laid_out)
                scored = line.scored(scores)
                file.write(json.dumps(scored, ensure_ascii=False) + "\n")
                report("scoring", number + 1, len(lines))
        unfinished.replace(target)


def _print_all(name: str, rankers: "Mapping[str, Figures]") -> None:
    for ranker, figures in rankers.items():
        _print_figures(f"{name} {ranker}", figures)


def _print_figures(label: str, figures: "Figures") -> None:
    say(
        f"{label:<32} MRR {figures.mrr:.3f}  R@10 {figures.r10:.3f}  "
        f"R@100 {figures.r100:.3f}  nDCG@10 {figures.ndcg10:.3f}"
    )
