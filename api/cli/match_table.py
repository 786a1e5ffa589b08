"""A match as a person reads it on a terminal: a table with reasons and gaps."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from rich.text import Text

from api.cli import wording
from api.off_record import is_off_record
from matching.types import Script, Sentence

if TYPE_CHECKING:
    from enterprises.match_schemas import CitedEvidenceRead, MatchRead, RankedRead, SentenceRead

Names = Mapping[str, Sentence]
_EVIDENCE_CHARACTERS = 140


def print_match(result: "MatchRead", script: Script, jurisdictions: Names) -> None:
    """Print a match on stdout, as wide as the terminal is."""
    console = Console(highlight=False, soft_wrap=False)
    if not result.ranked:
        console.print(wording.as_on_pages(wording.NONE_LEFT, script), markup=False)
        for one in result.opening:
            console.print(f"  {say_sentence(one.sentence, script)}", markup=False, soft_wrap=True)
    else:
        table = Table(show_lines=True)
        table.add_column("#", justify="right")
        table.add_column(wording.PROVIDER.in_script(script), max_width=34, overflow="fold")
        table.add_column(wording.SCORE.in_script(script), justify="right")
        table.add_column(wording.WHY.in_script(script), overflow="fold", ratio=1)
        for ranked in result.ranked:
            table.add_row(
                str(ranked.rank),
                _provider(ranked, script, jurisdictions),
                f"{ranked.score:.3f}",
                _why(ranked, script, jurisdictions),
            )
        if is_off_record(result):
            console.print(wording.as_on_pages(wording.OFF_RECORD, script), markup=False)
        console.print(table)
    console.print(
        wording.shown(result.eligible, result.considered, len(result.ranked), script), markup=False
    )
    for rule in result.removed:
        if rule.removed:
            console.print(
                f"  {rule.removed:>6,}  {say_sentence(rule.sentence, script)}",
                markup=False,
                soft_wrap=True,
            )


def _provider(ranked: "RankedRead", script: Script, jurisdictions: Names) -> Text:
    provider = ranked.provider
    code = provider.home_jurisdiction
    place = [provider.city, _place(code, script, jurisdictions) if code else None]
    lines = [
        wording.say_kind(provider.kind, script),
        ", ".join(filter(None, place)),
        wording.say_fit(ranked.fit, script),
    ]
    text = Text(provider.name, style="bold")
    for line in filter(None, lines):
        text.append(f"\n{line}", style="not bold dim")
    return text


def _why(ranked: "RankedRead", script: Script, jurisdictions: Names) -> Table:
    # A grid, because a line of Chinese has no space at which it could break after the mark.
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column()
    grid.add_column(overflow="fold", ratio=1)
    grid.add_column(justify="right")
    for reason in ranked.reasons:
        mark, colour = ("+", "green") if reason.contribution > 0 else ("-", "red")
        grid.add_row(
            Text(mark, colour),
            Text(say_sentence(reason.sentence, script)),
            Text(f"{reason.contribution:+.3f}", colour),
        )
    for gap in ranked.gaps:
        mark = "?" if gap.is_unknown else "-"
        grid.add_row(Text(mark, "yellow"), Text(say_sentence(gap.sentence, script), "yellow"), "")
    # Several reasons often rest on the same piece of work.
    cited = {piece.id: piece for reason in ranked.reasons for piece in reason.evidence[:1]}
    for piece in cited.values():
        grid.add_row("", Text(say_evidence(piece, script, jurisdictions), "dim"), "")
    return grid


def say_evidence(cited: "CitedEvidenceRead", script: Script, jurisdictions: Names) -> str:
    """Say a piece of evidence in one line: its words, cut short, its places and its year."""
    words = cited.text
    if len(words) > _EVIDENCE_CHARACTERS:
        words = words[: _EVIDENCE_CHARACTERS - 1].rstrip() + "…"
    places = ", ".join(_place(code, script, jurisdictions) for code in cited.jurisdictions)
    year = str(cited.dated_on.year) if cited.dated_on else ""
    return " · ".join(filter(None, (words, places, year)))


def _place(code: str, script: Script, jurisdictions: Names) -> str:
    return jurisdictions[code].in_script(script) if code in jurisdictions else code


def say_sentence(sentence: "SentenceRead", script: Script) -> str:
    """Take one script out of a statement."""
    said = {
        Script.EN: sentence.en,
        Script.ZH_HANS: sentence.zh_hans,
        Script.ZH_HANT: sentence.zh_hant,
    }
    return said[script]
