"""What else would find providers: Tantivy, with filters and words, top 200. The bench alone needs it."""

from collections.abc import Iterable
from pathlib import Path

import tantivy

from api.bench.alternatives import Found, as_found
from api.bench.documents import FETCHED, Document, Filters


class TantivyRetriever:
    """Terms for the codes, BM25 over stemmed words, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        fields = tantivy.SchemaBuilder()
        fields.add_integer_field("row", fast=True)
        fields.add_text_field("words", tokenizer_name="en_stem", index_option="freq")
        fields.add_text_field("places", tokenizer_name="raw", index_option="basic")
        fields.add_text_field("sectors", tokenizer_name="raw", index_option="basic")
        self._schema = fields.build()
        folder.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(self._schema, path=str(folder))

    def load(self, chunks: Iterable[list[Document]]) -> None:
        """Fill the index and bring it into as few segments as it makes of itself."""
        writer = self._index.writer(heap_size=256_000_000, num_threads=2)
        for chunk in chunks:
            for one in chunk:
                writer.add_document(
                    tantivy.Document(
                        row=one.row,
                        words=one.words,
                        places=list(one.places),
                        sectors=list(one.sectors),
                    )
                )
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def find(self, filters: Filters) -> Found:
        """Return those that share a word, within the filters."""
        must = tantivy.Occur.Must
        query = self._index.parse_query(filters.words, ["words"])
        parts = [(must, query)]
        for field, codes in (("places", filters.places), ("sectors", filters.sectors)):
            if codes:
                term_set = tantivy.Query.term_set_query(self._schema, field, list(codes))
                # A filter says nothing of how well somebody fits.
                parts.append((must, tantivy.Query.const_score_query(term_set, 0.0)))
        hits = self._searcher.search(
            tantivy.Query.boolean_query(parts), limit=FETCHED, count=False
        ).hits
        rows = self._searcher.fast_field_values("row", [address for _, address in hits])
        return as_found([(row, score) for row, (score, _) in zip(rows, hits, strict=True)])
