"""When something is due: requests of people, and what must be told of a breach."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone

from core.privacy.law import (
    UNKNOWN_LAW,
    BreachStart,
    Clock,
    Law,
    LawVersion,
    RequestClocks,
    RequestKind,
    Unit,
    law_of,
    packaged_laws,
)

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class RequestDue:
    """When a request is to be answered, carried out, and to when that can be put off once.

    `law` is the law that was asked, or `unknown`; where it sets no number, the strictest one known
    is used. `extended_at` is None where no law that binds allows to put it off.
    """

    law: str
    answer_at: datetime
    carry_out_at: datetime
    extended_at: datetime | None


@dataclass(frozen=True, slots=True)
class BreachDue:
    """When a breach is told to the authority and to the people, None where the law sets no day.

    `is_notifiable` goes by the number of people; a law may want to be told of significant harm to
    fewer.
    """

    law: str
    is_notifiable: bool
    authority_at: datetime | None
    persons_at: datetime | None


def due_at(start: datetime, clock: Clock, utc_offset_hours: int) -> datetime:
    """Return when a clock that was started runs out.

    Hours run from the moment; days end with the last one of them, where the law applies. A holiday
    counts as a working day: that is early, never late.
    """
    if clock.unit is Unit.HOURS:
        return start + timedelta(hours=clock.value)
    zone = timezone(timedelta(hours=utc_offset_hours))
    day = start.astimezone(zone).date()
    left = clock.value
    while left:
        day += timedelta(days=1)
        if clock.unit is Unit.DAYS or day.weekday() < _SATURDAY:
            left -= 1
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(start.tzinfo)


def request_due(place: str | None, kind: RequestKind, received_at: datetime) -> RequestDue:
    """Return when a request of somebody of a place is due."""
    law = law_of(place)
    answer_at = _due(law, received_at, lambda version: _of(version, kind).answer)
    carry_out_at = _due(law, received_at, lambda version: _of(version, kind).carry_out)
    own = law.on(received_at.date()) if law else None
    extension = _of(own, kind).extension if own else None
    return RequestDue(
        law.code if law and own else UNKNOWN_LAW,
        answer_at=min(answer_at, carry_out_at),
        carry_out_at=carry_out_at,
        extended_at=due_at(carry_out_at, extension, law.utc_offset_hours)
        if law and extension
        else None,
    )


def breach_due(
    place: str | None, *, aware_at: datetime, assessed_at: datetime | None, people: int
) -> BreachDue:
    """Return when a breach that concerns people of a place is to be told.

    Args:
        place: whose law.
        aware_at: when it was known of.
        assessed_at: when it was known to be one that must be told of; None: not yet, and the clock
            runs from `aware_at`, which is early.
        people: how many of this law are affected.
    """
    law = law_of(place)
    version = law.on(aware_at.date()) if law else None
    if law is None or version is None:
        first = _due(None, aware_at, _authority)
        return BreachDue(UNKNOWN_LAW, is_notifiable=True, authority_at=first, persons_at=first)
    breach = version.breach
    if breach is None:
        return BreachDue(law.code, is_notifiable=False, authority_at=None, persons_at=None)
    starts_at = assessed_at if breach.starts is BreachStart.ASSESSED and assessed_at else aware_at
    authority_at = _due(law, starts_at, _authority)
    return BreachDue(
        law.code,
        is_notifiable=breach.from_people is None or people >= breach.from_people,
        authority_at=authority_at,
        persons_at=due_at(authority_at, breach.persons, law.utc_offset_hours)
        if breach.persons
        else None,
    )


def _authority(version: LawVersion) -> Clock | None:
    return version.breach.authority if version.breach else None


def _of(version: LawVersion, kind: RequestKind) -> RequestClocks:
    return version.requests.get(kind, RequestClocks())


def _due(law: Law | None, start: datetime, pick: Callable[[LawVersion], Clock | None]) -> datetime:
    """Return when the law's clock runs out, or the first one of all laws where it has none."""
    own = law.on(start.date()) if law else None
    clock = pick(own) if own else None
    if law and clock:
        return due_at(start, clock, law.utc_offset_hours)
    return min(_ends(start, pick))


def _ends(start: datetime, pick: Callable[[LawVersion], Clock | None]) -> Iterable[datetime]:
    """Run the clock of every law, as it is in force or, before that, as it came into force last."""
    for one in packaged_laws():
        clock = pick(one.on(start.date()) or one.versions[-1])
        if clock is not None:
            yield due_at(start, clock, one.utc_offset_hours)
