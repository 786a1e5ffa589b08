"""Readings of texts, remembered: needs are matched again and again, and a reading takes milliseconds."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from threading import Lock

from pydantic import ValidationError

from enterprises.schemas import ReadingRead, StructuredNeed

MOST_READINGS = 2_048
MOST_BYTES = 16_000_000

_FILLED = frozenset(StructuredNeed.model_fields) & frozenset(ReadingRead.model_fields)


@dataclass(frozen=True, slots=True)
class KnownReading:
    """How a text was read. It is shared by all who send the text: nobody may change it.

    Attributes:
        reading: the reading.
        document: the same as JSON values.
        fits: whether a need may hold everything that was read.
    """

    reading: ReadingRead
    document: dict[str, object]
    fits: bool


def as_known(reading: ReadingRead) -> KnownReading:
    """Prepare a reading to be used and sent."""
    try:
        StructuredNeed.model_validate(reading.model_dump(include=set(_FILLED)))
    except ValidationError:
        fits = False
    else:
        fits = True
    return KnownReading(reading, reading.model_dump(mode="json", by_alias=True), fits)


class Readings:
    """The latest readings under one vocabulary and one reader of meanings.

    What a text says depends on its words, the day, and these two; with another pair of them
    everything is forgotten. Bounded by the number of readings and by their bytes.
    """

    def __init__(self, *, at_most: int = MOST_READINGS, bytes_at_most: int = MOST_BYTES) -> None:
        self._at_most = at_most
        self._bytes_at_most = bytes_at_most
        self._lock = Lock()
        self._made_with: tuple[object, object] = (None, None)
        self._known: OrderedDict[tuple[str, date], tuple[KnownReading, int]] = OrderedDict()
        self._bytes = 0

    @property
    def size(self) -> tuple[int, int]:
        """How many readings are remembered, and about how many bytes they take."""
        return len(self._known), self._bytes

    def get(
        self,
        made_with: tuple[object, object],
        text: str,
        on: date,
        read: Callable[[], ReadingRead],
    ) -> KnownReading:
        """Return how a text is read, reading it if need be.

        Args:
            made_with: the vocabulary and the reader of meanings; the very objects are compared.
            text: the words.
            on: the day.
            read: reads the text; what it raises is passed on and not remembered.
        """
        key = (text, on)
        with self._lock:
            if self._is_of(made_with) and (found := self._known.get(key)) is not None:
                self._known.move_to_end(key)
                return found[0]
        known = as_known(read())
        # A character takes up to four bytes; values of Python take some ten times what they say.
        weight = 4 * len(text) + 10 * len(str(known.document))
        with self._lock:
            if not self._is_of(made_with):
                self._made_with, self._bytes = made_with, 0
                self._known.clear()
            if key not in self._known and weight <= self._bytes_at_most:
                self._known[key] = (known, weight)
                self._bytes += weight
            while len(self._known) > self._at_most or self._bytes > self._bytes_at_most:
                _, (_, lighter) = self._known.popitem(last=False)
                self._bytes -= lighter
        return known

    def _is_of(self, made_with: tuple[object, object]) -> bool:
        return all(mine is theirs for mine, theirs in zip(self._made_with, made_with, strict=True))
