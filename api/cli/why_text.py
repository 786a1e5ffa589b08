"""Why a provider stands where it stands, as a person reads it on a terminal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.cli.match_table import say_evidence, say_sentence
from matching.features.catalogue import CATALOGUE, PAIRS
from matching.types import Script, Sentence

if TYPE_CHECKING:
    from enterprises.match_schemas import CitedEvidenceRead
    from enterprises.why_schemas import WhyRead

PART = Sentence("What counts", "计入事项", "計入事項")
VALUE = Sentence("Value", "数值", "數值")
ADDS = Sentence("Adds", "加分", "加分")
SUM = Sentence("Score: the sum of its parts", "得分：各项之和", "得分：各項之和")
NOTHING_HELPS = Sentence(
    "No change within its reach would bring it any farther.",
    "在其能力范围内，没有改变可使其排名提升。",
    "在其能力範圍內，沒有改變可使其排名提升。",
)


def print_why(found: "WhyRead", script: Script, jurisdictions: Mapping[str, Sentence]) -> None:
    """Print on stdout where a provider stands, its score with all parts, and what would help."""
    console = Console(highlight=False, soft_wrap=False)
    explained = found.explained
    console.print(Text(explained.provider.name, "bold"))
    console.print(say_sentence(found.sentence, script), markup=False)
    if found.score_to_reach is not None:
        console.print(
            _reach(found.top, found.score_to_reach, explained.score).in_script(script), markup=False
        )
    if found.change is not None:
        console.print(say_sentence(found.change.sentence, script), markup=False)
    elif found.rank is None or found.rank > found.top:
        console.print(NOTHING_HELPS.in_script(script), markup=False)
    console.print(_parts(found, script))
    cited = {piece.id: piece for reason in explained.reasons for piece in reason.evidence}
    for piece in cited.values():
        console.print(Text(say_evidence(piece, script, jurisdictions), "dim"))
        if piece.worth is not None:
            console.print(Text(f"  {say_worth(piece).in_script(script)}", "dim"))


def say_worth(piece: "CitedEvidenceRead") -> Sentence:
    """Say what the score would be without a piece of evidence."""
    by = f"{abs(piece.worth or 0.0):.2f}"
    if by == "0.00":
        return Sentence(
            "Without it the score would stay as it is.", "没有它，得分不变。", "沒有它，得分不變。"
        )
    if (piece.worth or 0.0) < 0.0:
        return Sentence(
            f"Without it the score would rise by {by}.",
            f"没有它，得分会提高{by}。",
            f"沒有它，得分會提高{by}。",
        )
    return Sentence(
        f"Without it the score would fall by {by}.",
        f"没有它，得分会降低{by}。",
        f"沒有它，得分會降低{by}。",
    )


def _reach(top: int, wanted: float, score: float) -> Sentence:
    return Sentence(
        f"Its score is {score:.2f}; that of place {top} is {wanted:.2f}.",
        f"其得分为{score:.2f}；第{top}位的得分为{wanted:.2f}。",
        f"其得分為{score:.2f}；第{top}位的得分為{wanted:.2f}。",
    )


def _parts(found: "WhyRead", script: Script) -> Table:
    measures = {one.name: one.measures for one in CATALOGUE}
    measures |= {one.name: one.measures for one in PAIRS}
    table = Table(show_footer=True)
    table.add_column(PART.in_script(script), SUM.in_script(script), overflow="fold", ratio=1)
    table.add_column(VALUE.in_script(script), justify="right")
    total = f"{found.explained.score:.2f}"
    table.add_column(ADDS.in_script(script), total, justify="right")
    for part in found.explained.contributions:
        if part.value is not None or part.contribution:
            name = Sentence(part.feature, part.feature, part.feature)
            table.add_row(
                Text(measures.get(part.feature, name).in_script(script)),
                "" if part.value is None else f"{part.value:.2f}",
                f"{part.contribution:.2f}",
            )
    return table
