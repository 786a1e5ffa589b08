"""`landbridge audit ...`: verify the trail of what was done, anchor it, look at it."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from api.cli.console import note, print_json, say
from api.cli.database import load_settings, open_current_database
from api.cli.failures import CommandFailed

if TYPE_CHECKING:
    from core.audit.models import AuditEvent
    from core.audit.places import AnchorPlace
    from core.audit.verify import Verdict
    from core.db import SessionFactory
    from core.settings import Settings

app = typer.Typer()
audit = typer.Typer(
    name="audit", help="Verify the trail of what was done, anchor it, look at it.",
    no_args_is_help=True,
)  # fmt: skip
app.add_typer(audit)

_SHOWN_FINDINGS = 50

_AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]
_Anchor = Annotated[
    str | None,
    typer.Option(
        "--anchor", metavar="URL", help="Not LANDBRIDGE_AUDIT_ANCHOR_URL but this folder."
    ),
]


@audit.command("verify")
def verify_command(
    anchor: _Anchor = None,
    tenant: Annotated[
        str | None, typer.Option("--tenant", metavar="ID", help="Only this organisation's chain.")
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Read every event again, and compare the chains with their anchors.

    Ends with 1 where anything is not as it was written, and says where. Without anchors a chain that
    was cut short, or written anew as a whole, is not seen.
    """
    from core.audit.anchors import read_anchors
    from core.audit.verify import verify_trail
    from core.canonical import format_instant
    from core.db import reading

    tenant_id = None if tenant is None else _uuid(tenant, "--tenant")
    settings = load_settings()
    place = _place(settings, anchor)
    found = None if place is None else read_anchors(place, settings.anchor_keys)
    with _sessions(settings) as sessions, reading(sessions) as session:
        heads = () if found is None else found.heads()
        verdict = verify_trail(session, heads, tenant_id=tenant_id)
    findings = (*(() if found is None else found.findings), *verdict.findings)
    latest = found.anchors[-1] if found is not None and found.anchors else None
    if as_json:
        print_json(
            {
                "is_ok": not findings,
                "chains": verdict.chains,
                "events": verdict.events,
                "unanchored": verdict.unanchored,
                "latest_anchor": None if latest is None else latest.name,
                "latest_anchor_at": None if latest is None else format_instant(latest.at),
                "findings": [
                    {
                        "fault": str(one.fault),
                        "tenant_id": None if one.tenant_id is None else str(one.tenant_id),
                        "sequence": one.sequence,
                        "detail": one.detail,
                    }
                    for one in findings
                ],
            }
        )
    else:
        for one in findings[:_SHOWN_FINDINGS]:
            where = "anchors" if one.tenant_id is None else str(one.tenant_id)
            say(f"FAIL  {one.fault:<21} {where}  {one.detail}")
        if len(findings) > _SHOWN_FINDINGS:
            say(f"... and {len(findings) - _SHOWN_FINDINGS:,} more: --json lists all")
        say(_summary(verdict, None if latest is None else latest.name, has_place=place is not None))
    if findings:
        raise typer.Exit(1)


def _summary(verdict: "Verdict", latest: str | None, *, has_place: bool) -> str:
    read = f"{verdict.events:,} events in {verdict.chains:,} chains"
    if latest is not None:
        return f"{read}; {verdict.unanchored:,} of them came after {latest}"
    why = "no anchor is there yet" if has_place else "LANDBRIDGE_AUDIT_ANCHOR_URL is not set"
    return f"{read}; {why}, so nothing shows whether a chain was cut short or written anew"


@audit.command("anchor")
def anchor_command(
    anchor: _Anchor = None,
    accept: Annotated[
        str | None,
        typer.Option(
            "--accept",
            metavar="REASON",
            help="Begin anew although earlier anchors say otherwise, as after a restore.",
        ),
    ] = None,
    as_json: _AsJson = False,
) -> None:
    """Sign how far each chain has come, and write it where the database's credentials do not reach.

    Ends with 2 where the trail is not what the latest anchor says.
    """
    from core.audit.anchors import write_anchor
    from core.clock import utc_now
    from core.db import reading

    if accept is not None and not accept.strip():
        raise CommandFailed("--accept wants a reason, in words")
    settings = load_settings()
    place, key = _place(settings, anchor), settings.signing_key
    if place is None:
        raise CommandFailed("name the folder of the anchors in LANDBRIDGE_AUDIT_ANCHOR_URL")
    if key is None:
        raise CommandFailed(
            "LANDBRIDGE_AUDIT_SIGNING_KEY is not set: `landbridge audit new-key` makes one"
        )
    with _sessions(settings) as sessions, reading(sessions) as session:
        written = write_anchor(
            session, place, key, keys=settings.anchor_keys, now=utc_now(), accepted=accept
        )
    if as_json:
        print_json({"anchor": None if written is None else written.name})
    elif written is None:
        say("nothing was done since the latest anchor")
    else:
        say(f"{written.name} written to {place.url}: {len(written.heads):,} chains")


