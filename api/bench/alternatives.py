"""What else would find providers: here PostgreSQL, with filters and words, top 200."""

from collections.abc import Iterable
from typing import Protocol

import numpy as np
import psycopg

from api.bench.documents import FETCHED, Document, Filters
from matching.types import FloatArray, IntArray

Found = tuple[IntArray, FloatArray]
"""Rows of providers, best first, and how well their words fit."""


class Retriever(Protocol):
    """Finds the providers that fit a need best by filters and words."""

    def load(self, chunks: Iterable[list[Document]]) -> None:
        """Take in the documents."""
        ...

    def find(self, filters: Filters) -> Found:
        """Return at most `FETCHED` of them."""
        ...


class PostgresqlRetriever:
    """GIN indexes over the words and over arrays of codes, ordered by `ts_rank`."""

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)

    def load(self, chunks: Iterable[list[Document]]) -> None:
        """Create the table, fill and index it."""
        run = self._connection.execute
        run(
            "CREATE TABLE document (row integer PRIMARY KEY, places text[] NOT NULL, "
            "sectors text[] NOT NULL, words text NOT NULL, vector tsvector GENERATED ALWAYS AS "
            "(to_tsvector('english', words)) STORED)"
        )
        for chunk in chunks:
            with (
                self._connection.cursor() as cursor,
                cursor.copy("COPY document (row, places, sectors, words) FROM STDIN") as copy,
            ):
                for one in chunk:
                    copy.write_row((one.row, list(one.places), list(one.sectors), one.words))
        for column in ("vector", "places", "sectors"):
            run(f"CREATE INDEX ON document USING gin ({column})")  # our own names
        run("VACUUM ANALYZE document")

    def find(self, filters: Filters) -> Found:
        """Return those that share a word, within the filters."""
        asked = ["vector @@ q"]
        values: dict[str, object] = {"words": filters.words, "most": FETCHED}
        if filters.places:
            asked.append("places && %(places)s")
            values["places"] = list(filters.places)
        if filters.sectors:
            asked.append("sectors && %(sectors)s")
            values["sectors"] = list(filters.sectors)
        # Any of the words, as BM25 has it: `plainto_tsquery` alone asks for all of them.
        found = self._connection.execute(
            "SELECT row, ts_rank(vector, q) FROM document, "  # noqa: S608 conditions of our own, values apart
            "CAST(replace(CAST(plainto_tsquery('english', %(words)s) AS text), '&', '|') AS tsquery) q "
            f"WHERE {' AND '.join(asked)} ORDER BY 2 DESC, 1 LIMIT %(most)s",
            values,
        ).fetchall()
        return as_found(found)

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()


def as_found(rows: Iterable[tuple[object, ...]]) -> Found:
    """Turn pairs of row and score into arrays."""
    pairs = np.array([(float(str(row)), float(str(score))) for row, score in rows]).reshape(-1, 2)
    return pairs[:, 0].astype(np.int64), pairs[:, 1]
