"""Pages of rankers: which is in force, what each is made of, how it compares, and the votes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from api.acting import acting, is_unknown, looking, require_known
from api.deps import ActorDep, EngineDep, NowDep, ReadSessionDep, SessionDep
from api.web import forms
from api.web.comparison_view import ComparisonView, view_comparison
from api.web.forms import FormError
from api.web.names import Names
from api.web.ranker_card import view_card
from api.web.ranker_view import view_curves
from api.web.rendering import Page, PageDep
from api.web.words import plain_lines
from committee import access, queries, service
from committee.errors import ComparisonNotFound, NotAnApprover, VotingClosed
from committee.models import EventKind, Ranker, RankerEvent, RankerState
from committee.schemas import MAX_REASON_CHARACTERS, VoteCreate
from committee.voting import VotingRules
from core.identity.actor import Actor, UserKind
from matching.ranker.document import InvalidRanker, RankerDocument, read_document
from providers.engine import Engine

router = APIRouter(include_in_schema=False)

# Events of these kinds carry the words of a person; the rest repeat what stands elsewhere.
_SAID_BY_PEOPLE = (EventKind.PROPOSED, EventKind.PROMOTED, EventKind.ROLLED_BACK)


class VoteForm(BaseModel):
    """The form of a vote as it was sent; what is wrong with it is said beside it."""

    by: str = ""
    verdict: str = ""
    reason: str = ""
    form_token: str = ""


@dataclass(frozen=True, slots=True)
class RankerRow:
    """A ranker as the pages name it; `passed` is None where it was not compared."""

    version: str
    state: RankerState
    note: str
    proposed_by: str
    proposed_at: datetime
    is_packaged: bool
    is_in_force: bool
    accepting: int
    refusing: int
    passed: bool | None


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that happened; `replaced_by` is set where this ranker gave way to another."""

    kind: str
    by: str
    at: datetime
    reason: str
    replaced_version: str | None
    replaced_by: str | None


@router.get("/rankers")
def list_rankers(page: PageDep, session: ReadSessionDep) -> HTMLResponse:
    """Show the ranker in force, those that wait for a decision, and the past ones."""
    rules = VotingRules.of(page.settings)
    in_force = queries.ranker_in_force(session).ranker.version
    rows = [_row(session, ranker, in_force, rules) for ranker in queries.list_rankers(session)]
    waiting = (RankerState.PROPOSED, RankerState.ACCEPTED)
    return page.render(
        "committee/rankers.html",
        in_force=next(row for row in rows if row.is_in_force),
        waiting=[row for row in rows if row.state in waiting],
        past=[row for row in rows if row.state not in waiting and not row.is_in_force],
        quorum=rules.quorum,
    )


@router.get("/rankers/{version}")
def show_ranker(
    *,
    page: PageDep,
    engine: EngineDep,
    session: ReadSessionDep,
    actor: ActorDep,
    version: str,
    voted: Annotated[str, Query(max_length=10)] = "",
) -> HTMLResponse:
    """Show a ranker: where it comes from, every curve, how it compares, votes and events."""
    return _show(page, engine, session, actor, version, form=VoteForm(), just_voted=bool(voted))


@router.post("/rankers/{version}/votes")
def vote(
    *,
    request: Request,
    page: PageDep,
    engine: EngineDep,
    session: SessionDep,
    actor: ActorDep,
    now: NowDep,
    version: str,
    form: Annotated[VoteForm, Form()],
) -> Response:
    """Take the vote of an approver, and lead back to the ranker."""
    forms.require_same_origin(request)
    require_known(request, actor)
    form = form.model_copy(
        update={"by": form.by.strip(), "reason": plain_lines(form.reason)},
    )
    gettext = page.gettext

    def again(errors: list[FormError], status: int) -> HTMLResponse:
        return _show(page, engine, session, actor, version, form=form, errors=errors, status=status)

    try:
        forms.require_token(request, form.form_token, page.settings)
    except forms.StaleForm:
        said = gettext(
            "This page had been open for too long. What you entered is kept: send it again."
        )
        return again([FormError(said, "send")], 403)
    body = _read(form, page, asks_who=is_unknown(actor))
    if isinstance(body, list):
        return again(body, 422)
    try:
        service.vote_on_ranker(
            session,
            acting(request, actor, UserKind.COMMITTEE, named=body.by, field="by"),
            version=version,
            verdict=body.verdict,
            reason=body.reason,
            rules=VotingRules.of(page.settings),
            now=now,
        )
    except NotAnApprover:
        said = gettext("“%(id)s” is not the id of an approver.", id=body.by or actor.actor_id)
        return again([FormError(said, "by")], 403)
    except VotingClosed:
        said = gettext("The vote was decided meanwhile. Yours was not counted.")
        return again([FormError(said)], 409)
    return RedirectResponse(f"/rankers/{version}?voted=1#votes", status_code=303)


