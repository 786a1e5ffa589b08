"""`landbridge migrate` and `landbridge check`: the schema, and whether all parts are in order."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli.console import print_json, say
from api.cli.database import (
    describe_database,
    load_settings,
    missing_file,
    open_current_database,
    open_database,
    require_known_revision,
)
from api.cli.engines import open_engine_holder
from api.cli.erased import check_erasures
from api.cli.failures import CommandFailed, explain, one_line
from api.cli.keys import check_keys
from api.cli.stored import (
    check_catalogue,
    check_index,
    check_integrity,
    check_jobs,
    check_records,
)

if TYPE_CHECKING:
    from core.settings import Settings

app = typer.Typer()


@app.command()
def migrate() -> None:
    """Bring the schema of the database to the one of this release."""
    from core.migrations.runner import current_revision, upgrade_to_head

    settings = load_settings()
    with open_database(settings) as engine:
        found = current_revision(engine)
        require_known_revision(found)
        upgrade_to_head(engine)
        reached = current_revision(engine)
    if found == reached:
        say(f"{describe_database(settings)} is current at {reached}")
    else:
        say(f"{describe_database(settings)}: {found or 'empty'} to {reached}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `check` found about one part."""

    part: str
    is_ok: bool
    detail: str


@app.command()
def check(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Check settings, database, stored rows, index, engine, ranker, encoder and, if set, Redis.

    Ends with 1 where a part is not in order.
    """
    settings = load_settings()  # unusable settings end here, with 2
    verdicts = list(_verdicts(settings))
    is_ok = all(verdict.is_ok for verdict in verdicts)
    if as_json:
        print_json({"is_ok": is_ok, "checks": [asdict(verdict) for verdict in verdicts]})
    else:
        for verdict in verdicts:
            say(f"{'ok  ' if verdict.is_ok else 'FAIL'}  {verdict.part:<9} {verdict.detail}")
    if not is_ok:
        raise typer.Exit(1)


def _verdicts(settings: "Settings") -> Iterator[Verdict]:
    yield Verdict("settings", True, f"{settings.environment} environment")
    parts: list[tuple[str, Callable[[Settings], str]]] = [
        ("database", _check_database),
        ("schema", _check_schema),
        ("integrity", check_integrity),
        ("catalogue", check_catalogue),
        ("jobs", check_jobs),
        ("records", check_records),
        ("keys", check_keys),
        ("erasures", check_erasures),
        ("index", check_index),
        ("engine", _check_engine),
        ("ranker", _check_ranker),
        ("encoder", _check_encoder),
    ]
    if settings.redis_url.get_secret_value():
        parts.append(("redis", _check_redis))
    for part, run in parts:
        try:
            yield Verdict(part, True, run(settings))
        except CommandFailed as failure:
            yield Verdict(part, False, str(failure))
        except Exception as error:
            detail = explain(error)
            if detail is None:
                raise
            yield Verdict(part, False, detail)


def _check_database(settings: "Settings") -> str:
    missing = missing_file(settings)
    if missing is not None:
        raise CommandFailed(f"no file at {missing}: run `landbridge demo` or `landbridge migrate`")
    with open_database(settings) as engine, engine.connect():
        return describe_database(settings)


def _check_schema(settings: "Settings") -> str:
    from core.migrations.runner import head_revision

    with open_current_database(settings):
        return f"current at {head_revision()}"


def _check_engine(settings: "Settings") -> str:
    with open_current_database(settings) as engine:
        versions = open_engine_holder(engine, settings).current().versions
    return f"sector list {versions.sector_list}, index {versions.index}, ranker {versions.ranker}"


def _check_ranker(settings: "Settings") -> str:
    from committee import queries
    from core.db import reading

    with open_current_database(settings) as engine, reading(engine) as session:
        version = queries.ranker_in_force(session).ranker.version
        problem = queries.problem_in_force(session)
        promoted = queries.row_in_force(session)
    if promoted is not None and problem is not None:
        raise CommandFailed(
            f"{promoted.version} was promoted but cannot be used ({problem}), so {version} ranks: "
            "train, propose and promote another"
        )
    how = "packaged" if promoted is None else "promoted"
    return f"{version}, {how}, of this release's features"


def _check_encoder(settings: "Settings") -> str:
    from providers.vectors import make_encoder

    encoder = make_encoder(settings)
    vectors = encoder.encode_queries(["rural roads"])
    if vectors.shape != (1, encoder.dimensions):
        raise CommandFailed(
            f"{encoder.version} gave {vectors.shape}, not (1, {encoder.dimensions})"
        )
    return f"{encoder.version}, {encoder.dimensions} dimensions"


def _check_redis(settings: "Settings") -> str:
    from api.broker import BrokerForgets, BrokerSilent, ask_broker

    try:
        return ask_broker(settings.redis_url.get_secret_value())
    except (BrokerSilent, BrokerForgets) as error:
        raise CommandFailed(one_line(str(error))) from error
