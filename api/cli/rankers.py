"""`landbridge ranker ...`: propose, compare, vote, promote, roll back, and look at rankers."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.acceptance import acceptance_command
from api.cli.console import print_json, progress_bars, say
from api.cli.database import load_settings, open_current_database
from api.cli.engines import open_engine_holder
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from committee.schemas import RankerDetail
    from committee.voting import VotingRules
    from core.identity.actor import Actor
    from core.settings import Settings
    from matching.ranker.document import RankerDocument

app = typer.Typer()
# The name no feature has: the picture of all of them.
OVERVIEW = "overview.svg"
ranker = typer.Typer(
    name="ranker",
    help="The life of a ranker: propose, compare, vote, promote, roll back.",
    no_args_is_help=True,
)
app.add_typer(ranker)
ranker.command("acceptance")(acceptance_command)

OPERATOR_ID = "command-line"

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_Version = Annotated[str, typer.Argument(metavar="VERSION", help="As `ranker list` shows it.")]
_As = Annotated[str, typer.Option("--as", metavar="ID", help="Who does it: a stable id.")]
_Reason = Annotated[str, typer.Option("--reason", metavar="R", help="Why, in words.")]


@ranker.command("list")
def list_command(as_json: _AsJson = False) -> None:
    """List every ranker and where it stands, latest first."""
    with _reading(load_settings()) as session:
        from committee import queries
        from committee.schemas import RankerRead

        rows = [RankerRead.model_validate(row) for row in queries.list_rankers(session)]
    if as_json:
        print_json({"rankers": [row.model_dump(mode="json") for row in rows]})
        return
    for row in rows:
        state = row.state.replace("_", " ")
        say(f"{row.version:<32} {state:<9} {row.proposed_at:%Y-%m-%d}  by {row.proposed_by}")


@ranker.command("show")
def show_command(
    which: Annotated[
        str | None,
        typer.Argument(
            metavar="VERSION|FILE", help="A ranker of the list or a file; the one in force if none."
        ),
    ] = None,
    curves: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Also draw every curve into this folder.")
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Show a ranker's card, its strongest curves, the votes on it and what happened to it."""
    settings = load_settings()
    detail: RankerDetail | None = None
    if which is not None and Path(which).is_file():
        document = _read_document(Path(which))
    else:
        with _reading(settings) as session:
            from committee import queries

            version = which or queries.ranker_in_force(session).ranker.version
            detail = queries.describe_ranker(session, version, rules=_rules(settings))
            document = _usable(queries.get_ranker(session, version).document, version)
    drawn = _draw(document, curves) if curves is not None else []
    if as_json:
        print_json(_as_json(document, detail))
        return

    from api.cli.ranker_text import print_ranker

    print_ranker(document, detail)
    if curves is not None:
        say(f"{len(drawn)} curves drawn into {curves}")


@ranker.command("propose")
def propose_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As `landbridge train` wrote it.")],
    by: _As = OPERATOR_ID,
    note: Annotated[str, typer.Option(help="What is new about it.")] = "",
    as_json: _AsJson = False,
) -> None:
    """Store a ranker for the approvers to decide on."""
    data = _read(file)
    _usable(data, str(file))
    actor = operator_called(by)
    note = _noted(note)
    settings = load_settings()
    with _writing(settings) as session:
        from committee import service
        from core.clock import utc_now

        made = service.propose_ranker(session, actor, data=data, note=note, now=utc_now())
        detail = _describe(session, made.version, settings)
    _answer(detail, as_json=as_json, said=f"{detail.version} is proposed")


