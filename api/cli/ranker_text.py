"""Rankers in words: the card, the strongest curves, the votes, a comparison."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from api.cli.console import say

if TYPE_CHECKING:
    from committee.schemas import ComparisonRead, FigureRead, RankerDetail
    from matching.ranker.additive import AdditiveRanker, Curve
    from matching.ranker.document import RankerDocument

STRONGEST = 8
# Values at which a curve is written out, and the blocks that draw it.
POINTS = 11
BLOCKS = " ▁▂▃▄▅▆▇█"


def print_ranker(document: "RankerDocument", detail: "RankerDetail | None") -> None:
    """Print a ranker: where it stands, its card, its strongest curves, votes and events."""
    say(document.ranker.version)
    if detail is not None:
        state = detail.state.replace("_", " ")
        say(f"{state}; proposed by {detail.proposed_by} on {detail.proposed_at:%Y-%m-%d}")
        if detail.note:
            say(detail.note)
    print_card(document)
    print_strongest(document.ranker)
    if detail is None:
        return
    if detail.votes:
        say()
        say(f"Votes (quorum {detail.quorum})")
    for vote in detail.votes:
        counts = "" if vote.counts else " (does not count)"
        say(f"  {vote.verdict:<7} {vote.approver_id}{counts}: {vote.reason}")
    if detail.events:
        say()
        say("What happened")
    for event in detail.events:
        instead = f", instead of {event.replaced_version}" if event.replaced_version else ""
        kind = event.kind.replace("_", " ")
        said = f": {event.reason}" if event.reason else ""
        say(f"  {event.at:%Y-%m-%d %H:%M} {kind} by {event.by}{instead}{said}")


def print_card(document: "RankerDocument") -> None:
    """Print in words what a ranker was learned from and how it did."""
    card = document.card
    data = card.data
    say()
    if not data.queries:
        say("Learned from nothing: the weights were set by hand")
    else:
        from_where = ", ".join(f"{count:,} from {name}" for name, count in data.sources.items())
        say(f"Learned from {data.queries:,} needs ({from_where}) of {data.first_day} to")
        say(f"{data.last_day}: {data.rows:,} candidates, {data.positives:,} of them right")
        say(f"Served: the prior and {card.blend:g} times what was learned, seed {card.seed}")
    say(f"Made on {card.created_on}, feature catalogue {card.catalogue}")
    if card.metrics:
        say("nDCG@10 by cross-validation, with 95 % intervals")
    for name, metric in card.metrics.items():
        say(f"  {name:<14} {metric.ndcg10:.3f} ({metric.low:.3f} to {metric.high:.3f})")
    if card.constant_features:
        say(f"The data says nothing about: {', '.join(card.constant_features)}")
    for note in card.notes:
        say(f"Note: {note}")


def print_strongest(ranker: "AdditiveRanker") -> None:
    """Print the curves that can add most: what they add at eleven values from 0 to 1."""
    curves = sorted(ranker.curves, key=lambda curve: -curve.greatest)[:STRONGEST]
    say()
    say("Strongest features: what a value from 0 to 1 adds to the score")
    for curve in curves:
        say(f"  {curve.feature:<26} {_drawn(curve)}  {curve.values[0]:.2f} to {curve.greatest:.2f}")
    rest = len(ranker.curves) - len(curves)
    say(f"  and {rest} more, {len(ranker.pairs)} pairs")


def _drawn(curve: "Curve") -> str:
    import numpy as np

    values = curve(np.linspace(0.0, 1.0, POINTS))
    low, high = min(0.0, float(values.min())), max(float(values.max()), 1e-9)
    heights = np.round((values - low) / (high - low) * (len(BLOCKS) - 1)).astype(int)
    return "".join(BLOCKS[height] for height in heights)


def print_comparison(found: "ComparisonRead") -> None:
    """Print how a ranker does beside the one in force, losers first."""
    say(f"{found.candidate} against {found.in_force} on {found.queries:,} frozen needs, nDCG@10")
    say(f"  candidate   {_figure(found.candidate_ndcg10)}")
    say(f"  in force    {_figure(found.in_force_ndcg10)}")
    say(f"  difference  {_figure(found.difference, signed=True)}, p {found.p:.3f}")
    for finding in found.findings:
        say(f"  {'pass' if finding.passed else 'FAIL'}  {finding.sentence.en}")
    if found.slices:
        say()
        say("Groups of needs, losers first")
    for one in found.slices:
        mark = "  lost" if one.is_lost else ""
        say(
            f"  {one.name:<28} {one.queries:>4}  {one.candidate:.3f} against {one.in_force:.3f}"
            f"  {one.difference:+.3f}, p {one.p:.3f}{mark}"
        )
    say()
    if not found.changed:
        say(f"The first five stay the same for all {found.unchanged:,} needs.")
        return
    say(f"The first five stay the same for {found.unchanged:,} needs; most changed:")
    for need in found.changed[:5]:
        say(f"  {need.changed} of 5: {_short(need.text)}")
        say(f"    before: {_names(need.before)}")
        say(f"    after:  {_names(need.after)}")
        moved = ", ".join(f"{one.reason} {one.change:+.2f}" for one in need.moved)
        if moved:
            say(f"    because of: {moved}")


def _figure(figure: "FigureRead", *, signed: bool = False) -> str:
    form = "+.3f" if signed else ".3f"
    return f"{figure.mean:{form}} ({figure.low:{form}} to {figure.high:{form}})"


def _names(names: Iterable[str]) -> str:
    return "; ".join(names)


def _short(text: str, longest: int = 90) -> str:
    folded = " ".join(text.split())
    return folded if len(folded) <= longest else f"{folded[: longest - 1]}…"
