"""Where an engine's view comes from: a snapshot and the log of changes, or the whole database."""

from collections.abc import Iterable
from threading import Lock, Thread
from time import monotonic
from uuid import UUID

import structlog
from sqlalchemy import Engine as DatabaseEngine
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from core.db import SessionFactory, make_session_factory, reading, transaction
from core.errors import Unavailable
from core.settings import Settings
from matching.text.encoder import TextEncoder
from matching.text.vectors import quantise, text_hash
from providers.catalogue_state import Stand, catalogue_stand
from providers.following import Followed, Follower, RankerInForce
from providers.models import CatalogueChange, Provider, TextVector
from providers.snapshot.build import rebuild
from providers.snapshot.errors import BuildRunning
from providers.snapshot.opening import open_base
from providers.snapshot.store import SnapshotName, open_store
from providers.vectors import encode_missing, store_vectors

log = structlog.get_logger()

# Texts that get their vectors in one transaction, and so in one change: a third of a second.
ENCODED_AT_ONCE = 16
# Texts that may wait for their vectors; an import encodes all others.
WAITING_AT_MOST = 256
# Up to so many providers are read into memory faster than a snapshot of them is worth keeping.
FEW_PROVIDERS = 2_000
# Up to so many a process builds the snapshot itself: some seconds. More are a job's work.
BUILT_WHILE_WAITING = 50_000
# How often a folder elsewhere is asked for a newer snapshot.
LOOKED_FOR_SECONDS = 10
# Past so many changes a newer snapshot is looked for before they are followed.
FAR_BEHIND = 50_000

STAND = (
    "SELECT s.sequence, m.mark FROM catalogue_state s "
    "LEFT JOIN catalogue_mark m ON m.sequence = s.sequence WHERE s.id = 1"
)


class LateVectors:
    """Gives new texts their vectors beside the requests, which find them by their words until then.

    Storing vectors waits for whoever writes to the database: no request may wait for that.
    """

    def __init__(self, sessions: SessionFactory, encoder: TextEncoder) -> None:
        self._sessions = sessions
        self._encoder = encoder
        self._lock = Lock()
        self._waiting: dict[str, str] = {}
        self._looks_for_missing = False
        self._thread: Thread | None = None

    def offer(self, texts: Iterable[str]) -> None:
        """Take texts, as far as there is room, and go on with those that are waiting."""
        with self._lock:
            for text in texts:
                if len(self._waiting) >= WAITING_AT_MOST:
                    break
                self._waiting.setdefault(text_hash(text), text)
            if self._waiting:
                self._begin()

    def offer_missing(self) -> None:
        """Take texts that the database holds without their vectors."""
        with self._lock:
            if self._encoder.dimensions:
                self._looks_for_missing = True
                self._begin()

    def settle(self, timeout_seconds: float | None = None) -> None:
        """Wait until no text is being encoded, at most so long."""
        thread = self._thread
        if thread is not None:
            thread.join(timeout_seconds)

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = Thread(target=self._run, name="vectors", daemon=True)
            self._thread.start()

    def _run(self) -> None:
        while (chosen := self._next()) is not None:
            try:
                if chosen:
                    self._encode(chosen)
                else:
                    encode_missing(self._sessions, self._encoder, at_most=WAITING_AT_MOST)
            except Exception as error:  # noqa: BLE001 the edge of a thread: words still find them
                log.warning("new texts have no vectors yet", reason=str(error))
                if isinstance(error, SQLAlchemyError):
                    # Somebody writes for long: they are tried again after the next change.
                    self._stop(chosen)
                    return

    def _next(self) -> dict[str, str] | None:
        """Return some texts, none where they are to be looked for, or None: nothing is to be done."""
        with self._lock:
            keys = list(self._waiting)[:ENCODED_AT_ONCE]
            if not keys and not self._looks_for_missing:
                self._thread = None
                return None
            if not keys:
                self._looks_for_missing = False
            return {key: self._waiting.pop(key) for key in keys}

    def _stop(self, chosen: dict[str, str]) -> None:
        with self._lock:
            self._waiting = chosen | self._waiting
            self._thread = None

    def _encode(self, chosen: dict[str, str]) -> None:
        """Encode texts and store their vectors, which is a change of its own to be followed."""
        version = self._encoder.version
        with reading(self._sessions) as session:
            # Another process follows the same changes, and may have been quicker.
            stored = session.scalars(
                select(TextVector.text_hash).where(
                    TextVector.encoder_version == version, TextVector.text_hash.in_(list(chosen))
                )
            ).all()
        texts = {key: text for key, text in chosen.items() if key not in stored}
        if not texts:
            return
        codes, scales = quantise(self._encoder.encode_passages(list(texts.values())))
        with transaction(self._sessions, at="texts.encoded") as session:
            store_vectors(session, version, list(texts), codes, scales)


