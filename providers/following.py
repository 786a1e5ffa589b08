"""Following the catalogue: from a snapshot and the log of changes to what can be matched now."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from uuid import UUID

import numpy as np
from sqlalchemy.orm import Session

from matching.index.build import build_shard
from matching.index.view import View
from matching.ranker.additive import AdditiveRanker
from matching.ranker.document import RankerDocument
from matching.text.encoder import TextEncoder
from matching.text.vectors import text_hash
from providers.catalogue_state import Changes, Stand, catalogue_stand, changes_since, mark_at
from providers.lists import ListsInForce, read_lists
from providers.models import ChangeKind
from providers.overlay import Overlay
from providers.snapshot.opening import Base
from providers.snapshot.reading import Supply, read_supply

RankerInForce = Callable[[Session], RankerDocument]

# Past so many changed providers, and such a share of all, following costs more than building.
CHANGED_AT_MOST = 2_000
CHANGED_SHARE = 100
_READ_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Followed:
    """The catalogue as it stood at one change; immutable.

    Attributes:
        stand: the change.
        base: the columns that the changes are laid over.
        overlay: the changes.
        lists: the lists in force.
        ranker: the ranker in force.
        view: all of it, ready to be matched.
        unread: texts without a vector among those that were read last.
    """

    stand: Stand
    base: Base
    overlay: Overlay = field(repr=False)
    lists: ListsInForce
    ranker: AdditiveRanker
    view: View = field(repr=False)
    unread: tuple[str, ...] = field(default=(), repr=False)

    @property
    def is_worn(self) -> bool:
        """Whether so much has changed since the snapshot that another one should be built."""
        most = max(CHANGED_AT_MOST, self.base.shard.size // CHANGED_SHARE)
        return len(self.overlay.changed) > most


class Follower:
    """Reads the catalogue with one encoder, and the ranker from whoever knows which is in force."""

    def __init__(self, encoder: TextEncoder, ranker_in_force: RankerInForce) -> None:
        self._encoder = encoder
        self._ranker_in_force = ranker_in_force

    def build(self, session: Session) -> Followed:
        """Read the whole catalogue into memory.

        Raises:
            Unavailable: no sector list is published yet.
        """
        lists = read_lists(session, self._encoder)
        supply = self._read(session)
        shard = build_shard(
            supply.candidates,
            supply.matters,
            encoder=self._encoder.version,
            tree=lists.tree,
            codes=supply.codes,
        )
        base = Base(shard, *catalogue_stand(session), lists.sector_list)
        return self._laid(session, base, lists, Overlay(shard), unread=_unread(supply))

    def start(self, session: Session, base: Base) -> Followed:
        """Lay everything that has changed since a snapshot over it.

        The changes since are known to be complete.

        Raises:
            Unavailable: no sector list is published yet.
        """
        lists = read_lists(session, self._encoder)
        overlay = Overlay(base.shard)
        if base.sector_list != lists.sector_list:
            overlay = overlay.under(lists.tree, encoder=self._encoder.version)
        overlay, unread = self._taken_up(
            session, overlay, lists, changes_since(session, base.sequence)
        )
        return self._laid(session, base, lists, overlay, unread=unread)

    def follow(self, session: Session, before: Followed) -> Followed | None:
        """Take up what has changed since; None where that is not known and all is to be read anew.

        Only the providers that changed are read. A change of a list reads the lists anew, one of
        the ranker nothing else.
        """
        changes = changes_since(session, before.stand.sequence)
        if not changes.is_complete or changes.mark != before.stand.mark:
            return None
        lists, overlay, ranker = before.lists, before.overlay, before.ranker
        if ChangeKind.LISTS in changes.kinds:
            lists = read_lists(session, self._encoder)
            if lists.tree != before.lists.tree:
                overlay = overlay.under(lists.tree, encoder=self._encoder.version)
        overlay, unread = self._taken_up(session, overlay, lists, changes)
        if ChangeKind.RANKER in changes.kinds:
            ranker = self._ranker_in_force(session).ranker
        is_same = overlay is before.overlay and lists is before.lists
        return Followed(
            stand=Stand(changes.sequence, mark_at(session, changes.sequence)),
            base=before.base,
            overlay=overlay,
            lists=lists,
            ranker=ranker,
            view=before.view if is_same else overlay.view(lists),
            unread=unread,
        )

    def _taken_up(
        self, session: Session, overlay: Overlay, lists: ListsInForce, changes: Changes
    ) -> tuple[Overlay, tuple[str, ...]]:
        unread: list[str] = []
        ids = sorted(changes.providers)
        # So many at a time: after a large import, all of them at once would not fit into memory.
        for start in range(0, len(ids), _READ_AT_ONCE):
            chosen = ids[start : start + _READ_AT_ONCE]
            supply = self._read(session, chosen)
            overlay = overlay.updated(
                {str(provider_id) for provider_id in chosen},
                supply,
                encoder=self._encoder.version,
                tree=lists.tree,
            )
            unread += _unread(supply)
        return overlay, tuple(dict.fromkeys(unread))

    def _read(self, session: Session, ids: Collection[UUID] | None = None) -> Supply:
        return read_supply(
            session,
            ids,
            encoder_version=self._encoder.version,
            dimensions=self._encoder.dimensions,
        )

    def _laid(
        self,
        session: Session,
        base: Base,
        lists: ListsInForce,
        overlay: Overlay,
        *,
        unread: tuple[str, ...],
    ) -> Followed:
        return Followed(
            stand=catalogue_stand(session),
            base=base,
            overlay=overlay,
            lists=lists,
            ranker=self._ranker_in_force(session).ranker,
            view=overlay.view(lists),
            unread=unread,
        )


def _unread(supply: Supply) -> tuple[str, ...]:
    """Return the texts that have no vector yet, in an order that does not depend on the rows'."""
    if not supply.codes.shape[1]:
        return ()
    missing = (supply.matters[row].text for row in np.flatnonzero(~supply.codes.any(axis=1)))
    texts = {text_hash(text): text for text in missing if text}
    return tuple(texts[key] for key in sorted(texts))
