"""Judged sets as files, read for `landbridge evaluate` and `landbridge affinity`."""

import csv
import gzip
import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TextIO

from api.cli.failures import CommandFailed
from matching.evaluation.awards import AwardedNeed, AwardsBench
from matching.evaluation.retrieval import RetrievalBench
from matching.text.folding import script_of, simplify, traditionalise
from matching.types import Script, evidence_text

Row = Mapping[str, str]

# The sets name the same things differently; the first column that a set has is taken.
DATE_COLUMNS = ("signed", "awarded")
CLIENT_COLUMNS = ("project_id", "agency", "unit")
AMOUNT_COLUMNS = ("amount_usd", "amount_sgd")
# What baselines may read as words: kinds of work, and who asks.
LABEL_COLUMNS = ("organisation", "unit", "commodity", "service_type")
# Kinds of work alone become sectors: not the industry of the client (`sector`), nor what is known
# only after an award (`status`).
SECTOR_COLUMNS = ("service_type", "commodity")
NO_SECTOR = frozenset({"Not assigned", "Others", "MISCELLANEOUS SRVCS"})
CONSULTING = "Consultant Services"
# Languages in which needs are written and evidence is expected, where a set has more.
QUERY_LANGUAGES = ("en", "zh")
DOCUMENT_LANGUAGES = ("en", "zh", "vi", "th")


@dataclass(frozen=True, slots=True)
class NamedRetrieval:
    """A retrieval set and what it is called in the report (`en-zh`, `given`)."""

    name: str
    bench: RetrievalBench


@dataclass(frozen=True, slots=True)
class AffinityLine:
    """One line of an affinity file: the object as it stands, with its checked parts."""

    document: dict[str, object]
    query: str
    candidates: tuple[dict[str, object], ...]
    evidence: tuple[tuple[str, ...], ...]

    def scored(self, scores: Sequence[float]) -> dict[str, object]:
        """Return the object with a `score` for each candidate, in the same order."""
        candidates = [
            {**candidate, "score": score}
            for candidate, score in zip(self.candidates, scores, strict=True)
        ]
        return {**self.document, "candidates": candidates}


def read_awards(
    folder: Path, history: Path | None, cut: tuple[date, date] | None = None
) -> AwardsBench:
    """Read needs and awards: the past, and the needs to measure.

    Without `history` the past is the part `train` and the needs measured those of the part `dev`;
    with it the past is everything in `history`, and the needs measured are `folder`'s. Only needs
    marked `query` are measured; where a set tells consulting from the rest, only that counts.
    With a `cut` both come from `train`: the past before its first day, the needs up to its last.

    Raises:
        CommandFailed: a file or column is missing, or a value cannot be read.
    """
    winners = _winners(folder)
    measured = _needs(folder, winners)
    if cut is not None:
        past, queries = _cut([need for need, row in measured if row["split"] == "train"], *cut)
    elif history is None:
        past = [need for need, row in measured if row["split"] == "train"]
        queries = [n for n, row in measured if row["split"] == "dev" and row["query"] == "True"]
    else:
        past = [need for need, _row in _needs(history, _winners(history))]
        queries = [need for need, row in measured if row["query"] == "True"]
    if not past or not queries:
        raise CommandFailed(f"{folder}: {len(past)} past needs and {len(queries)} to measure")
    homes: dict[str, str | None] = {}
    for source in (history, folder) if history else (folder,):
        for name in ("providers.csv.gz", "providers_new.csv.gz"):
            if (source / name).exists():
                rows = _csv(source / name, ("provider_id", "country_code"))
                homes.update((row["provider_id"], row["country_code"] or None) for row in rows)
    return AwardsBench(tuple(past), tuple(queries), homes)


def _cut(
    needs: Sequence[AwardedNeed], first: date, last: date
) -> tuple[list[AwardedNeed], list[AwardedNeed]]:
    """Split dated needs in two; of repeats of one text for one client the first is measured."""
    past = [need for need in needs if need.on is not None and need.on < first]
    queries = {
        (need.client, need.text): need
        for need in reversed(needs)
        if need.on is not None and first <= need.on <= last
    }
    return past, list(reversed(queries.values()))


