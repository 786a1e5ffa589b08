"""`landbridge match` and `landbridge understand`: a need in, providers or a reading out."""

import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from api.cli.console import print_json
from api.cli.database import load_settings, open_current_database
from api.cli.engines import open_engine_holder
from api.cli.failures import CommandFailed, explain, one_line

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.settings import Settings
    from enterprises.schemas import MatchRequest, ReadingRead
    from providers.engine import Engine

app = typer.Typer()

MAX_FILE_BYTES = 1_000_000


class Language(StrEnum):
    """Languages in which `match` answers."""

    EN = "en"
    ZH_HANS = "zh-Hans"
    ZH_HANT = "zh-Hant"


def parse_day(written: str) -> date:
    """Read a date of an option.

    Raises:
        typer.BadParameter: it is not written YYYY-MM-DD.
    """
    try:
        if len(written) != 10:
            raise ValueError(written)
        return date.fromisoformat(written)
    except ValueError as error:
        raise typer.BadParameter(f"{written!r} is no date: write it as YYYY-MM-DD") from error


TextOption = Annotated[
    str | None, typer.Option("--text", help="The need in words: English or Chinese, either script.")
]
OnOption = Annotated[
    date | None,
    typer.Option(
        "--on", parser=parse_day, metavar="DATE", help="The day it is written on; today by default."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


@app.command()
def match(
    text: TextOption = None,
    file: Annotated[
        str | None,
        typer.Option("--file", metavar="NEED.json", help="A structured need; - reads stdin."),
    ] = None,
    top: Annotated[
        int | None, typer.Option("--top", min=1, max=100, help="How many providers; 10 by default.")
    ] = None,
    on: OnOption = None,
    language: Annotated[
        Language | None,
        typer.Option("--lang", help="Language of the answer; the text's by default."),
    ] = None,
    why: Annotated[
        str | None,
        typer.Option(
            "--why",
            metavar="PROVIDER",
            help="Say why this provider, an id or a name, stands where it stands instead, and what "
            "would bring it among the first.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Rank the providers that may serve a need, with the reasons for each."""
    _require_one(text, file)
    settings = load_settings()
    body = _as_request(text, file, top=top, on=on)
    with open_engine_and_session(settings) as (engine, session):
        if why is not None:
            _explain_provider(engine, session, body, why, language=language, as_json=as_json)
            return
        from enterprises import matching_service

        matched = matching_service.match(engine, body, today=_today())
        if as_json:
            print_json(matched.as_json())
            return
        result = matched.as_read()
        from api.cli.match_table import print_match
        from matching.types import Script

        read_in = result.reading.text_lang if result.reading else Script.EN
        print_match(result, Script(language or read_in), engine.jurisdiction_names)


def _explain_provider(
    engine: "Engine",
    session: "Session",
    body: "MatchRequest",
    provider: str,
    *,
    language: Language | None,
    as_json: bool,
) -> None:
    from enterprises.why import explain_provider
    from enterprises.why_schemas import WhyRequest

    asked = {**body.model_dump(), "provider_id": _provider_id(session, provider)}
    found = explain_provider(engine, session, WhyRequest.model_validate(asked), today=_today())
    if as_json:
        print_json(found.model_dump(mode="json", by_alias=True))
        return
    from api.cli.why_text import print_why
    from matching.types import Script

    read_in = found.reading.text_lang if found.reading else Script.EN
    print_why(found, Script(language or read_in), engine.jurisdiction_names)


def _provider_id(session: "Session", written: str) -> UUID:
    """Return the id of a provider that is named by it, or by its name.

    Raises:
        CommandFailed: no published provider has the name, or several have.
    """
    from enterprises.why import find_by_name

    with suppress(ValueError):
        return UUID(written)
    found = find_by_name(session, written, limit=4)
    if len(found) == 1:
        return found[0].id
    if not found:
        raise CommandFailed(f"no provider is called {written!r}: give its name or its id")
    some = "; ".join(f"{one.name} ({one.id})" for one in found[:3])
    more = " and others" if len(found) > 3 else ""
    raise CommandFailed(f"{written!r} may be several: {some}{more}. Give the id of one")


@app.command()
def understand(
    text: TextOption = None,
    file: Annotated[
        str | None, typer.Option("--file", help="A text file with the need; - reads stdin.")
    ] = None,
    on: OnOption = None,
    as_json: JsonOption = False,
) -> None:
    """Read a need and show what was understood, and from which words."""
    _require_one(text, file)
    settings = load_settings()
    words = text if text is not None else _decode(_read(file or "-"), file or "-")
    with open_engine_and_session(settings) as (engine, _):
        from enterprises.understanding import read_text

        reading = read_text(engine, words, on=on or _today())
        if as_json:
            print_json(as_document(reading, words))
            return
        from api.cli.reading_text import print_reading

        print_reading(reading, words, {**engine.jurisdiction_names, **engine.sector_names})


def as_document(reading: "ReadingRead", text: str) -> dict[str, Any]:  # Any: a JSON document
    """Write a reading as `understand --json` promises: spans as pairs, unused phrases as words."""
    document = reading.model_dump(mode="json")
    for fact in document["facts"]:
        fact["spans"] = [[span["start"], span["end"]] for span in fact["spans"]]
    document["not_used"] = [text[span.start : span.end] for span in reading.not_used]
    document["needs_clarification"] = bool(reading.questions)
    return document


@contextmanager
def open_engine_and_session(settings: "Settings") -> Generator[tuple["Engine", "Session"]]:
    """Build the engine from the database that the settings name.

    Raises:
        CommandFailed: there is no database, or its schema is not current.
        Unavailable: nothing is loaded.
    """
    from core.db import reading

    with open_current_database(settings) as database:
        engine = open_engine_holder(database, settings).current()
        with reading(database) as session:
            yield engine, session


def _require_one(text: str | None, file: str | None) -> None:
    if (text is None) == (file is None):
        raise CommandFailed("give the need once: either with --text or with --file")


def _as_request(
    text: str | None, file: str | None, *, top: int | None, on: date | None
) -> "MatchRequest":
    from pydantic import ValidationError

    from enterprises.schemas import MatchRequest

    given: dict[str, object] = {}
    if top is not None:
        given["top"] = top
    if on is not None:
        given["on"] = on
    try:
        if file is None:
            return MatchRequest.model_validate({"text": text, **given})
        body = MatchRequest.model_validate_json(_decode(_read(file), file))
    except ValidationError as error:
        raise CommandFailed(f"{file or '--text'}: {explain(error)}") from error
    return body.model_copy(update=given)


def _read(file: str) -> bytes:
    if file == "-":
        content = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    else:
        try:
            with Path(file).open("rb") as opened:
                content = opened.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            raise CommandFailed(f"{file} cannot be read: {error.strerror}") from error
    if len(content) > MAX_FILE_BYTES:
        raise CommandFailed(f"{file} is larger than {MAX_FILE_BYTES // 1_000_000} MB")
    return content


def _decode(content: bytes, file: str) -> str:
    from core.decoding import TextUndecodable, decode_text

    try:
        return decode_text(content).text
    except TextUndecodable as error:
        raise CommandFailed(f"{file}: {one_line(error.detail)}") from error


def _today() -> date:
    from core.clock import utc_now

    return utc_now().date()
