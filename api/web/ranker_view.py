"""What the pages of a ranker show of its curves and pairs: nothing here touches the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from api.web.curve_findings import find_rise, say_few_examples, say_finding
from api.web.curve_picture import Bar, curve_svg, overview_svg, pair_svg
from api.web.rendering import environment
from api.web.translations import translations_for
from matching.features.catalogue import CATALOGUE, PAIRS
from matching.ranker.additive import AdditiveRanker, Curve, PairTable
from matching.types import Script, Sentence


@dataclass(frozen=True, slots=True)
class StepRow:
    """A stretch of a feature's values that all add the same, to two decimals."""

    low: float
    high: float
    adds: float
    examples: int | None


@dataclass(frozen=True, slots=True)
class CurveView:
    """A curve as a page shows it.

    Attributes:
        name: of the feature; ids on the page begin with it.
        title: what the feature measures.
        finding: what the curve shows, in a sentence.
        caution: that few examples stand behind a part of it, or None.
        picture: the SVG.
        steps: its table; neighbours that add the same to two decimals are one row.
    """

    name: str
    family: str
    title: str
    finding: str
    caution: str | None
    picture: Markup
    steps: tuple[StepRow, ...]
    greatest: float


@dataclass(frozen=True, slots=True)
class PairView:
    """A table of two features as a page shows it; `columns` are ranges of the second feature."""

    name: str
    title: str
    first: str
    second: str
    picture: Markup
    columns: tuple[tuple[float, float], ...]
    rows: tuple[tuple[tuple[float, float], tuple[float, ...]], ...]
    greatest: float


@dataclass(frozen=True, slots=True)
class RankerCurves:
    """All parts of a ranker: by family in the catalogue's order, those that play no part apart."""

    overview: Markup
    families: Mapping[str, tuple[CurveView, ...]]
    idle: tuple[CurveView, ...]
    pairs: tuple[PairView, ...]
    total: float


def view_curves(
    ranker: AdditiveRanker, support: Mapping[str, Sequence[int]], script: Script
) -> RankerCurves:
    """Lay out every part of a ranker.

    Args:
        ranker: of this release's catalogue.
        support: examples behind each step of a feature, where they were counted.
        script: of the words.
    """
    features = {feature.name: feature for feature in CATALOGUE}
    curves = [
        _curve(curve, features[curve.feature].family, support.get(curve.feature), script)
        for curve in ranker.curves
    ]
    active = [view for view in curves if view.greatest > 0]
    pairs = tuple(_pair(table, script) for table in ranker.pairs)
    families: dict[str, list[CurveView]] = {}
    for view in active:
        families.setdefault(view.family, []).append(view)
    return RankerCurves(
        overview=overview_svg(
            [
                *(Bar(v.title, family_word(v.family, script), v.greatest) for v in active),
                *(Bar(v.title, family_word("pair", script), v.greatest) for v in pairs),
            ],
            title=translations_for(script).gettext("The most that each part can add"),
            script=script,
        ),
        families={family: tuple(views) for family, views in families.items()},
        idle=tuple(view for view in curves if view.greatest <= 0),
        pairs=pairs,
        total=sum(view.greatest for view in active) + sum(view.greatest for view in pairs),
    )


def title_of(term: str) -> Sentence:
    """Return what a part of a score measures; a part of an older catalogue keeps its name."""
    known = {feature.name: feature.measures for feature in CATALOGUE}
    known |= {pair.name: pair.measures for pair in PAIRS}
    return known.get(term) or Sentence(term, term, term)


def family_word(family: str, script: Script) -> str:
    """Return the name of a family of features as the pages write it."""
    words = environment(script).get_template("partials/_words.html").module
    # A macro is an attribute that type checkers cannot see.
    return str(words.family_label(family)).strip()  # type: ignore[attr-defined]


def _curve(curve: Curve, family: str, support: Sequence[int] | None, script: Script) -> CurveView:
    title = title_of(curve.feature).in_script(script)
    # Counts of another number of steps belong to another curve: none are better than wrong ones.
    counted = support if support is not None and len(support) == len(curve.values) else None
    return CurveView(
        name=curve.feature,
        family=family,
        title=title,
        finding=say_finding(find_rise(curve.edges, curve.values), script),
        caution=None if counted is None else say_few_examples(curve.edges, counted, script),
        picture=curve_svg(curve, title=title, support=counted, script=script, has_heading=False),
        steps=tuple(_steps(curve, counted)),
        greatest=curve.greatest,
    )


def _steps(curve: Curve, support: Sequence[int] | None) -> list[StepRow]:
    rows: list[StepRow] = []
    examples = support if support is not None else [None] * len(curve.values)
    ranges = pairwise((0.0, *curve.edges, 1.0))
    for (low, high), adds, n in zip(ranges, curve.values, examples, strict=True):
        same = rows.pop() if rows and round(rows[-1].adds, 2) == round(adds, 2) else None
        if same is None:
            rows.append(StepRow(low, high, adds, n))
        else:
            both = None if n is None or same.examples is None else same.examples + n
            rows.append(StepRow(same.low, high, adds, both))
    return rows


def _pair(table: PairTable, script: Script) -> PairView:
    title, first, second = (
        title_of(name).in_script(script) for name in (table.name, table.first, table.second)
    )
    return PairView(
        name=table.name,
        title=title,
        first=first,
        second=second,
        picture=pair_svg(
            table, title=title, first=first, second=second, script=script, has_heading=False
        ),
        columns=tuple(pairwise((0.0, *table.second_edges, 1.0))),
        rows=tuple(
            zip(pairwise((0.0, *table.first_edges, 1.0)), table.values, strict=True),
        ),
        greatest=max(max(row) for row in table.values),
    )