@audit.command("new-key")
def new_key_command() -> None:
    """Make a key for anchors; print it, and its public half for whoever only verifies."""
    from core.audit.signing import SigningKey

    private, public = SigningKey.make()
    say(f"LANDBRIDGE_AUDIT_SIGNING_KEY={private}")
    say(f"LANDBRIDGE_AUDIT_PUBLIC_KEYS={public}")
    note("the first is secret: keep it outside the database and its backups")


@audit.command("list")
def list_command(
    tenant: Annotated[str | None, typer.Option(metavar="ID", help="In this chain.")] = None,
    subject: Annotated[str | None, typer.Option(metavar="ID", help="Done to this.")] = None,
    actor: Annotated[str | None, typer.Option(metavar="ID", help="Done by this one.")] = None,
    action: Annotated[str | None, typer.Option(help="Such as need.text_read.")] = None,
    request: Annotated[str | None, typer.Option(metavar="ID", help="At this request.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="TIME", help="From then on, ISO 8601.")
    ] = None,
    until: Annotated[str | None, typer.Option(metavar="TIME", help="Before then.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    as_json: _AsJson = False,
) -> None:
    """List what was done, newest first."""
    from core.audit.queries import Wanted, list_events
    from core.audit.vocabulary import Action
    from core.db import reading

    if action is not None and action not in set(Action):
        raise CommandFailed(f"there is no action {action!r}: choose one of {', '.join(Action)}")
    wanted = Wanted(
        tenant_id=None if tenant is None else _uuid(tenant, "--tenant"),
        subject_id=subject,
        actor_id=actor,
        action=action,
        request_id=None if request is None else _uuid(request, "--request"),
        since=_moment(since, "--since"),
        until=_moment(until, "--until"),
    )
    with _sessions(load_settings()) as sessions, reading(sessions) as session:
        found = list_events(session, wanted, limit=limit)
        if as_json:
            print_json({"events": [_as_json(event, payload) for event, payload in found]})
            return
        for event, payload in found:
            said = f"  {payload}" if payload else ""
            say(
                f"{event.at:%Y-%m-%d %H:%M:%S}  {event.tenant_id}/{event.sequence}  "
                f"{event.actor_kind} {event.actor_id}  {event.action}  "
                f"{event.subject_kind} {event.subject_id}{said}"
            )


@audit.command("show")
def show_command(
    place: Annotated[str, typer.Argument(metavar="CHAIN/NUMBER", help="As `audit list` shows it.")],
    as_json: _AsJson = False,
) -> None:
    """Show an event with its hashes."""
    from core.audit.queries import get_event
    from core.db import reading

    chain, _, number = place.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        raise CommandFailed(f"{place!r} is no event: write its chain, a slash and its number")
    tenant_id = _uuid(chain, "CHAIN")
    with _sessions(load_settings()) as sessions, reading(sessions) as session:
        event, payload = get_event(session, tenant_id=tenant_id, sequence=int(number))
        document = _as_json(event, payload)
    if as_json:
        print_json(document)
        return
    for name, value in document.items():
        say(f"{name:<15} {'' if value is None else value}")


def _as_json(event: "AuditEvent", payload: str | None) -> dict[str, object]:
    from core.audit.schemas import as_event_read

    return as_event_read(event, payload).model_dump(mode="json")


@contextmanager
def _sessions(settings: "Settings") -> Generator["SessionFactory"]:
    with open_current_database(settings) as engine:
        from core.db import make_session_factory

        yield make_session_factory(engine)


def _place(settings: "Settings", given: str | None) -> "AnchorPlace | None":
    from core.audit.places import AnchorPlace

    url = given or settings.audit_anchor_url
    return AnchorPlace(url) if url else None


def _uuid(written: str, where: str) -> UUID:
    try:
        return UUID(written)
    except ValueError as error:
        raise CommandFailed(f"{where}: {written!r} is no id") from error


def _moment(written: str | None, where: str) -> datetime | None:
    from datetime import UTC

    if written is None:
        return None
    try:
        at = datetime.fromisoformat(written)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise CommandFailed(
            f"{where}: {written!r} is no time: write it as 2026-11-22T09:00:00"
        ) from error
