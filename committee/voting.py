"""Who votes on a ranker, and when the votes have decided."""

from collections.abc import Iterable
from dataclasses import dataclass

from committee.models import RankerState, Verdict
from core.identity.actor import Actor
from core.settings import Settings


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes that count."""

    accepting: int
    refusing: int


@dataclass(frozen=True, slots=True)
class VotingRules:
    """The approvers by their stable ids, and how many votes decide.

    Where no approvers are named, they are the committee members who have signed in.
    """

    approvers: frozenset[str]
    quorum: int

    @classmethod
    def of(cls, settings: Settings) -> "VotingRules":
        """Return the rules that a deployment has set."""
        return cls(frozenset(settings.approvers), settings.approval_quorum)

    def counts(self, approver_id: str, *, proposed_by: str) -> bool:
        """Tell whether a vote counts: that of an approver who did not propose the ranker."""
        return self._is_named(approver_id) and approver_id != proposed_by

    def may_vote(self, actor: Actor) -> bool:
        """Tell whether a committee member is an approver; without names, whoever has signed in."""
        return self._is_named(actor.actor_id) and bool(self.approvers or actor.tenant_id)

    def _is_named(self, approver_id: str) -> bool:
        return not self.approvers or approver_id in self.approvers

    def tally(self, votes: Iterable[tuple[str, Verdict]], *, proposed_by: str) -> Tally:
        """Count votes given as pairs of an approver's id and a verdict."""
        kept = [
            verdict
            for approver_id, verdict in votes
            if self.counts(approver_id, proposed_by=proposed_by)
        ]
        accepting = sum(verdict == Verdict.ACCEPT for verdict in kept)
        return Tally(accepting, len(kept) - accepting)

    def decide(self, tally: Tally) -> RankerState:
        """Return what the votes make of a proposed ranker: accepted, refused or still proposed.

        Refusals that reach the quorum win over a quorum of acceptances that do not outnumber them.
        """
        if tally.accepting >= self.quorum and tally.accepting > tally.refusing:
            return RankerState.ACCEPTED
        if tally.refusing >= self.quorum:
            return RankerState.REFUSED
        return RankerState.PROPOSED
