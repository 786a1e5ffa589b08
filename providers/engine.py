"""The matching engine over what the database holds, kept up to date by every process."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import Lock

import structlog
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy.orm import Session

from core.db import make_session_factory, reading
from core.errors import Unavailable
from core.settings import EncoderKind, Settings
from matching.engine import match
from matching.features.catalogue import catalogue_hash
from matching.index.columns import Index, build_index
from matching.jurisdictions.corridor import ProximityTable
from matching.jurisdictions.graph import TreatyGraph
from matching.names import Names
from matching.ranker.additive import AdditiveRanker
from matching.ranker.document import RankerDocument
from matching.sectors import SectorTree, build_sector_tree
from matching.text.encoder import NoEncoder, PackagedEncoder, TextEncoder
from matching.types import Candidate, Float32Array, MatchResult, Query, Sentence
from matching.understanding.equivalents import equivalents
from matching.understanding.meaning import SectorReader
from matching.understanding.types import Vocabulary
from matching.why import Why, why
from providers.candidates import read_candidates, read_matters
from providers.catalogue_state import catalogue_sequence
from providers.jurisdictions.graph import read_treaty_data
from providers.jurisdictions.queries import NODES, list_jurisdictions
from providers.names import read_names
from providers.packaged_ranker import read_packaged_ranker
from providers.sector_meaning import make_sector_reader
from providers.sectors.errors import NoSectorList
from providers.sectors.queries import get_published_list, list_sectors
from providers.vectors import encode_missing, read_vectors
from providers.vocabulary import read_packaged_terms, read_vocabulary

log = structlog.get_logger()

RankerInForce = Callable[[Session], RankerDocument]

REMEMBERED_TEXTS = 1024
ENCODED_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class EngineVersions:
    """What a result depends on beside the need."""

    sector_list: int
    index: str
    ranker: str
    features: str
    encoder: str
    treaties: str


class QueryVectors:
    """Turns the texts of needs into vectors, remembering the latest ones."""

    def __init__(self, encoder: TextEncoder) -> None:
        def encode(text: str) -> Float32Array:
            vector: Float32Array = encoder.encode_queries([text])[0]
            return vector

        self._encode = lru_cache(maxsize=REMEMBERED_TEXTS)(encode)

    def __call__(self, text: str) -> Float32Array:
        """Return the vector of a need's text: shape (d,)."""
        vector: Float32Array = self._encode(text)
        return vector


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything a match needs, as it stood when it was built; immutable, shared by threads.

    `jurisdictions` are the codes that a need may name: no regions, no groups. `graph` is what routes
    between them are planned from, `band` how near scores must lie for providers to take turns.
    """

    index: Index
    ranker: AdditiveRanker
    encoder: TextEncoder
    vocabulary: Vocabulary
    names: Names
    jurisdictions: frozenset[str]
    graph: TreatyGraph
    versions: EngineVersions
    sector_reader: SectorReader | None = field(repr=False)
    terms: Mapping[str, str] = field(repr=False)
    vector_of: QueryVectors = field(repr=False)
    band: float = 0.0

    def match(self, query: Query, *, top: int = 10) -> MatchResult:
        """Rank every eligible provider for a need, with reasons for the first `top`."""
        vector = self.vector_of(query.text)
        if not query.equivalents:
            query = replace(query, equivalents=equivalents(query.text, self.terms))
        return match(query, vector, self.index, self.ranker, self.names, top=top, band=self.band)

    def why(self, query: Query, provider_id: str, *, k: int = 10) -> Why:
        """Say why a provider stands where it stands, and what would bring it into the first `k`.

        Raises:
            UnknownProvider: the index does not hold the provider.
        """
        vector = self.vector_of(query.text)
        if not query.equivalents:
            query = replace(query, equivalents=equivalents(query.text, self.terms))
        return why(
            query,
            vector,
            self.index,
            self.ranker,
            self.names,
            provider_id=provider_id,
            k=k,
            band=self.band,
        )

    def candidate(self, provider_id: str) -> Candidate | None:
        """Return a provider as matching sees it, or None."""
        row = self.index.row_of.get(provider_id)
        return None if row is None else self.index.candidates[row]

    @property
    def sector_names(self) -> Mapping[str, Sentence]:
        """Names of the sectors in force, by code."""
        return self.names.sectors

    @property
    def jurisdiction_names(self) -> Mapping[str, Sentence]:
        """Names of the jurisdictions, by code."""
        return self.names.jurisdictions


def make_encoder(settings: Settings) -> TextEncoder:
    """Return the encoder that the settings name."""
    return NoEncoder() if settings.encoder is EncoderKind.NONE else PackagedEncoder()


def build_engine(
    session: Session, encoder: TextEncoder, ranker: AdditiveRanker | None = None
) -> Engine:
    """Build the engine from the database; about three seconds for 10,000 providers.

    Args:
        session: one state of the database.
        encoder: turns texts into vectors.
        ranker: makes the order; without one, the packaged ranker does.

    Raises:
        Unavailable: no sector list is published yet.
    """
    try:
        published = get_published_list(session)
    except NoSectorList as error:
        raise Unavailable(
            "nothing is loaded yet: run `landbridge demo`, or `landbridge import sectors FILE` "
            "and the other lists"
        ) from error
    sectors = list_sectors(session)
    tree = build_sector_tree((sector.code, sector.parent_code) for sector in sectors)
    places = list_jurisdictions(session)
    matters = read_matters(session, tree.parents)
    graph = TreatyGraph(read_treaty_data(session))
    index = build_index(
        read_candidates(session, tree.parents),
        matters,
        read_vectors(session, encoder, (matter.text for matter in matters)),
        tree,
        {row.code: row.regions[0] for row in places if row.regions},
        proximity=ProximityTable(graph),
    )
    ranker = ranker or read_packaged_ranker().ranker
    return Engine(
        index=index,
        ranker=ranker,
        encoder=encoder,
        vocabulary=read_vocabulary(session),
        names=read_names(session),
        jurisdictions=frozenset(row.code for row in places if row.kind in NODES),
        graph=graph,
        versions=EngineVersions(
            sector_list=published.version,
            index=index.version,
            ranker=ranker.version,
            features=catalogue_hash(),
            encoder=encoder.version,
            treaties=graph.version,
        ),
        sector_reader=_within(tree, make_sector_reader(encoder)),
        terms=read_packaged_terms(),
        vector_of=QueryVectors(encoder),
    )


def _within(tree: SectorTree, reader: SectorReader | None) -> SectorReader | None:
    """Let a reader name only sectors of the list in force: its vectors are those of the first."""
    if reader is None:
        return None
    ask = reader

    def read(phrases: Sequence[str]) -> Sequence[str | None]:
        return [code if code in tree.parents else None for code in ask(phrases)]

    return read


class EngineHolder:
    """Gives out the engine for the catalogue as it is, rebuilding it when the catalogue changed.

    A change is seen at the next request: whoever asks first builds, the others wait, so that a
    suspended provider is never served after its suspension was committed. Another ranker in force
    is such a change; `ranker_in_force` says which one is, since supply knows the packaged one only.
    """

    def __init__(
        self,
        database: DatabaseEngine,
        settings: Settings,
        *,
        ranker_in_force: RankerInForce = lambda _session: read_packaged_ranker(),
    ) -> None:
        self._database = database
        self._ranker_in_force = ranker_in_force
        self._sessions = make_session_factory(database)
        self._encoder = make_encoder(settings)
        self._band = settings.exposure_band
        self._lock = Lock()
        self._built: tuple[int, Engine] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether an engine has been built."""
        return self._built is not None

    def current(self) -> Engine:
        """Return the engine for the present state of the catalogue.

        Raises:
            Unavailable: nothing is loaded yet.
        """
        sequence = self._sequence()
        built = self._built
        if built is not None and built[0] == sequence:
            return built[1]
        with self._lock:
            sequence = self._sequence()
            built = self._built
            if built is not None and built[0] == sequence:
                return built[1]
            # A request waits for this: the rest is found by its words until an import encodes it.
            encode_missing(self._sessions, self._encoder, at_most=ENCODED_AT_ONCE)
            with reading(self._database) as session:
                # Read in the transaction that is built from: a later change is built next time.
                sequence = catalogue_sequence(session)
                ranker = self._ranker_in_force(session).ranker
                engine = replace(build_engine(session, self._encoder, ranker), band=self._band)
            self._built = (sequence, engine)
            log.info(
                "engine built",
                sequence=sequence,
                index=engine.versions.index,
                ranker=engine.versions.ranker,
            )
            return engine

    def _sequence(self) -> int:
        with reading(self._database) as session:
            return catalogue_sequence(session)
