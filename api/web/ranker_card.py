"""The card of a ranker as a page shows it: from what it was learned, and how it did."""

import json
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from api.web.interval_picture import Interval, intervals_svg
from api.web.ranker_view import title_of
from api.web.rendering import environment
from api.web.translations import translations_for
from matching.ranker.document import Card
from matching.types import Script

# As the picture shows them; others follow in the order of the card.
ORDER = ("served", "prior", "learned", "unconstrained", "linear")
CHIEF = "served"


@dataclass(frozen=True, slots=True)
class CardView:
    """A card in words.

    Attributes:
        queries: needs it was learned from; 0 where it was set by hand, and then no day is known.
        constant: what those features measure about which the data says nothing.
        figures, picture: nDCG@10 of this ranker and of those it was measured beside.
        rest: everything else by its name, for who wants to make it again.
    """

    queries: int
    rows: int
    positives: int
    first_day: date | None
    last_day: date | None
    created_on: date
    blend: float
    constant: tuple[str, ...]
    figures: tuple[Interval, ...]
    picture: Markup | None
    notes: tuple[str, ...]
    rest: tuple[tuple[str, str], ...]


def view_card(card: Card, script: Script) -> CardView:
    """Lay out a card."""
    figures = _figures(card, script)
    title = translations_for(script).gettext("nDCG@10 on needs kept apart, with intervals")
    return CardView(
        queries=card.data.queries,
        rows=card.data.rows,
        positives=card.data.positives,
        first_day=card.data.first_day,
        last_day=card.data.last_day,
        created_on=card.created_on,
        blend=card.blend,
        constant=tuple(title_of(name).in_script(script) for name in card.constant_features),
        figures=figures,
        picture=intervals_svg(figures, name="training", title=title, script=script)
        if figures
        else None,
        notes=card.notes,
        rest=tuple(_rest(card)),
    )


def _figures(card: Card, script: Script) -> tuple[Interval, ...]:
    words = environment(script).get_template("committee/_words.html").module
    names = sorted(
        card.metrics, key=lambda name: ORDER.index(name) if name in ORDER else len(ORDER)
    )
    rows = []
    for name in names:
        one = card.metrics[name]
        # A macro is an attribute that type checkers cannot see.
        label = str(words.figure_word(name)).strip()  # type: ignore[attr-defined]
        rows.append(Interval(label, one.ndcg10, one.low, one.high, name == CHIEF))
    return tuple(rows)


def _rest(card: Card) -> list[tuple[str, str]]:
    rows = [
        ("catalogue", card.catalogue),
        ("seed", str(card.seed)),
        *((f"source {name}", f"{queries} queries") for name, queries in card.data.sources.items()),
        *(
            (f"blend {one.blend:g}", f"nDCG@10 {one.ndcg10:.4f} ± {one.standard_error:.4f}")
            for one in card.blends
        ),
    ]
    rows.extend((f"option {name}", json.dumps(value)) for name, value in card.options.items())
    return rows
