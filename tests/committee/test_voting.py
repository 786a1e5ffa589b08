import pytest
from hypothesis import given
from hypothesis import strategies as st

from committee.models import RankerState, Verdict
from committee.voting import Tally, VotingRules

RULES = VotingRules(frozenset({"chan", "li", "wong", "ho"}), quorum=2)
ACCEPT, REFUSE = Verdict.ACCEPT, Verdict.REFUSE


@pytest.mark.parametrize(
    ("accepting", "refusing", "state"),
    [
        (0, 0, RankerState.PROPOSED),
        (1, 0, RankerState.PROPOSED),
        (2, 0, RankerState.ACCEPTED),
        (2, 1, RankerState.ACCEPTED),
        (1, 2, RankerState.REFUSED),
        (2, 2, RankerState.REFUSED),
        (3, 2, RankerState.ACCEPTED),
    ],
)
def test_the_quorum_decides_and_acceptance_must_outnumber(
    accepting: int, refusing: int, state: RankerState
) -> None:
    assert RULES.decide(Tally(accepting, refusing)) is state


def test_neither_strangers_nor_the_proposer_count() -> None:
    votes = [("chan", ACCEPT), ("li", ACCEPT), ("mallory", ACCEPT), ("ho", REFUSE)]

    assert RULES.tally(votes, proposed_by="chan") == Tally(1, 1)
    assert RULES.tally(votes, proposed_by="someone-else") == Tally(2, 1)


@given(st.lists(st.sampled_from(list(Verdict)), max_size=8), st.integers(1, 5))
def test_one_more_refusal_never_accepts(verdicts: list[Verdict], quorum: int) -> None:
    rules = VotingRules(frozenset(map(str, range(10))), quorum)
    votes = [(str(i), verdict) for i, verdict in enumerate(verdicts)]
    before = rules.decide(rules.tally(votes, proposed_by="nobody"))

    after = rules.decide(rules.tally([*votes, ("9", REFUSE)], proposed_by="nobody"))

    assert after is not RankerState.ACCEPTED or before is RankerState.ACCEPTED
