"""A ranker against the one in force as a page shows it: figures as pictures, groups of needs named."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from api.web.interval_picture import Interval, intervals_svg
from api.web.names import Names
from api.web.translations import translations_for
from committee.schemas import ChangedNeedRead, ComparisonRead, FigureRead, SliceRead

# The picture shows who loses most; the table below it shows all.
DRAWN_SLICES = 12


@dataclass(frozen=True, slots=True)
class SliceRow:
    """A group of needs with its name in the reader's script."""

    name: str
    read: SliceRead


@dataclass(frozen=True, slots=True)
class Place:
    """A provider among the first five; `is_only_here` where the other list lacks it."""

    name: str
    is_only_here: bool


@dataclass(frozen=True, slots=True)
class ChangedNeed:
    """A need whose first five change, with both lists."""

    read: ChangedNeedRead
    places: tuple[str, ...]
    before: tuple[Place, ...]
    after: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """All of a comparison; `slices_picture` is None where no group has enough needs."""

    read: ComparisonRead
    figures: Markup
    slices: tuple[SliceRow, ...]
    slices_picture: Markup | None
    changed: tuple[ChangedNeed, ...]


def view_comparison(read: ComparisonRead, names: Names) -> ComparisonView:
    """Lay out a comparison."""
    script = names.script
    gettext = translations_for(script).gettext
    slices = tuple(SliceRow(say_slice(one.name, names, gettext), one) for one in read.slices)
    return ComparisonView(
        read=read,
        figures=intervals_svg(
            [
                _interval(gettext("This ranker"), read.candidate_ndcg10, is_chief=True),
                _interval(gettext("The one in force"), read.in_force_ndcg10),
            ],
            name="both",
            title=gettext("nDCG@10 of both, with intervals"),
            script=script,
        ),
        slices=slices,
        slices_picture=intervals_svg(
            [
                Interval(
                    row.name, row.read.difference, row.read.low, row.read.high, row.read.is_lost
                )
                for row in slices[:DRAWN_SLICES]
            ],
            name="groups",
            title=gettext("Change of nDCG@10 by group of needs, losers first"),
            script=script,
            is_change=True,
        )
        if slices
        else None,
        changed=tuple(_changed(one, names) for one in read.changed),
    )


def say_slice(name: str, names: Names, gettext: Callable[[str], str]) -> str:
    """Name a group of needs in the reader's script; one that nobody foresaw keeps its name."""
    dimension, _, value = name.partition(": ")
    known = {
        "provider: small": gettext("Served by small providers alone"),
        "provider: large": gettext("Served by a large provider"),
        "client: new": gettext("For a client new to the provider"),
        "client: known": gettext("For a client known to the provider"),
    }
    if name in known:
        return known[name]
    match dimension:
        case "language":
            return gettext("Written in: %(what)s") % {"what": names.language(value)}
        case "sector":
            return gettext("Sector: %(what)s") % {"what": names.sector(value)}
        case "region":
            return gettext("Work in: %(what)s") % {"what": names.jurisdiction(value)}
    return name


def _interval(label: str, figure: FigureRead, *, is_chief: bool = False) -> Interval:
    return Interval(label, figure.mean, figure.low, figure.high, is_chief)


def _changed(read: ChangedNeedRead, names: Names) -> ChangedNeed:
    return ChangedNeed(
        read=read,
        places=tuple(map(names.jurisdiction, read.target_jurisdictions)),
        before=tuple(Place(name, name not in read.after) for name in read.before),
        after=tuple(Place(name, name not in read.before) for name in read.after),
    )
