"""The matching engine over what the database holds, kept up to date by every process."""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import Lock, Thread
from time import monotonic

import structlog
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy.orm import Session

from core.settings import Settings
from matching.features.catalogue import catalogue_hash
from matching.index.columns import Index
from matching.index.view import View
from matching.jurisdictions.graph import TreatyGraph
from matching.names import Names
from matching.ranker.additive import AdditiveRanker
from matching.ranker.document import RankerDocument
from matching.text.encoder import TextEncoder
from matching.types import Candidate, Float32Array, MatchResult, Query, Sentence
from matching.understanding.equivalents import equivalents
from matching.understanding.meaning import SectorReader
from matching.understanding.types import Vocabulary
from matching.why import Why
from providers.following import Followed, Follower, RankerInForce
from providers.packaged_ranker import read_packaged_ranker
from providers.reference import Reference
from providers.source import Source
from providers.vectors import make_encoder

log = structlog.get_logger()

REMEMBERED_TEXTS = 1024
REMEMBERED_CANDIDATES = 4096
# After a snapshot could not be taken over for a reason that may pass, it is tried again.
TRIED_AGAIN_SECONDS = 30


def packaged(_session: Session) -> RankerDocument:
    """Return the packaged ranker: the one in force, as far as supply knows."""
    return read_packaged_ranker()


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


class QueryEquivalents:
    """Finds the English words for the terms of Chinese needs, remembering the latest ones."""

    def __init__(self, terms: Mapping[str, str]) -> None:
        def find(text: str) -> str:
            return equivalents(text, terms)

        self._find = lru_cache(maxsize=REMEMBERED_TEXTS)(find)

    def __call__(self, text: str) -> str:
        """Return the words for a need's text, as `equivalents` does."""
        return self._find(text)


class ShownCandidates:
    """Reads providers from a view, remembering those that were shown last: few are, and often."""

    def __init__(self, view: View) -> None:
        self._read = lru_cache(maxsize=REMEMBERED_CANDIDATES)(view.candidate)

    def __call__(self, provider_id: str) -> Candidate | None:
        """Return a provider as matching sees it, or None."""
        return self._read(provider_id)


@dataclass(frozen=True, slots=True)
class Engine:
    """Everything a match needs, as it stood when it was built; immutable, shared by threads.

    `jurisdictions` are the codes that a need may name: no regions, no groups. `graph` is what routes
    between them are planned from, `band` how near scores must lie for providers to take turns,
    `helpers` gives long matches a second thread.
    """

    view: View
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
    equivalents_of: QueryEquivalents = field(repr=False)
    shown: ShownCandidates = field(repr=False)
    reference: Reference = field(repr=False)
    band: float = 0.0
    helpers: Executor | None = field(default=None, repr=False)

    def match(
        self,
        query: Query,
        *,
        top: int = 10,
        out_of_time: Callable[[], bool] | None = None,
    ) -> MatchResult:
        """Rank every eligible provider for a need, with reasons for the first `top`.

        Raises:
            OutOfTime: `out_of_time` said so.
        """
        from matching.search.match import match_view  # noqa: PLC0415 Numba: half a second, for matches only

        return match_view(
            self._complete(query),
            self.vector_of(query.text),
            self.view,
            self.ranker,
            self.names,
            top=top,
            band=self.band,
            out_of_time=out_of_time,
            threads=self.helpers,
        )

    def why(
        self,
        query: Query,
        provider_id: str,
        *,
        k: int = 10,
        out_of_time: Callable[[], bool] | None = None,
    ) -> Why:
        """Say why a provider stands where it stands, and what would bring it into the first `k`.

        Raises:
            UnknownProvider: the index does not hold the provider.
            OutOfTime: `out_of_time` said so.
        """
        from matching.search.why import why_view  # noqa: PLC0415 Numba: half a second, for matches only

        return why_view(
            self._complete(query),
            self.vector_of(query.text),
            self.view,
            self.ranker,
            self.names,
            provider_id=provider_id,
            k=k,
            band=self.band,
            out_of_time=out_of_time,
            threads=self.helpers,
        )

    def candidate(self, provider_id: str) -> Candidate | None:
        """Return a provider as matching sees it, or None."""
        return self.shown(provider_id)

    @property
    def index(self) -> Index:
        """The plain index over the same supply, for whoever needs everybody's features."""
        return self.reference()

    @property
    def sector_names(self) -> Mapping[str, Sentence]:
        """Names of the sectors in force, by code."""
        return self.names.sectors

    @property
    def jurisdiction_names(self) -> Mapping[str, Sentence]:
        """Names of the jurisdictions, by code."""
        return self.names.jurisdictions

    def _complete(self, query: Query) -> Query:
        if query.equivalents:
            return query
        words = self.equivalents_of(query.text)
        return replace(query, equivalents=words) if words else query


def make_engine(
    followed: Followed,
    encoder: TextEncoder,
    *,
    vector_of: QueryVectors,
    band: float = 0.0,
    helpers: Executor | None = None,
) -> Engine:
    """Put the engine together from the catalogue as it stands."""
    lists, ranker = followed.lists, followed.ranker
    return Engine(
        view=followed.view,
        ranker=ranker,
        encoder=encoder,
        vocabulary=lists.vocabulary,
        names=lists.names,
        jurisdictions=lists.jurisdictions,
        graph=lists.graph,
        versions=EngineVersions(
            sector_list=lists.sector_list,
            index=followed.view.version,
            ranker=ranker.version,
            features=catalogue_hash(),
            encoder=encoder.version,
            treaties=lists.graph.version,
        ),
        sector_reader=lists.sector_reader,
        terms=lists.terms,
        vector_of=vector_of,
        equivalents_of=QueryEquivalents(lists.terms),
        shown=ShownCandidates(followed.view),
        reference=Reference(followed.view),
        band=band,
        helpers=helpers,
    )


