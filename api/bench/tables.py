"""The figures as Markdown tables: for the terminal, and for docs/performance.md."""

from collections.abc import Iterator, Sequence
from typing import cast

from api.bench.figures_at import Document, at, figure
from api.bench.goals import goals

Row = tuple[str, ...]


def tables_of(documents: Sequence[Document]) -> Iterator[str]:
    """Write every table that the documents have figures for, one document per size."""
    for title, rows in (
        ("What was wanted", goals(documents)),
        ("What was measured on", about(documents)),
        ("Engine, one match", engine(documents)),
        ("HTTP, one process", http(documents)),
        ("Alternatives", alternatives(documents)),
        ("Build, memory, freshness, batch", upkeep(documents)),
    ):
        if len(rows) > 1:
            yield f"### {title}"
            yield ""
            yield from as_markdown(rows)
            yield ""


def as_markdown(rows: Sequence[Row]) -> Iterator[str]:
    """Write a table, its first row the heads, its columns as wide as they need to be."""
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for number, row in enumerate(rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            yield f"| {' | '.join('-' * width for width in widths)} |"


def _heads(documents: Sequence[Document], *first: str) -> Row:
    return (*first, *(f"{figure(one, 'supply', 'providers')} providers" for one in documents))


def about(documents: Sequence[Document]) -> list[Row]:
    """The machine, the supply, and how long it all took."""
    rows = [_heads(documents, "")]
    for name, path in (
        ("processor", ("machine", "processor")),
        ("cores", ("machine", "cores")),
        ("memory, GB", ("machine", "memory_gb")),
        ("system", ("machine", "system")),
        ("Python", ("machine", "python")),
        ("seed", ("supply", "seed")),
        ("rounds", ("rounds",)),
        ("made and loaded in, s", ("load_seconds",)),
        ("whole run, s", ("seconds",)),
    ):
        rows.append((name, *(figure(one, *path) for one in documents)))
    return rows


def engine(documents: Sequence[Document]) -> list[Row]:
    """Times of one match by breadth of the need, and the distance from the floor."""
    rows = [_heads(documents, "needs", "figure")]
    groups = list(
        dict.fromkeys(
            name
            for one in documents
            for name in cast(Document, at(one, "engine", "eligible") or {})
        )
    )
    for name in groups:
        rows.append(
            (
                name,
                "candidates: min, median, max",
                *(
                    ", ".join(
                        figure(one, "engine", "eligible", name, which)
                        for which in ("min", "median", "max")
                    )
                    for one in documents
                ),
            )
        )
        for threads, said in (("two_threads", "two threads"), ("one_thread", "one thread")):
            rows.append(
                (
                    name,
                    f"p50, p99, ms, {said}",
                    *(
                        ", ".join(
                            figure(one, "engine", threads, name, which)
                            for which in ("p50_ms", "p99_ms")
                        )
                        for one in documents
                    ),
                )
            )
    if groups:
        for said, name in (
            ("memory bandwidth, GB/s", "bandwidth_gb_per_second"),
            ("bytes read for a candidate", "bytes_per_provider"),
            ("floor p50, ms", "floor_p50_ms"),
            ("engine p50, ms", "engine_p50_ms"),
            ("times the floor", "times_the_floor"),
        ):
            rows.append(
                ("broad", said, *(figure(one, "engine", "floor", name) for one in documents))
            )
    return rows


def http(documents: Sequence[Document]) -> list[Row]:
    """Requests per second by connections, beside the bare endpoint."""
    rows = [_heads(documents, "connections", "figure")]
    counts = list(
        dict.fromkeys(
            name
            for one in documents
            for name in cast(Document, at(one, "http", "connections") or {})
        )
    )
    for count in counts:
        for said, path, scale, unit in (
            ("match, requests/s", ("match", "per_second"), 1.0, ""),
            ("match, p99 ms", ("match", "p99_ms"), 1.0, ""),
            ("bare endpoint, requests/s", ("bare", "per_second"), 1.0, ""),
            ("bare endpoint, p99 ms", ("bare", "p99_ms"), 1.0, ""),
            ("share of the bare endpoint", ("share_of_bare",), 100.0, " %"),
            ("texts never seen, requests/s", ("unseen", "per_second"), 1.0, ""),
            ("texts never seen, p99 ms", ("unseen", "p99_ms"), 1.0, ""),
            ("client at work while bare", ("bare", "client_busy"), 100.0, " %"),
        ):
            rows.append(
                (
                    count,
                    said,
                    *(
                        figure(one, "http", "connections", count, *path, scale=scale, unit=unit)
                        for one in documents
                    ),
                )
            )
    return rows


def alternatives(documents: Sequence[Document]) -> list[Row]:
    """What others would build, beside the engine in the same rounds."""
    rows = [_heads(documents, "", "figure")]
    if not any(at(one, "alternatives") for one in documents):
        return rows
    for name, title in (
        ("engine", "engine, exact, with reasons"),
        ("ranking", "engine, exact, ranking alone"),
        ("postgresql", "PostgreSQL + LightGBM"),
        ("tantivy", "Tantivy + LightGBM"),
    ):
        rows.append(
            (
                title,
                "p50, p99, ms",
                *(
                    ", ".join(
                        figure(one, "alternatives", name, which) for which in ("p50_ms", "p99_ms")
                    )
                    for one in documents
                ),
            )
        )
        if name in ("engine", "ranking"):
            continue
        for said, key, scale, unit in (
            ("the engine is faster, p50", "engine_is_faster_p50", 1.0, " ×"),
            ("ranking alone is faster, p50", "ranking_is_faster_p50", 1.0, " ×"),
            ("recall of the exact top 10", "recall_of_exact_top_10", 100.0, " %"),
            ("exact top 10 among the 200 fetched", "exact_top_10_among_fetched", 100.0, " %"),
        ):
            rows.append(
                (
                    title,
                    said,
                    *(
                        figure(one, "alternatives", name, key, scale=scale, unit=unit)
                        for one in documents
                    ),
                )
            )
    return rows


def upkeep(documents: Sequence[Document]) -> list[Row]:
    """What it takes to build, to hold, to follow, and to match everything anew."""
    rows = [_heads(documents, "figure")]
    for said, path in (
        ("snapshot built in, s", ("build", "seconds")),
        ("snapshot, bytes per provider", ("build", "bytes_per_provider")),
        ("peak memory of the build, MB", ("build", "peak_mb")),
        ("of these, no pages of files, MB", ("build", "peak_anonymous_mb")),
        ("peak memory, times the snapshot", ("build", "peak_times_snapshot")),
        ("memory of one API process, MB", ("memory", "one_mb")),
        ("memory of four, MB", ("memory", "all_mb")),
        ("four against one", ("memory", "times_one")),
        ("a change appears, p50 ms", ("freshness", "appears", "p50_ms")),
        ("a change appears, p99 ms", ("freshness", "appears", "p99_ms")),
        ("a suspended provider is gone, p50 ms", ("freshness", "disappears", "p50_ms")),
        ("a suspended provider is gone, p99 ms", ("freshness", "disappears", "p99_ms")),
        ("needs matched anew per second and core", ("batch", "needs_per_second_and_core")),
        ("the same, texts encoded on the way", ("batch", "encoded_needs_per_second_and_core")),
        ("100,000 needs on one core, hours", ("batch", "hours_for_100000_needs_on_one_core")),
    ):
        if any(at(one, *path) is not None for one in documents):
            rows.append((said, *(figure(one, *path) for one in documents)))
    return rows
