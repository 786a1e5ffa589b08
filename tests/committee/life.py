"""Rankers made by hand, and the steps of their life in short."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from committee import comparing, service
from committee.models import Verdict
from committee.queries import ranker_in_force
from committee.schemas import ComparisonRead
from committee.voting import VotingRules
from core.db import SessionFactory, transaction
from core.identity.actor import OPERATOR, Actor, UserKind
from matching.ranker.additive import AdditiveRanker, Curve
from matching.ranker.document import Card, RankerDocument, write_document
from matching.ranker.prior import prior
from providers.engine import EngineHolder
from tests.conftest import make_settings
from tests.factories import NOW

RULES = VotingRules(frozenset({"chan", "li", "wong"}), quorum=2)


def approver(name: str) -> Actor:
    return Actor(UserKind.COMMITTEE, name)


def document_of(name: str, change: Callable[[Curve], Curve] = lambda curve: curve) -> bytes:
    """The prior under another name, each curve changed."""
    ranker = AdditiveRanker(name, tuple(map(change, prior().curves)))
    return write_document(RankerDocument(ranker, Card(name=name, created_on=NOW.date())))


def doubled(curve: Curve) -> Curve:
    """Twice the score, the same order."""
    return replace(curve, values=tuple(2.0 * value for value in curve.values))


def without_the_strongest(curve: Curve) -> Curve:
    """Nothing for all that says who does such work: the three weakest curves are left."""
    strongest = sorted(prior().curves, key=lambda one: -one.greatest)[:-3]
    silent = curve.feature in {one.feature for one in strongest}
    return replace(curve, values=(0.0,) * len(curve.values)) if silent else curve


class Life:
    """What a ranker goes through, each step in a transaction of its own."""

    def __init__(self, sessions: SessionFactory, holder: EngineHolder | None = None) -> None:
        self.sessions = sessions
        self.holder = holder or self.another_holder()

    def another_holder(self) -> EngineHolder:
        """The engine as another process would hold it."""
        return EngineHolder(
            self.sessions.kw["bind"], make_settings(""), ranker_in_force=ranker_in_force
        )

    def in_force(self) -> str:
        with self.sessions() as session:
            return ranker_in_force(session).ranker.version

    def propose(self, data: bytes, by: Actor = OPERATOR) -> str:
        with transaction(self.sessions) as session:
            return service.propose_ranker(session, by, data=data, now=NOW).version

    def vote(self, version: str, name: str, verdict: Verdict = Verdict.ACCEPT) -> str:
        with transaction(self.sessions) as session:
            return service.vote_on_ranker(
                session,
                approver(name),
                version=version,
                verdict=verdict,
                reason=f"{name} looked at it",
                rules=RULES,
                now=NOW,
            ).state

    def compare(self, version: str) -> ComparisonRead:
        return comparing.compare_rankers(
            self.sessions, OPERATOR, self.holder, version=version, now=NOW
        )

    def promote(self, version: str) -> None:
        with transaction(self.sessions) as session:
            service.promote_ranker(
                session, OPERATOR, version=version, reason="accepted", now=NOW + timedelta(hours=1)
            )

    def roll_back(self) -> str:
        with transaction(self.sessions) as session:
            return service.roll_back(
                session, OPERATOR, reason="complaints", now=NOW + timedelta(hours=2)
            ).version

    def accepted(self, data: bytes) -> str:
        """Propose, compare and accept a ranker."""
        version = self.propose(data)
        self.compare(version)
        self.vote(version, "chan")
        assert self.vote(version, "li") == "accepted"
        return version