@ranker.command("freeze")
def freeze_command(
    reason: _Reason,
    by: _As = OPERATOR_ID,
    as_json: _AsJson = False,
) -> None:
    """Choose new frozen queries from the catalogue as it is now; rankers are compared anew."""
    actor = operator_called(by)
    settings = load_settings()
    with open_current_database(settings) as database:
        from committee import comparing
        from committee.frozen import as_judged, freeze
        from committee.judgements.queries import feedback
        from core.clock import utc_now
        from core.db import make_session_factory, reading, transaction

        engine = open_engine_holder(database, settings).current()
        sessions = make_session_factory(database)
        with reading(sessions) as session:
            judged = as_judged(feedback(session), engine.index)
        frozen = freeze(engine.index, judged)
        with transaction(sessions) as session:
            stored = comparing.freeze_queries(
                session, actor, frozen=frozen, reason=_worded(reason), now=utc_now()
            )
    if as_json:
        print_json(
            {
                "frozen_query_set": str(stored.id),
                "queries": len(frozen.queries),
                "judged": len(judged),
                "first_day": frozen.first_day.isoformat(),
            }
        )
        return
    say(f"{len(frozen.queries):,} needs frozen, from {frozen.first_day} on, {len(judged):,} judged")


@ranker.command("compare")
def compare_command(version: _Version, by: _As = OPERATOR_ID, as_json: _AsJson = False) -> None:
    """Compare a ranker with the one in force on the frozen queries, and keep the result."""
    actor = operator_called(by)
    settings = load_settings()
    with open_current_database(settings) as database, progress_bars() as report:
        from committee import comparing
        from core.clock import utc_now
        from core.db import make_session_factory

        found = comparing.compare_rankers(
            make_session_factory(database),
            actor,
            open_engine_holder(database, settings),
            version=version,
            now=utc_now(),
            progress=lambda done, total: report("ranking", done, total),
        )
    if as_json:
        print_json(found.model_dump(mode="json", by_alias=True))
        return

    from api.cli.ranker_text import print_comparison

    print_comparison(found)


