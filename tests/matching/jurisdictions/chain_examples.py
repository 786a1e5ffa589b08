"""Disputes and a graph to compare them on, and a walk over everything that an answer says."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date
from functools import cache

from matching.jurisdictions.chain import compare_forums
from matching.jurisdictions.chain_types import (
    ChainStep,
    Dispute,
    DisputeChain,
    Enforcement,
    Forum,
    ForumChain,
    ForumKind,
    InterimMeasure,
    StepKind,
)
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.types import Cooperation, Institution, TreatyData
from matching.types import Sentence
from tests.matching.jurisdictions.treaties import treaty_data

ASKED_ON = date(2026, 11, 22)
SOURCE = "https://example.org/read"


def said(text: str) -> Sentence:
    """The same in every script."""
    return Sentence(text, text, text)


def institution(
    name: str,
    seat: str,
    *steps: str,
    since: date | None = None,
    is_listed: bool | None = None,
) -> Institution:
    """An institution called by its id in capitals."""
    return Institution(
        name, said(name.upper()), name.upper(), steps, seat, since, said(""), SOURCE, is_listed
    )


INSTITUTIONS = (
    institution("listed", "HK", "arbitration", is_listed=True),
    institution("unlisted", "HK", "arbitration", is_listed=False),
    institution("unread", "HK", "arbitration"),
    institution("siac", "SG", "arbitration"),
    institution("niac", "CN-GX", "arbitration"),
    institution("macao", "MO", "arbitration"),
    institution("young", "MY", "arbitration", since=date(2024, 9, 25)),
    institution("iomed", "HK", "mediation", since=date(2025, 10, 21)),
    institution("tribunal", "CN-GX", "litigation", "mediation"),
)
COOPERATIONS = (
    Cooperation(
        "border", said("border"), ("CN-GX", "VN-13", "VN-03"), "general", None, None, said(""),
        SOURCE,
    ),
    Cooperation(
        "courts_of_arbitration", said("niac"), ("CN-GX", "VN", "SG"), "arbitral_award",
        date(2024, 1, 1), date(2030, 12, 31), said(""), SOURCE,
    ),
)  # fmt: skip


@cache
def data() -> TreatyData:
    """The packaged treaties with institutions and cooperation made up for these tests."""
    nodes = tuple(
        replace(node, valid_to=date(2025, 6, 30), successor="VN-07")
        if node.code == "VN-03"
        else node
        for node in treaty_data().nodes
    )
    return replace(treaty_data(), nodes=nodes, institutions=INSTITUTIONS, cooperations=COOPERATIONS)


@cache
def graph() -> TreatyGraph:
    """The graph of `data`, built once."""
    return TreatyGraph(data())


def seat(code: str, institution: str | None = None) -> Forum:
    """Arbitration with its seat there."""
    return Forum(ForumKind.ARBITRATION, code, institution)


def court(code: str, institution: str | None = None) -> Forum:
    """The courts there."""
    return Forum(ForumKind.COURT, code, institution)


def dispute(*forums: Forum, assets: tuple[str, ...] = ("VN",)) -> Dispute:
    """A Guangxi enterprise against a counterparty in Vietnam."""
    return Dispute(home="CN-GX", counterparty="VN", assets=assets, forums=forums)


def ask(case: Dispute, on: date = ASKED_ON) -> DisputeChain:
    """Compare its forums."""
    return compare_forums(graph(), case, on=on)


def step_of(chain: ForumChain, kind: StepKind) -> ChainStep:
    """One step of a chain."""
    return next(step for step in chain.steps if step.step is kind)


def cell(case: Dispute, kind: StepKind, on: date = ASKED_ON) -> Enforcement:
    """What a step at the first forum is worth in the first place of assets."""
    return step_of(ask(case, on).forums[0], kind).enforcement[0]


def measure(case: Dispute, kind: StepKind, on: date = ASKED_ON) -> InterimMeasure:
    """The first measure while a step at the first forum goes on, in the first place of assets."""
    return step_of(ask(case, on).forums[0], kind).interim[0]


def sentences(value: object) -> Iterator[Sentence]:
    """Every statement in an answer, however deep."""
    if isinstance(value, Sentence):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from sentences(part)
    elif is_dataclass(value):
        for field in fields(value):
            yield from sentences(getattr(value, field.name))