def _read(form: VoteForm, page: Page, *, asks_who: bool) -> VoteCreate | list[FormError]:
    gettext = page.gettext
    said = {
        "by": gettext("Enter your id: letters, digits and the signs . _ @ + - only."),
        "verdict": gettext("Choose whether you accept or refuse the ranker."),
        "reason": gettext("Give your reason in words, in %(n)s characters or fewer.")
        % {"n": page.number(MAX_REASON_CHARACTERS)},
    }
    try:
        return VoteCreate.model_validate(
            form.model_dump(exclude={"form_token"} if asks_who else {"form_token", "by"})
        )
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors()}
        return [FormError(said[field], field) for field in said if field in wrong]


def _row(session: Session, ranker: Ranker, in_force: str, rules: VotingRules) -> RankerRow:
    votes = [
        (vote.approver_id, vote.verdict) for vote in queries.list_votes(session, ranker.version)
    ]
    tally = rules.tally(votes, proposed_by=ranker.proposed_by)
    compared = queries.find_comparison(session, ranker.version, against=in_force)
    is_in_force = ranker.version == in_force
    return RankerRow(
        version=ranker.version,
        # A promoted ranker that this release cannot read has given way to the packaged one.
        state=RankerState.IN_FORCE
        if is_in_force
        else RankerState.RETIRED
        if ranker.state == RankerState.IN_FORCE
        else RankerState(ranker.state),
        note="" if ranker.proposed_by == queries.SHIPPED_BY else ranker.note,
        proposed_by=ranker.proposed_by,
        proposed_at=ranker.proposed_at,
        is_packaged=ranker.proposed_by == queries.SHIPPED_BY,
        is_in_force=is_in_force,
        accepting=tally.accepting,
        refusing=tally.refusing,
        passed=None if compared is None else compared.passed,
    )


def _show(
    page: Page,
    engine: Engine,
    session: Session,
    actor: Actor,
    version: str,
    *,
    form: VoteForm,
    errors: Sequence[FormError] = (),
    status: int = 200,
    just_voted: bool = False,
) -> HTMLResponse:
    rules = VotingRules.of(page.settings)
    ranker = queries.get_ranker(session, version)
    in_force = queries.ranker_in_force(session).ranker.version
    document, problem = _document(ranker)
    return page.render(
        "committee/ranker.html",
        status_code=status,
        path=f"/rankers/{version}",
        ranker=_row(session, ranker, in_force, rules),
        in_force=in_force,
        problem=problem,
        card=None if document is None else view_card(document.card, page.script),
        curves=None
        if document is None
        else view_curves(document.ranker, document.card.support, page.script),
        comparison=_comparison(
            session,
            looking(page.request, actor),
            version,
            in_force,
            Names(page.script, engine.names),
        ),
        votes=queries.describe_votes(session, ranker, rules=rules),
        quorum=rules.quorum,
        can_vote=_can_vote(rules, actor),
        asks_who=is_unknown(actor),
        events=[_event(event, version) for event in queries.list_events(session, version)],
        form=form,
        errors=errors,
        by_field={error.field: error.text for error in errors if error.field},
        just_voted=just_voted,
        most_characters=MAX_REASON_CHARACTERS,
    )


def _can_vote(rules: VotingRules, actor: Actor) -> bool:
    if is_unknown(actor):
        return bool(rules.approvers)
    return actor.kind is UserKind.COMMITTEE and rules.may_vote(actor)


def _document(ranker: Ranker) -> tuple[RankerDocument | None, str | None]:
    try:
        return read_document(ranker.document), None
    except InvalidRanker as error:
        return None, str(error)


def _comparison(
    session: Session, actor: Actor, version: str, in_force: str, names: Names
) -> ComparisonView | None:
    """The comparison with the ranker in force; with a former one where there is none."""
    for against in (in_force, None):
        try:
            found = access.get_comparison(session, actor, version, against=against)
        except ComparisonNotFound:
            continue
        return view_comparison(found, names)
    return None


def _event(event: RankerEvent, version: str) -> EventView:
    gave_way = event.ranker_version != version
    return EventView(
        kind=event.kind,
        by=event.by,
        at=event.at,
        reason=event.reason if event.kind in _SAID_BY_PEOPLE else "",
        replaced_version=None if gave_way else event.replaced_version,
        replaced_by=event.ranker_version if gave_way else None,
    )
