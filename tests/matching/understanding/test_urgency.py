"""How urgent: by the days left, by what is said, and not by what is said not to be."""

from datetime import date, timedelta

import pytest

from matching.text.folding import fold
from matching.understanding.types import Deadline, Urgency
from matching.understanding.urgency import read_urgency

ON = date(2026, 11, 20)


def urgency_of(text: str, days: int | None = None) -> Urgency:
    deadline = None if days is None else Deadline(ON + timedelta(days=days), days)
    return read_urgency(fold(text), deadline)[0]


@pytest.mark.parametrize(
    ("days", "urgency"),
    [
        (0, Urgency.CRITICAL),
        (7, Urgency.CRITICAL),
        (8, Urgency.HIGH),
        (30, Urgency.HIGH),
        (31, Urgency.NORMAL),
    ],
)
def test_the_days_left_decide(days: int, urgency: Urgency) -> None:
    assert urgency_of("audit in Vietnam", days) is urgency


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("emergency: vessel arrested", Urgency.CRITICAL),
        ("need a shipping lawyer on the ground now", Urgency.CRITICAL),
        ("要律师马上介入", Urgency.CRITICAL),
        ("十萬火急", Urgency.CRITICAL),
        ("现在就要应急团队到场", Urgency.CRITICAL),
        ("our servers are under attack", Urgency.CRITICAL),
        ("很急！", Urgency.HIGH),
        ("急招厂长", Urgency.HIGH),
        ("希望尽早见面", Urgency.NORMAL),
        ("urgent: audit", Urgency.HIGH),
        ("as soon as possible", Urgency.HIGH),
        ("急！有冇律師", Urgency.HIGH),
        ("請盡快回覆", Urgency.HIGH),
        ("加急辦理", Urgency.HIGH),
        ("no hurry", Urgency.LOW),
        ("not urgent", Urgency.LOW),
        ("唔趕", Urgency.LOW),
        ("這件事不急", Urgency.LOW),
        ("what we need now: a lawyer", Urgency.NORMAL),
        ("应急管理咨询", Urgency.NORMAL),
        ("audit in Vietnam", Urgency.NORMAL),
    ],
)
def test_words_decide_where_no_day_does(text: str, urgency: Urgency) -> None:
    assert urgency_of(text) is urgency


def test_no_hurry_does_not_move_a_near_deadline() -> None:
    assert urgency_of("no hurry", 20) is Urgency.HIGH
    assert urgency_of("no hurry", 90) is Urgency.LOW


def test_says_where_the_words_stand() -> None:
    text = "audit, asap please"
    urgency, places = read_urgency(text, None)
    assert urgency is Urgency.HIGH
    assert [text[start:end] for start, end in places] == ["asap"]
