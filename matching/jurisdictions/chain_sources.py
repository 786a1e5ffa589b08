"""Everything that a comparison rests on, each instrument and each address once."""

from collections.abc import Iterable, Iterator

from matching.jurisdictions.chain_types import ForumChain
from matching.jurisdictions.types import Institution, Route, Source, UsedInstrument


def routes_of(forums: Iterable[ForumChain]) -> Iterator[Route]:
    """Return every route that some cell rests on, in order, repeated where it is."""
    for forum in forums:
        for step in forum.steps:
            for cell in step.enforcement:
                if cell.route is not None:
                    yield cell.route
                yield from (way.route for way in cell.ways if way.route is not None)


def instruments_of(forums: tuple[ForumChain, ...]) -> tuple[UsedInstrument, ...]:
    """Return the instruments that routes and interim measures rest on."""
    routes = (used for route in routes_of(forums) for used in route.instruments)
    interim = (
        measure.instrument
        for forum in forums
        for step in forum.steps
        for measure in step.interim
        if measure.instrument is not None
    )
    return tuple(dict.fromkeys((*routes, *interim)))


def institutions_of(forums: tuple[ForumChain, ...]) -> tuple[Institution, ...]:
    """Return the institutions of every step, by id."""
    found = {
        one.institution_id: one
        for forum in forums
        for step in forum.steps
        for one in step.institutions
    }
    return tuple(found[institution_id] for institution_id in sorted(found))


def sources_of(forums: tuple[ForumChain, ...]) -> tuple[Source, ...]:
    """Return where a reader can look: for routes, notes, institutions, measures, cooperation."""
    sources: dict[str, Source] = {}
    for source in _allsources_of(forums):
        sources.setdefault(source.url, source)
    return tuple(sources.values())


def _allsources_of(forums: tuple[ForumChain, ...]) -> Iterator[Source]:
    for route in routes_of(forums):
        yield from route.sources
    for forum in forums:
        for one in forum.cooperations:
            yield Source(one.source_url, one.name, None)
        for note in (*forum.notes, *(note for step in forum.steps for note in step.notes)):
            if note.source is not None:
                yield note.source
        for step in forum.steps:
            for institution in step.institutions:
                yield Source(institution.source_url, institution.name, None)
            for measure in step.interim:
                used = measure.instrument
                if used is not None:
                    yield Source(used.source_url, used.name, used.as_of)