def build_engine(
    session: Session, encoder: TextEncoder, ranker_in_force: RankerInForce = packaged
) -> Engine:
    """Build the engine from one state of the database, in memory.

    Raises:
        Unavailable: no sector list is published yet.
    """
    followed = Follower(encoder, ranker_in_force).build(session)
    return make_engine(followed, encoder, vector_of=QueryVectors(encoder))


@dataclass(frozen=True, slots=True)
class Status:
    """What a process serves from.

    Attributes:
        snapshot: the file, or None where everything is in memory.
        providers: how many there are.
        changed: how many of them changed, came or went since the snapshot.
        sequence: the change of the catalogue that is taken up.
        refused: why other snapshots are not used.
    """

    snapshot: str | None
    providers: int
    changed: int
    sequence: int
    refused: tuple[str, ...]

    def __str__(self) -> str:
        """Say it in one line."""
        where = self.snapshot or "the database, read into memory"
        refused = "".join(f"; {reason}" for reason in self.refused)
        return f"{self.providers:,} providers from {where}, {self.changed:,} changed since{refused}"


class EngineHolder:
    """Gives out the engine for the catalogue as it is, following every change.

    A change is seen at the next request, in every process: whoever asks first brings the engine up
    to date, the others wait, so that a suspended provider is never served after its suspension was
    committed. Another ranker in force is such a change; `ranker_in_force` says which one is, since
    supply knows the packaged one only.

    A snapshot that anybody publishes is opened and checked beside the requests, and taken over
    between two of them. Whoever still works with the former engine keeps what it reads from: files
    that are mapped live as long as somebody looks at them.
    """

    def __init__(
        self,
        database: DatabaseEngine,
        settings: Settings,
        *,
        ranker_in_force: RankerInForce = packaged,
        helpers: Executor | None = None,
    ) -> None:
        self._encoder = make_encoder(settings)
        self._vector_of = QueryVectors(self._encoder)
        self._band = settings.exposure_band
        self._source = Source(database, settings, self._encoder, ranker_in_force)
        self._helpers = helpers
        self._lock = Lock()
        self._served: tuple[Followed, Engine] | None = None
        self._looked_at: object = None
        self._looking: Thread | None = None
        self._rests_until = 0.0

    @property
    def is_ready(self) -> bool:
        """Whether an engine has been built."""
        return self._served is not None

    @property
    def status(self) -> Status | None:
        """What is served from; None before the first use."""
        if self._served is None:
            return None
        followed, _ = self._served
        return Status(
            snapshot=None if followed.base.name is None else str(followed.base.name),
            providers=followed.view.size,
            changed=len(followed.overlay.changed),
            sequence=followed.stand.sequence,
            refused=self._source.refused,
        )

    @property
    def rebuild_wanted(self) -> bool:
        """Whether so much has changed since the snapshot that another one should be built."""
        return self._served is not None and self._served[0].is_worn

    def current(self) -> Engine:
        """Return the engine for the present state of the catalogue.

        Raises:
            Unavailable: nothing is loaded yet, or a snapshot has to be built first.
        """
        served = self._served
        if served is None or served[0].stand != self._source.stand():
            with self._lock:
                served = self._served
                # Whoever was here before may have taken up the same change.
                if served is None:
                    self._looked_at = self._source.mark()
                    served = self._serve(self._source.start())
                elif served[0].stand != self._source.stand():
                    served = self._serve(self._source.up_to_date(served[0]))
        if self._looked_at != self._source.mark() and monotonic() >= self._rests_until:
            self._look_for_snapshot()
        return served[1]

    def settle(self, timeout_seconds: float | None = None) -> None:
        """Wait until nothing goes on beside the requests.

        A snapshot that is being looked at is taken over or refused, and new texts have their vectors.
        With `timeout_seconds`, wait no longer than that for each of the two.
        """
        looking = self._looking
        if looking is not None:
            looking.join(timeout_seconds)
        self._source.settle(timeout_seconds)

    def _serve(self, followed: Followed) -> tuple[Followed, Engine]:
        served = self._served
        if served is not None and served[0].view is followed.view:
            # At most another ranker: what was laid over the columns stays.
            engine = served[1]
            if engine.ranker is not followed.ranker:
                versions = replace(engine.versions, ranker=followed.ranker.version)
                engine = replace(engine, ranker=followed.ranker, versions=versions)
        else:
            engine = make_engine(
                followed,
                self._encoder,
                vector_of=self._vector_of,
                band=self._band,
                helpers=self._helpers,
            )
        self._served = (followed, engine)
        log.info(
            "engine follows",
            sequence=followed.stand.sequence,
            snapshot=str(followed.base.name),
            changed=len(followed.overlay.changed),
            index=engine.versions.index,
            ranker=engine.versions.ranker,
        )
        self._source.encode_beside(followed.unread)
        return self._served

    def _look_for_snapshot(self) -> None:
        """Open what was published since, beside the requests."""
        with self._lock:
            looking = self._looking
            if looking is not None and looking.is_alive():
                return
            self._looked_at = self._source.mark()
            self._looking = Thread(target=self._take_over, name="snapshot", daemon=True)
            self._looking.start()

    def _take_over(self) -> None:
        served = self._served
        try:
            found = self._source.opened(but=None if served is None else served[0].base.name)
            if found is not None:
                with self._lock:
                    self._serve(self._source.up_to_date(found))
        except Exception as error:  # noqa: BLE001 the edge of a thread: what is served is kept
            log.warning("a new snapshot could not be taken over", reason=str(error))
            self._rests_until = monotonic() + TRIED_AGAIN_SECONDS
            self._looked_at = None
