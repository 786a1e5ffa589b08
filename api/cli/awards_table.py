"""The comparison on awards as a person reads it: one line a ranker, then tests, slices, exposure."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from api.cli.console import say

if TYPE_CHECKING:
    from matching.evaluation.awards_report import AwardsReport, Measured


def print_awards(result: "AwardsReport", about: Mapping[str, object]) -> None:
    """Print the report on stdout, every interval of 95 % in brackets."""
    say(f"{result.queries:,} needs, {result.warm:,} warm, {result.new:,} new")
    for part in ("warm", "new"):
        say()
        say(f"{part + ' needs':<32} nDCG@10                   MRR    R@10   R@100  (95 % interval)")
        for name, parts in result.rankers.items():
            say(_figures(name, parts[part]))
    say()
    say(f"{'nDCG@10 against':<32} difference                p")
    for one in result.comparisons:
        label = f"{one.ranker} - {one.against}, {one.part}"
        say(f"{label:<48} {one.difference:+.3f} [{one.low:+.3f}, {one.high:+.3f}]  {one.p:.4f}")
    _print_slices(result)
    say()
    say(f"{'first ten places':<32} Gini   shown  most   small")
    for name, shown in result.exposure.items():
        say(f"{name:<32} {shown.gini:.3f}  {shown.shown:.3f}  {shown.most:.3f}  {shown.small:.3f}")
    say(f"{'winners':<32} {'':19}  {result.winners_small:.3f}")
    learned = about.get("learned")
    if isinstance(learned, Mapping):
        say()
        say(
            f"learned from {learned['queries']:,} past needs and {learned['rows']:,} candidates: "
            f"{learned['trees']} trees, blend {learned['blend']}"
        )


def _print_slices(result: "AwardsReport") -> None:
    say()
    say(f"nDCG@10 of {result.subject} and {result.best_baseline} by parts, losers first")
    for one in result.slices:
        say(
            f"{one.name:<48} {one.queries:>5,}  {one.ours:.3f}  {one.theirs:.3f}  "
            f"{one.difference:+.3f} [{one.low:+.3f}, {one.high:+.3f}]  {one.p:.4f}"
        )


def _figures(name: str, measured: "Measured") -> str:
    figures = measured.figures
    low, high = measured.intervals["ndcg10"]
    return (
        f"{name:<32} {figures.ndcg10:.3f} [{low:.3f}, {high:.3f}]     "
        f"{figures.mrr:.3f}  {figures.r10:.3f}  {figures.r100:.3f}"
    )