class Source:
    """Reads the catalogue as it is now, as cheaply as what is known already allows.

    Attributes:
        refused: why snapshots that were looked at last cannot serve.
    """

    def __init__(
        self,
        database: DatabaseEngine,
        settings: Settings,
        encoder: TextEncoder,
        ranker_in_force: RankerInForce,
    ) -> None:
        self.refused: tuple[str, ...] = ()
        self._database = database
        self._sessions = make_session_factory(database)
        self._settings = settings
        self._encoder = encoder
        self._follower = Follower(encoder, ranker_in_force)
        self._late = LateVectors(self._sessions, encoder)
        self._store = open_store(settings)
        self._failed: tuple[object, str] | None = None

    def up_to_date(self, followed: Followed) -> Followed:
        """Take up what has changed."""
        found: Followed | None = None
        if self._is_far_behind(followed):
            found = self.opened(but=followed.base.name)
        if found is None:
            found = self._followed(followed)
        return self.start() if found is None else found

    def _is_far_behind(self, followed: Followed) -> bool:
        since = select(CatalogueChange.number).where(
            CatalogueChange.sequence > followed.stand.sequence
        )
        some = since.limit(FAR_BEHIND + 1).subquery()
        with reading(self._database) as session:
            return (session.scalar(select(func.count()).select_from(some)) or 0) > FAR_BEHIND

    def encode_beside(self, texts: Iterable[str]) -> None:
        """Give new texts their vectors in a thread; each few of them are a change to be followed."""
        self._late.offer(texts)

    def settle(self, timeout_seconds: float | None = None) -> None:
        """Wait until no text is being encoded."""
        self._late.settle(timeout_seconds)

    def _followed(self, before: Followed) -> Followed | None:
        with reading(self._database) as session:
            return self._follower.follow(session, before)

    def start(self) -> Followed:
        """Open a snapshot or, where there is none that serves, read a small catalogue into memory."""
        before = (self.stand(), self.mark())
        if self._failed is not None and self._failed[0] == before:
            raise Unavailable(self._failed[1])
        try:
            return self._started()
        except Unavailable as error:
            self._failed = (before, error.detail)
            raise

    def _started(self) -> Followed:
        written = self._written()
        followed = self.opened()
        if followed is None or followed.is_worn:
            count = self._count()
            if count <= BUILT_WHILE_WAITING:
                self._build_small(count, written)
                followed = self.opened()
            elif followed is None:
                raise Unavailable(
                    f"no snapshot of the {count:,} providers can serve: "
                    "run `landbridge index build`" + "".join(f"; {each}" for each in self.refused)
                )
        if followed is None:
            with reading(self._database) as session:
                return self._follower.build(session)
        return self.up_to_date(followed)

    def _build_small(self, count: int, written: object) -> None:
        if count <= FEW_PROVIDERS:
            return
        self._late.offer_missing()
        try:
            while self._written() == written:  # else another process has built it meanwhile
                try:
                    rebuild(self._settings, workers=1)
                except BuildRunning:
                    self._store.wait_for_builder()
                else:
                    return
        except (Unavailable, OSError) as error:
            # It serves all the same, from memory of its own.
            log.warning("no snapshot could be kept", reason=str(error))

    def _count(self) -> int:
        with reading(self._database) as session:
            return session.scalar(select(func.count()).select_from(Provider)) or 0

    def opened(self, *, but: SnapshotName | None = None) -> Followed | None:
        """Open the snapshot to serve and follow it, or None: there is none, or it is `but`."""
        with reading(self._database) as session:
            opened = open_base(self._store, session, encoder=self._encoder.version, but=but)
            self.refused = opened.refused
            return None if opened.base is None else self._follower.start(session, opened.base)

    def _written(self) -> object:
        """Return what another process changes when it publishes a snapshot."""
        mark = self._store.mark()
        if mark is not None:
            return mark
        try:
            return self._store.current()
        except (Unavailable, OSError):
            return None

    def mark(self) -> object:
        """Return what changes whenever there may be another snapshot."""
        mark = self._store.mark()
        return int(monotonic() // LOOKED_FOR_SECONDS) if mark is None else mark

    def stand(self) -> Stand:
        """Return the catalogue's latest change.

        Every request asks. Below SQLAlchemy's own connections it takes some microseconds instead of 80
        (SQLite, in the page cache).
        """
        try:
            connection = self._database.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(STAND)
                row = cursor.fetchone()
                cursor.close()
            finally:
                connection.close()
        except self._database.dialect.loaded_dbapi.Error:
            # Asked once more, so that what is wrong is said as everywhere else.
            with reading(self._database) as session:
                return catalogue_stand(session)
        if row is None:
            return Stand(0, "")
        sequence, mark = row
        # SQLite gives the digits, psycopg an object.
        return Stand(sequence, mark.hex if isinstance(mark, UUID) else mark or "")