def _winners(folder: Path) -> dict[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for row in _csv(folder / "awards.csv.gz", ("need_id", "provider_id")):
        found[row["need_id"]][row["provider_id"]] = None
    return {need_id: tuple(providers) for need_id, providers in found.items()}


def _needs(folder: Path, winners: Mapping[str, tuple[str, ...]]) -> list[tuple[AwardedNeed, Row]]:
    path = folder / "needs.csv.gz"
    rows = _csv(path, ("need_id", "description", "split", "query"))
    if rows and "category" in rows[0]:
        rows = [row for row in rows if row["category"] == CONSULTING]
    return [(_need(row, winners, path), row) for row in rows]


def _need(row: Row, winners: Mapping[str, tuple[str, ...]], path: Path) -> AwardedNeed:
    day, amount = _first(row, DATE_COLUMNS), _first(row, AMOUNT_COLUMNS)
    try:
        on = date.fromisoformat(day) if day else None
        value = float(amount) if amount else None
    except ValueError as error:
        raise CommandFailed(f"{path}: need {row['need_id']}: {error}") from error
    return AwardedNeed(
        need_id=row["need_id"],
        title=row.get("project_name", ""),
        description=row["description"],
        winners=winners.get(row["need_id"], ()),
        on=on,
        jurisdiction=row.get("country_code") or None,
        client=_first(row, CLIENT_COLUMNS),
        amount=value,
        labels=tuple(row[name] for name in LABEL_COLUMNS if row.get(name)),
        sectors=tuple(
            f"{name}:{row[name]}"
            for name in SECTOR_COLUMNS
            if row.get(name) and row[name] not in NO_SECTOR
        ),
        region=row.get("region") or None,
    )


def _first(row: Row, columns: Sequence[str]) -> str | None:
    return next((row[name] for name in columns if name in row), None) or None


def read_retrieval(folder: Path, languages: Sequence[str] | None) -> list[NamedRetrieval]:
    """Read a retrieval set.

    With `qrels.LANG` files every pair of query and document language is a set of its own: English
    and Chinese queries on English, Chinese, Vietnamese and Thai documents, or every pair of
    `languages`. A Chinese set without them is read as it is and with its queries typed in the
    other script.

    Raises:
        CommandFailed: no set is there, or a line cannot be read.
    """
    qrels = sorted(folder.glob("qrels.*.jsonl.gz"))
    if not qrels:
        return _single_set(folder)
    present = [path.name.split(".")[1] for path in qrels]
    asked = list(languages or ())
    unknown = [language for language in asked if language not in present]
    if unknown:
        raise CommandFailed(f"{folder} has no {unknown[0]}: it has {', '.join(present)}")
    sets: list[NamedRetrieval] = []
    for query_language in asked or [lang for lang in QUERY_LANGUAGES if lang in present]:
        for language in asked or [lang for lang in DOCUMENT_LANGUAGES if lang in present]:
            queries = _jsonl(folder / f"queries.{query_language}.jsonl.gz")
            documents = _jsonl(folder / f"docs.{language}.jsonl.gz")
            relevant: dict[str, dict[str, int]] = defaultdict(dict)
            for row in _jsonl(folder / f"qrels.{language}.jsonl.gz"):
                relevant[_text(row, "query_id")][_text(row, "doc_id")] = 1
            bench = _retrieval(queries, documents, relevant)
            sets.append(NamedRetrieval(f"{query_language}-{language}", bench))
    return sets


def _single_set(folder: Path) -> list[NamedRetrieval]:
    documents = sorted(folder.glob("docs*.jsonl.gz"))
    queries = sorted(folder.glob("queries*.jsonl.gz"))
    if len(documents) != 1 or len(queries) != 1:
        raise CommandFailed(
            f"{folder} holds no retrieval set: one docs*.jsonl.gz and one queries*.jsonl.gz, or "
            "docs.LANG, queries.LANG and qrels.LANG for each language"
        )
    rows, asked = _jsonl(documents[0]), _jsonl(queries[0])
    relevant = {
        _text(row, "query_id"): dict.fromkeys(_relevant_ids(row, queries[0]), 1) for row in asked
    }
    given = _retrieval(asked, rows, relevant)
    sets = [NamedRetrieval("given", given)]
    script = script_of(" ".join(given.queries[:200]))
    if script is not Script.EN:
        convert = simplify if script is Script.ZH_HANT else traditionalise
        other = Script.ZH_HANS if script is Script.ZH_HANT else Script.ZH_HANT
        typed = RetrievalBench(
            given.document_ids,
            given.documents,
            given.query_ids,
            tuple(convert(query) for query in given.queries),
            given.qrels,
        )
        sets.append(NamedRetrieval(f"queries in {other}", typed))
    return sets


def _relevant_ids(row: Mapping[str, object], path: Path) -> list[str]:
    ids = row.get("doc_ids", [row.get("doc_id")])
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
        raise CommandFailed(f"{path}: query {row.get('query_id')!r} names no doc_id")
    return ids


def _retrieval(
    queries: Sequence[Mapping[str, object]],
    documents: Sequence[Mapping[str, object]],
    relevant: Mapping[str, Mapping[str, int]],
) -> RetrievalBench:
    asked = [row for row in queries if _text(row, "query_id") in relevant]
    return RetrievalBench(
        document_ids=tuple(_text(row, "doc_id") for row in documents),
        documents=tuple(
            evidence_text(str(row.get("title") or row.get("name") or ""), _text(row, "text"))
            for row in documents
        ),
        query_ids=tuple(_text(row, "query_id") for row in asked),
        queries=tuple(_text(row, "text") for row in asked),
        qrels={_text(row, "query_id"): relevant[_text(row, "query_id")] for row in asked},
    )


def read_affinity(path: Path) -> list[AffinityLine]:
    """Read `{"query", "candidates": [{"id", "evidence": [text, ...]}]}`, one object a line.

    Raises:
        CommandFailed: a line is not of that form; it is named.
    """
    lines: list[AffinityLine] = []
    for number, row in enumerate(_jsonl(path), start=1):
        query, candidates = row.get("query"), row.get("candidates")
        if not isinstance(query, str) or not isinstance(candidates, list):
            raise CommandFailed(f"{path}, line {number}: needs a query and a list of candidates")
        evidence: list[tuple[str, ...]] = []
        for candidate in candidates:
            texts = candidate.get("evidence") if isinstance(candidate, dict) else None
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                raise CommandFailed(
                    f"{path}, line {number}: a candidate needs an id and a list of evidence texts"
                )
            evidence.append(tuple(texts))
        lines.append(AffinityLine(dict(row), query, tuple(candidates), tuple(evidence)))
    return lines


def _csv(path: Path, columns: Sequence[str]) -> list[Row]:
    with _open(path) as file:
        reader = csv.DictReader(file)
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise CommandFailed(f"{path} has no column {missing[0]}")
        return list(reader)


def _jsonl(path: Path) -> list[Mapping[str, object]]:
    rows: list[Mapping[str, object]] = []
    with _open(path) as file:
        for number, line in _lines(path, file):
            try:
                row = json.loads(line)
            except ValueError as error:
                raise CommandFailed(f"{path}, line {number}: no JSON: {error}") from error
            if not isinstance(row, dict):
                raise CommandFailed(f"{path}, line {number}: not an object")
            rows.append(row)
    return rows


def _lines(path: Path, file: TextIO) -> Iterator[tuple[int, str]]:
    try:
        yield from ((number, line) for number, line in enumerate(file, start=1) if line.strip())
    except (UnicodeDecodeError, gzip.BadGzipFile, EOFError) as error:
        raise CommandFailed(f"{path} cannot be read: {error}") from error


def _open(path: Path) -> TextIO:
    if not path.exists():
        raise CommandFailed(f"{path} is missing")
    if path.suffix == ".gz":
        return gzip.open(path, "rt", encoding="utf-8", newline="")
    return path.open(encoding="utf-8", newline="")


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    if not isinstance(value, str):
        raise CommandFailed(f"a line has no text in {name!r}: {str(row)[:80]}")
    return value
