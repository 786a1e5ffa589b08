"""Small made-up supply for tests of matching, by hand and by hypothesis."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from hypothesis import strategies as st
from opencc import OpenCC

from matching.features.context import MatchContext, make_context
from matching.index.columns import Index, build_index
from matching.names import Names
from matching.sectors import build_sector_tree
from matching.text.folding import script_of, simplify
from matching.types import Candidate, Float32Array, Matter, Query, Script, Sentence

TODAY = date(2026, 11, 22)
TREE = build_sector_tree(
    [
        ("LEG", None),
        ("LEG.COR", "LEG"),
        ("LEG.LAB", "LEG"),
        ("ACC", None),
        ("ACC.AUD", "ACC"),
        ("BLT", None),
        ("DIS", None),
        ("DIS.ARB", "DIS"),
    ]
)
REGIONS = {"VN": "035", "TH": "035", "BD": "034", "IN": "034", "TZ": "014", "KE": "014"}
PLACES = tuple(REGIONS)
SECTORS = tuple(TREE.parents)
# Two dimensions do: what counts is the angle to the need.
NEED_VECTOR: Float32Array = np.array([1.0, 0.0], dtype=np.float32)
NAMES = Names(
    jurisdictions={
        "VN": Sentence("Vietnam", "越南", "越南"),
        "TH": Sentence("Thailand", "泰国", "泰國"),
        "BD": Sentence("Bangladesh", "孟加拉国", "孟加拉國"),
        "TZ": Sentence("Tanzania", "坦桑尼亚", "坦桑尼亞"),
    },
    sectors={
        "LEG": Sentence("Legal services", "法律服务", "法律服務"),
        "ACC": Sentence("Accounting", "会计", "會計"),
        "BLT": Sentence("Engineering", "工程", "工程"),
    },
    languages={
        "en": Sentence("English", "英语", "英語"),
        "zh": Sentence("Chinese", "中文", "中文"),
        "vi": Sentence("Vietnamese", "越南语", "越南語"),
    },
)


def firm(provider_id: str, home: str | None = None, sectors: tuple[str, ...] = ()) -> Candidate:
    """A provider of which nothing else is known."""
    return Candidate(
        provider_id,
        f"Synthetic {provider_id}",
        "other",
        home_jurisdiction=home,
        sector_codes=sectors,
    )


def work(
    matter_id: str,
    by: Sequence[str],
    description: str = "",
    *,
    places: tuple[str, ...] = (),
    sectors: tuple[str, ...] = (),
    dated_on: date | None = None,
    amount_usd: float | None = None,
    is_verified: bool = False,
    is_statement: bool = False,
) -> Matter:
    """A matter whose pieces of evidence are called `matter/provider`."""
    return Matter(
        matter_id,
        {provider_id: f"{matter_id}/{provider_id}" for provider_id in by},
        "",
        description,
        places,
        sectors,
        dated_on,
        None,
        amount_usd,
        is_verified,
        is_statement,
    )


def at_cosine(*cosines: float) -> Float32Array:
    """Vectors of length one at these cosines to `NEED_VECTOR`: shape (n, 2)."""
    across = np.asarray(cosines, dtype=np.float64)
    return np.column_stack([across, np.sqrt(1.0 - across**2)]).astype(np.float32)


def index_of(
    candidates: Sequence[Candidate],
    matters: Sequence[Matter],
    vectors: Float32Array | None = None,
    region_of: Mapping[str, str] = REGIONS,
) -> Index:
    """An index that knows words only, unless vectors are given."""
    if vectors is None:
        vectors = np.zeros((len(matters), 0), dtype=np.float32)
    return build_index(candidates, matters, vectors, TREE, region_of)


def lay(query: Query, index: Index) -> MatchContext:
    """Lay a need against an index, its vector being `NEED_VECTOR` where there are vectors."""
    return make_context(query, NEED_VECTOR[: index.vectors.shape[1]], index)


def need(
    text: str = "",
    *,
    targets: tuple[str, ...] = (),
    sectors: tuple[str, ...] = (),
    languages: tuple[str, ...] = (),
    amount_usd: float | None = None,
) -> Query:
    """A need as of `TODAY`."""
    return Query(
        text,
        TODAY,
        target_jurisdictions=targets,
        sector_codes=sectors,
        languages_wanted=languages,
        amount_usd=amount_usd,
    )


@dataclass(frozen=True)
class Supply:
    """Candidates, matters, a vector for each matter, and a need."""

    candidates: tuple[Candidate, ...]
    matters: tuple[Matter, ...]
    vectors: Float32Array
    query: Query

    def index(self) -> Index:
        """Build the index."""
        return index_of(self.candidates, self.matters, self.vectors)

    def context(self) -> MatchContext:
        """Lay the need against the index."""
        return lay(self.query, self.index())


_IDS = ("a", "b", "c", "d", "e")
_WORDS = st.lists(
    st.sampled_from(["road", "bridge", "audit", "water", "supervision", "审计", "道路监理"]),
    max_size=5,
).map(" ".join)
_LANGUAGES = st.lists(st.sampled_from(["en", "zh", "yue", "vi"]), unique=True, max_size=2).map(
    tuple
)


def _some(values: Sequence[str], most: int) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=most).map(tuple)


_UNTIL = st.one_of(st.none(), st.sampled_from([date(2020, 1, 1), TODAY, date(2030, 1, 1)]))
_DAYS = st.one_of(
    st.none(),
    st.sampled_from(
        [date(2005, 3, 1), date(2019, 7, 9), date(2026, 11, 21), TODAY, date(2027, 5, 5)]
    ),
)


@st.composite
def _candidates(draw: st.DrawFn, provider_id: str) -> Candidate:
    return Candidate(
        provider_id,
        f"Synthetic {provider_id}",
        "other",
        home_jurisdiction=draw(st.one_of(st.none(), st.sampled_from(PLACES))),
        qualified_in=draw(
            st.one_of(st.none(), st.dictionaries(st.sampled_from(PLACES), _UNTIL, max_size=2))
        ),
        network_in=draw(st.one_of(st.none(), _some(PLACES, 1))),
        sector_codes=draw(_some(SECTORS, 2)),
        languages=draw(st.one_of(st.none(), _LANGUAGES)),
        is_published=draw(st.sampled_from([True, True, True, False])),
        is_suspended=draw(st.sampled_from([False, False, False, True])),
        is_accepting=draw(st.sampled_from([None, None, True, False])),
    )


@st.composite
def _matters(draw: st.DrawFn, matter_id: str, provider_ids: Sequence[str]) -> Matter:
    return work(
        matter_id,
        draw(st.lists(st.sampled_from(provider_ids), unique=True, max_size=3)),
        draw(_WORDS),
        places=draw(_some(PLACES, 2)),
        sectors=draw(_some(SECTORS, 2)),
        dated_on=draw(_DAYS),
        amount_usd=draw(st.one_of(st.none(), st.floats(0, 1e9))),
        is_verified=draw(st.booleans()),
        is_statement=draw(st.sampled_from([False, False, True])),
    )


@st.composite
def supplies(draw: st.DrawFn) -> Supply:
    """Any small supply and any need, everything unknown at times."""
    ids = _IDS[: draw(st.integers(1, len(_IDS)))]
    count = draw(st.integers(0, 8))
    matters = tuple(draw(_matters(f"m{number}", ids)) for number in range(count))
    cosines = draw(st.lists(st.floats(0.6, 1.0), min_size=count, max_size=count))
    vectors = at_cosine(*cosines) if draw(st.booleans()) else np.zeros((count, 0), np.float32)
    query = Query(
        draw(_WORDS),
        TODAY,
        target_jurisdictions=draw(_some(PLACES, 2)),
        sector_codes=draw(_some(SECTORS, 2)),
        excluded_jurisdictions=draw(_some(PLACES, 1)),
        excluded_sector_codes=draw(_some(SECTORS, 1)),
        languages_wanted=draw(_LANGUAGES),
        languages_required=draw(st.booleans()),
        excluded_provider_ids=frozenset(draw(_some([*ids, "nobody"], 1))),
        conflicted_provider_ids=frozenset(draw(_some(ids, 1))),
        amount_usd=draw(st.one_of(st.none(), st.floats(0, 1e9))),
        equivalents=draw(_WORDS),
    )
    return Supply(tuple(draw(_candidates(p)) for p in ids), matters, vectors, query)


def is_written_in(script: Script, text: str) -> bool:
    """Whether a text has something in this script and nothing of another Chinese one."""
    if script is Script.EN:
        return text.isprintable() and script_of(text) is Script.EN and text.strip() != ""
    if script_of(text) is Script.EN:
        return False
    return simplify(text) == text if script is Script.ZH_HANS else _TO_TRADITIONAL(text) == text


# OpenCC annotates what `convert` takes and not what it returns, which is a str.
_TO_TRADITIONAL: Callable[[str], str] = OpenCC("s2t").convert  # pyright: ignore[reportUnknownMemberType]