@ranker.command("vote")
def vote_command(
    version: _Version,
    by: _As,
    reason: _Reason,
    accept: Annotated[
        bool | None, typer.Option("--accept/--refuse", help="For it or against it.")
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Vote on a ranker as one of the approvers that LANDBRIDGE_APPROVERS names."""
    if accept is None:
        raise CommandFailed("say --accept or --refuse")
    settings = load_settings()
    with _writing(settings) as session:
        from committee import service
        from committee.models import Verdict
        from core.clock import utc_now
        from core.identity.actor import Actor, UserKind

        service.vote_on_ranker(
            session,
            Actor(UserKind.COMMITTEE, _checked_id(by)),
            version=version,
            verdict=Verdict.ACCEPT if accept else Verdict.REFUSE,
            reason=_worded(reason),
            rules=_rules(settings),
            now=utc_now(),
        )
        detail = _describe(session, version, settings)
    counted = sum(vote.counts for vote in detail.votes)
    said = f"{version} is {detail.state.replace('_', ' ')} after {counted} counted votes"
    _answer(detail, as_json=as_json, said=f"{said}; the quorum is {detail.quorum}")


@ranker.command("promote")
def promote_command(
    version: _Version,
    by: _As = OPERATOR_ID,
    reason: _Reason = "accepted by the approvers",
    as_json: _AsJson = False,
) -> None:
    """Put an accepted ranker in force, if it did no worse on the frozen queries."""
    actor = operator_called(by)
    settings = load_settings()
    with _writing(settings) as session:
        from committee import service
        from core.clock import utc_now

        service.promote_ranker(
            session, actor, version=version, reason=_worded(reason), now=utc_now()
        )
        detail = _describe(session, version, settings)
    said = f"{version} is in force, instead of {detail.events[0].replaced_version}"
    _answer(detail, as_json=as_json, said=said)


@ranker.command("rollback")
def rollback_command(reason: _Reason, by: _As = OPERATOR_ID, as_json: _AsJson = False) -> None:
    """Put the ranker back in force that the latest promotion replaced."""
    actor = operator_called(by)
    settings = load_settings()
    with _writing(settings) as session:
        from committee import service
        from core.clock import utc_now

        put_back = service.roll_back(session, actor, reason=_worded(reason), now=utc_now())
        detail = _describe(session, put_back.version, settings)
    said = f"{detail.version} is in force again, instead of {detail.events[0].replaced_version}"
    _answer(detail, as_json=as_json, said=said)


@contextmanager
def _reading(settings: "Settings") -> Generator["Session"]:
    from core.db import reading

    with open_current_database(settings) as database, reading(database) as session:
        yield session


@contextmanager
def _writing(settings: "Settings") -> Generator["Session"]:
    from core.db import make_session_factory, transaction

    with (
        open_current_database(settings) as database,
        transaction(make_session_factory(database)) as session,
    ):
        yield session


def _rules(settings: "Settings") -> "VotingRules":
    from committee.voting import VotingRules

    return VotingRules.of(settings)


def operator_called(by: str) -> "Actor":
    """Return the operator of this id.

    Raises:
        CommandFailed: it cannot be an id.
    """
    from core.identity.actor import Actor, UserKind

    return Actor(UserKind.OPERATOR, _checked_id(by))


def _checked_id(by: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from committee.schemas import ActorId

    try:
        return TypeAdapter[str](ActorId).validate_python(by)
    except ValidationError as error:
        raise CommandFailed(
            f"--as {by!r} is no id: write letters, digits and . _ @ + - without spaces"
        ) from error


def _worded(reason: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from committee.schemas import MAX_REASON_CHARACTERS, Reason

    try:
        return TypeAdapter[str](Reason).validate_python(reason)
    except ValidationError as error:
        raise CommandFailed(
            f"--reason: write 1 to {MAX_REASON_CHARACTERS:,} characters of words"
        ) from error


def _noted(note: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from committee.schemas import MAX_REASON_CHARACTERS, Note

    try:
        return TypeAdapter[str](Note).validate_python(note)
    except ValidationError as error:
        raise CommandFailed(f"--note: write up to {MAX_REASON_CHARACTERS:,} characters") from error


def _describe(session: "Session", version: str, settings: "Settings") -> "RankerDetail":
    from committee import queries

    return queries.describe_ranker(session, version, rules=_rules(settings))


def _answer(detail: "RankerDetail", *, as_json: bool, said: str) -> None:
    if as_json:
        print_json(detail.model_dump(mode="json"))
    else:
        say(said)


def _read(file: Path) -> bytes:
    from matching.ranker.document import MAX_BYTES

    try:
        with file.open("rb") as opened:
            data = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise CommandFailed(f"{file} is larger than {MAX_BYTES // 1_000_000} MB")
    return data


def _read_document(file: Path) -> "RankerDocument":
    return _usable(_read(file), str(file))


def _usable(data: bytes, named: str) -> "RankerDocument":
    from matching.ranker.document import InvalidRanker, read_document

    try:
        return read_document(data)
    except InvalidRanker as error:
        raise CommandFailed(f"{named}: {error}") from error


def _as_json(document: "RankerDocument", detail: "RankerDetail | None") -> dict[str, object]:
    import json

    from matching.ranker.document import write_document

    content: dict[str, object] = json.loads(write_document(document))
    if detail is None:
        return content
    known = detail.model_dump(mode="json")
    return {**known, "curves": content["curves"], "pairs": content["pairs"]}


def _draw(document: "RankerDocument", folder: Path) -> list[Path]:
    """Write one SVG for each curve, and one of what each can add, into a folder, new or not."""
    from api.web.curve_picture import Bar, curve_svg, overview_svg
    from matching.features.catalogue import CATALOGUE
    from matching.types import Script

    features = {feature.name: feature for feature in CATALOGUE}
    bars = [
        Bar(features[curve.feature].measures.en, features[curve.feature].family, curve.greatest)
        for curve in document.ranker.curves
        if curve.greatest > 0.0
    ]
    drawn: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for curve in document.ranker.curves:
            path = folder / f"{curve.feature}.svg"
            picture = curve_svg(
                curve,
                support=document.card.support.get(curve.feature),
                title=features[curve.feature].measures,
                script=Script.EN,
            )
            path.write_text(picture, "utf-8")
            drawn.append(path)
        overview = folder / OVERVIEW
        overview.write_text(overview_svg(bars, title="The most that each feature can add"), "utf-8")
        drawn.append(overview)
    except OSError as error:
        raise CommandFailed(f"{folder} cannot be written: {error.strerror}") from error
    return drawn
