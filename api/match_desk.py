"""Where matches are asked for: in turn, in time, and once for all who ask the same at the same time."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Executor, Future
from datetime import date
from functools import partial

from api.batch import Places
from core.settings import Settings
from core.single_flight import SingleFlight
from core.turns import Turn, Turns
from enterprises import matching_service
from enterprises.errors import MatchOutOfTime
from enterprises.schemas import MatchRequest
from providers.engine import EngineHolder

_SHARED_AT_ONCE = 1_024
_BATCHES_AT_ONCE = 2


def make_turns(settings: Settings, kind: Callable[..., Turns] = Turns) -> Turns:
    """Return the turns at matching that a process gives, of the plain kind or another."""
    return kind(
        at_once=settings.matches_at_once,
        waiting=settings.matches_waiting,
        seconds=settings.match_deadline_ms / 1_000,
        # The others answer what needs no turn: pages, and whether the server is well.
        waiting_threads=max(settings.request_threads // 2, 1),
    )


class MatchDesk:
    """Answers needs that are not stored, and gives turns to whoever matches one that is.

    A match is work for a processor, so more of them at once than there are processors would only
    make each of them late: the others wait in order, without a thread, and within bounds.

    Args:
        holder: gives out the engine.
        turns: given to matches.
        threads: gives as many threads as there are turns, and nothing else to do: requests that
            wait for a database keep no match from its turn.
        clock: seconds on a clock that never goes back.
    """

    def __init__(
        self,
        holder: EngineHolder,
        turns: Turns,
        threads: Executor,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.turns = turns
        self.batches = Places(_BATCHES_AT_ONCE)
        self._holder = holder
        self._clock = clock
        self._threads = threads
        # By the very engine, which stays alive while it computes, the day, and the whole need.
        self._shared = SingleFlight[tuple[int, date, str], bytes](at_most=_SHARED_AT_ONCE)

    async def answer(self, body: MatchRequest, *, today: date, is_patient: bool = False) -> bytes:
        """Match a need that is not stored.

        Args:
            body: the need.
            today: the day of the match where the need names none.
            is_patient: wait for a turn however long it takes.

        Returns:
            What `match_schemas.MatchRead` says, as JSON in UTF-8.

        Raises:
            Overloaded: too many wait already, or no turn came in time.
            MatchOutOfTime: it took too long.
            InvalidInput: a code is unknown, the text cannot be read, or nothing is asked for.
            Unavailable: nothing is loaded yet.
        """
        until: float | None = None
        while True:
            outcome, turn, is_own = await self.turns.run(
                partial(self._compute_or_join, body, today),
                self._threads,
                is_patient=is_patient,
                until=until,
            )
            if not outcome.done():
                # Whoever computes it stops in time, so this ends as well.
                await asyncio.wait([asyncio.wrap_future(outcome)])
            gave_up = isinstance(outcome.exception(), MatchOutOfTime)
            if is_own or not gave_up or turn.is_over():
                return outcome.result()
            # It was the time of whoever computed it that was up, and not this one's.
            until = turn.ends_at

    def _compute_or_join(
        self, body: MatchRequest, today: date, turn: Turn
    ) -> tuple["Future[bytes]", Turn, bool]:
        """Return the outcome, the turn as it was lengthened, and whether it was computed here."""
        asked_at = self._clock()
        engine = self._holder.current()
        # The catalogue may have had to be read anew, which is no fault of this match.
        turn = turn.extended(self._clock() - asked_at)

        is_own = False

        def compute() -> bytes:
            nonlocal is_own
            is_own = True
            return matching_service.match(
                engine, body, today=today, out_of_time=turn.is_over
            ).as_bytes()

        key = (id(engine), body.on or today, body.model_dump_json())
        outcome = self._shared.compute_or_join(key, compute)
        return outcome, turn, is_own
