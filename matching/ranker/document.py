"""A ranker as a document: JSON that can be read by eye, never code that is run on loading.

Beside the curves it carries a card: what it was learned from and how, and how it did. A document
that was cut short, edited, or made for another list of features is refused with the reason.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from math import isfinite
from typing import Any

import numpy as np

from matching.features.catalogue import NAMES, PAIRS, catalogue_hash
from matching.ranker.additive import AdditiveRanker, Curve, PairTable
from matching.ranker.training import Metric, Training

FORMAT = 1
MAX_BYTES = 8_000_000
# Far beyond any curve or count; sums of such numbers stay exact enough to rank by and to draw.
MAX_NUMBER = 1e9
MAX_METRICS = 40
_QUOTED = 60

# What `json.loads` gives: its parts are checked one by one below.
Json = Any
Plain = bool | int | float | str | tuple[float, ...] | tuple[str, ...]


class InvalidRanker(ValueError):
    """The document is no ranker that could be served; the message says why."""


@dataclass(frozen=True, slots=True)
class DataWindow:
    """What a ranker was learned from.

    Attributes:
        sources: the number of queries from each source.
        first_day, last_day: of the queries, None where nothing was learned.
        queries, rows, positives: how many; `positives` are rows with a grade above 0.
    """

    sources: Mapping[str, int] = field(default_factory=dict)
    first_day: date | None = None
    last_day: date | None = None
    queries: int = 0
    rows: int = 0
    positives: int = 0


@dataclass(frozen=True, slots=True)
class Share:
    """How one share of the learned part did on queries that it was not learned from."""

    blend: float
    ndcg10: float
    standard_error: float


@dataclass(frozen=True, slots=True)
class Card:
    """What a committee needs to know of a ranker.

    Attributes:
        name: of the ranker.
        created_on: the day it was made.
        data: what it was learned from.
        catalogue: the hash of the list of features it was made for.
        seed: of its training.
        options: of its training, by name.
        blend: the share of the learned part that is served; 0 is the prior.
        blends: how each share did; the standard error is that of the difference from the best.
        metrics: nDCG@10 with intervals by name of a ranker, on queries it was not learned from.
        support: for each feature, how many rows of the training data stand behind each step.
        constant_features: those about which the data says nothing.
        notes: what else should be known.
    """

    name: str
    created_on: date
    data: DataWindow = DataWindow()
    catalogue: str = field(default_factory=catalogue_hash)
    seed: int = 0
    options: Mapping[str, Plain] = field(default_factory=dict)
    blend: float = 0.0
    blends: tuple[Share, ...] = ()
    metrics: Mapping[str, Metric] = field(default_factory=dict)
    support: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    constant_features: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RankerDocument:
    """A ranker with its card, fit to be served.

    Raises:
        InvalidRanker: it was made for another catalogue, its curves are not those of the catalogue
            in order, one of them falls or does not start at 0, or the card does not fit.
    """

    ranker: AdditiveRanker
    card: Card

    def __post_init__(self) -> None:
        if self.card.catalogue != catalogue_hash():
            raise InvalidRanker(
                f"the ranker was made for the feature catalogue {self.card.catalogue}, "
                f"and this is {catalogue_hash()}: train it again"
            )
        if self.ranker.name != self.card.name:
            raise InvalidRanker(f"the card is of {self.card.name}, not of {self.ranker.name}")
        if tuple(curve.feature for curve in self.ranker.curves) != NAMES:
            raise InvalidRanker("the curves are not those of the catalogue, in its order")
        known = {(pair.name, pair.first, pair.second) for pair in PAIRS}
        for pair in self.ranker.pairs:
            if (pair.name, pair.first, pair.second) not in known:
                raise InvalidRanker(f"{pair.name} is no pair of the catalogue")
            _require_rising(pair.name, np.array(pair.values))
        for curve in self.ranker.curves:
            _require_rising(curve.feature, np.array(curve.values))
        for curve in self.ranker.curves if self.card.support else ():
            if len(self.card.support.get(curve.feature, ())) != len(curve.values):
                raise InvalidRanker(f"{curve.feature}: the support does not fit its steps")
        _require_figures(self.card)


def _require_rising(name: str, values: np.typing.NDArray[np.float64]) -> None:
    if values.flat[0] != 0.0:
        raise InvalidRanker(f"{name}: what is unknown must add 0, not {values.flat[0]}")
    for axis in range(values.ndim):
        if (np.diff(values, axis=axis) < 0.0).any():
            raise InvalidRanker(f"{name}: more of it would count less at some step")


def _require_figures(card: Card) -> None:
    """Refuse figures that are no nDCG: pages draw them to scale."""
    if len(card.metrics) > MAX_METRICS:
        raise InvalidRanker(f"figures of {len(card.metrics)} rankers: at most {MAX_METRICS}")
    for name, one in card.metrics.items():
        if not 0.0 <= one.low <= one.high <= 1.0 or not 0.0 <= one.ndcg10 <= 1.0:
            raise InvalidRanker(f"the figures of {_quoted(name)} are no nDCG@10 with its interval")
    for share in card.blends:
        if not 0.0 <= share.ndcg10 <= 1.0 or share.standard_error < 0.0:
            raise InvalidRanker(f"the figures of the share {share.blend:g} are no nDCG@10")
    if card.blend < 0.0:
        raise InvalidRanker(f"the share {card.blend:g} of the learned part is below 0")


def document_training(
    training: Training,
    *,
    created_on: date,
    sources: Mapping[str, int],
    first_day: date,
    last_day: date,
    notes: tuple[str, ...] = (),
) -> RankerDocument:
    """Put a trained ranker and what is known of its training into one document.

    Args:
        training: as it came from `train`.
        created_on: the day.
        sources: the number of queries from each source.
        first_day, last_day: of the queries.
        notes: what else should be known.

    Raises:
        InvalidRanker: it was trained for other features than the catalogue's.
    """
    report, options = training.report, asdict(training.options)
    options["pairs"] = tuple(pair.name for pair in training.options.pairs)
    return RankerDocument(
        training.ranker,
        Card(
            name=training.ranker.name,
            created_on=created_on,
            data=DataWindow(
                dict(sources), first_day, last_day, report.queries, report.rows, report.positives
            ),
            seed=report.seed,
            options=options | {"trees": report.trees},
            blend=report.blend,
            blends=tuple(Share(one.blend, one.ndcg10, one.standard_error) for one in report.blends),
            metrics=report.metrics,
            support=report.support,
            constant_features=report.constant_features,
            notes=notes,
        ),
    )


def write_document(document: RankerDocument) -> bytes:
    """Return the document as canonical JSON: equal documents give equal bytes."""
    ranker, card = document.ranker, document.card
    content: dict[str, Json] = {
        "format": FORMAT,
        "version": ranker.version,
        "card": asdict(card),
        "curves": [
            {"feature": curve.feature, "edges": curve.edges, "values": curve.values}
            for curve in ranker.curves
        ],
        "pairs": [asdict(pair) for pair in ranker.pairs],
    }
    content["sha256"] = _checksum(content)
    return _canonical(content)


def read_document(data: bytes) -> RankerDocument:
    """Read a document, or refuse it.

    Raises:
        InvalidRanker: with the reason.
    """
    content = _parse(data)
    _require_keys("the document", content, _KEYS)
    stated = content.pop("sha256")
    if content["format"] != FORMAT:
        raise InvalidRanker(f"the format {_quoted(content['format'])} is not {FORMAT}")
    try:
        found = _checksum(content)
    except UnicodeEncodeError as error:
        raise InvalidRanker("the document holds half of a surrogate pair") from error
    except RecursionError as error:
        raise InvalidRanker("the document is nested too deeply") from error
    if found != stated:
        raise InvalidRanker("the document was edited: its checksum does not fit its content")
    try:
        document = RankerDocument(_ranker(content), _card(content["card"]))
    except InvalidRanker:
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InvalidRanker(f"a part of the document has the wrong form: {error}") from error
    if document.ranker.version != content["version"]:
        raise InvalidRanker(f"the version stated is {_quoted(content['version'])}")
    return document


_KEYS = {"format", "version", "card", "curves", "pairs", "sha256"}


def _canonical(content: Json) -> bytes:
    text = json.dumps(
        content,
        ensure_ascii=False,
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
        default=date.isoformat,
    )
    return text.encode()


def _checksum(content: Json) -> str:
    """Hash what a document says; clients that write 1.0 as 1 and 1e16 in full say the same."""
    return hashlib.sha256(_canonical(_with_whole_numbers(content))).hexdigest()


def _with_whole_numbers(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _with_whole_numbers(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_with_whole_numbers(part) for part in value]
    return value


def _parse(data: bytes) -> dict[str, Json]:
    if len(data) > MAX_BYTES:
        raise InvalidRanker(f"the document is longer than {MAX_BYTES} bytes")
    try:
        content = json.loads(
            data.decode(),
            parse_constant=_refuse_constant,
            parse_float=_finite,
            object_pairs_hook=_without_twins,
        )
    except InvalidRanker:
        raise
    except (ValueError, RecursionError) as error:
        raise InvalidRanker(f"the document is not JSON, or was cut short: {error}") from error
    if not isinstance(content, dict):
        raise InvalidRanker("the document is no JSON object")
    return content


def _refuse_constant(name: str) -> Json:
    raise InvalidRanker(f"the document holds {name}, which is no number")


def _finite(written: str) -> float:
    value = float(written)
    if not isfinite(value):
        raise InvalidRanker(f"{written[:_QUOTED]} is too great a number")
    return value


def _without_twins(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise InvalidRanker("a key stands twice in one part of the document")
    return found


def _require_keys(part: str, content: Json, wanted: set[str]) -> None:
    if not isinstance(content, dict):
        raise InvalidRanker(f"{part} is no JSON object")
    for key in sorted(content.keys() - wanted):
        raise InvalidRanker(f"{part} has the unknown key {_quoted(key)}")
    for key in sorted(wanted - content.keys()):
        raise InvalidRanker(f"{part} lacks {_quoted(key)}")


def _ranker(content: dict[str, Json]) -> AdditiveRanker:
    curves = []
    for one in content["curves"]:
        _require_keys("a curve", one, {"feature", "edges", "values"})
        curves.append(Curve(str(one["feature"]), _numbers(one["edges"]), _numbers(one["values"])))
    pairs = []
    for one in content["pairs"]:
        _require_keys("a pair", one, set(PairTable.__slots__))
        rows = tuple(_numbers(row) for row in one["values"])
        edges = _numbers(one["first_edges"]), _numbers(one["second_edges"])
        names = str(one["name"]), str(one["first"]), str(one["second"])
        pairs.append(PairTable(*names, *edges, rows))
    return AdditiveRanker(str(content["card"]["name"]), tuple(curves), tuple(pairs))


def _numbers(values: Json) -> tuple[float, ...]:
    return tuple(_number(value) for value in values)


def _number(value: Json) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidRanker(f"{_quoted(value)} stands where a number should")
    if abs(value) > MAX_NUMBER:
        raise InvalidRanker(f"{_quoted(value)} is too great a number: at most {MAX_NUMBER:g}")
    return float(value) + 0.0  # -0.0 is 0.0


def _whole(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidRanker(f"{_quoted(value)} stands where a whole number should")
    if abs(value) > MAX_NUMBER:
        raise InvalidRanker(f"{_quoted(value)} is too great a number: at most {MAX_NUMBER:g}")
    return value


def _count(value: Json) -> int:
    if _whole(value) < 0:
        raise InvalidRanker(f"{_quoted(value)} stands where a count should")
    return int(value)


def _quoted(value: Json) -> str:
    """Quote a value in a message: its beginning is enough to find it."""
    return repr(value)[:_QUOTED]


def _day(value: Json) -> date | None:
    return None if value is None else date.fromisoformat(value)


def _card(content: Json) -> Card:
    _require_keys("the card", content, set(Card.__slots__))
    data = content["data"]
    _require_keys("the data of the card", data, set(DataWindow.__slots__))
    return Card(
        name=str(content["name"]),
        created_on=date.fromisoformat(content["created_on"]),
        data=DataWindow(
            {name: _count(count) for name, count in data["sources"].items()},
            _day(data["first_day"]),
            _day(data["last_day"]),
            *(_count(data[key]) for key in ("queries", "rows", "positives")),
        ),
        catalogue=str(content["catalogue"]),
        seed=_whole(content["seed"]),
        options={name: _plain(value) for name, value in content["options"].items()},
        blend=_number(content["blend"]),
        blends=tuple(Share(**_numbers_of(one, Share)) for one in content["blends"]),
        metrics={
            name: Metric(**_numbers_of(one, Metric)) for name, one in content["metrics"].items()
        },
        support={
            name: tuple(_count(count) for count in counts)
            for name, counts in content["support"].items()
        },
        constant_features=tuple(str(name) for name in content["constant_features"]),
        notes=tuple(str(note) for note in content["notes"]),
    )


def _plain(value: Json) -> Plain:
    if isinstance(value, list):
        if all(isinstance(one, str) for one in value):
            return tuple(value)
        _numbers(value)
        return tuple(value)
    if isinstance(value, bool | int | float | str):
        return value
    raise InvalidRanker(f"{_quoted(value)} stands where a plain value should")


def _numbers_of(content: Json, kind: type[Share | Metric]) -> dict[str, float]:
    _require_keys(f"a {kind.__name__.lower()}", content, set(kind.__slots__))
    return {key: _number(value) for key, value in content.items()}
