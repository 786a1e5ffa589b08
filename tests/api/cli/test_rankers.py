import json
from pathlib import Path

import numpy as np
import pytest

from core.settings import get_settings
from matching.learning.types import Feedback, Outcome, OutcomeKind, Showing
from tests.api.cli.conftest import CommandLine
from tests.committee.life import document_of, doubled, without_the_strongest

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture(autouse=True)
def approvers(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDBRIDGE_APPROVERS", "chan, li,wong")
    get_settings.cache_clear()


@pytest.fixture
def proposed(landbridge: CommandLine, tmp_path: Path) -> str:
    """The version of a ranker that orders as the packaged one does."""
    return propose(landbridge, tmp_path, document_of("better", doubled))


def propose(landbridge: CommandLine, folder: Path, data: bytes) -> str:
    file = folder / "proposed.json"
    file.write_bytes(data)
    outcome = landbridge("ranker", "propose", str(file), "--note", "n", "--json")
    assert outcome.code == 0, outcome.err
    return str(json.loads(outcome.out)["version"])


def accept(landbridge: CommandLine, version: str) -> str:
    for approver in ("chan", "li"):
        outcome = landbridge(
            "ranker", "vote", version, "--as", approver, "--accept", "--reason", "looked at it"
        )
        assert outcome.code == 0, outcome.err
    return outcome.out


def in_force(landbridge: CommandLine) -> str:
    listed = json.loads(landbridge("ranker", "list", "--json").out)["rankers"]
    [version] = [one["version"] for one in listed if one["state"] == "in_force"]
    return str(version)


def test_a_ranker_lives_from_proposal_to_rollback(
    landbridge: CommandLine, proposed: str, tmp_path: Path
) -> None:
    shipped = in_force(landbridge)
    compared = landbridge("ranker", "compare", proposed, "--as", "li")
    assert f"{proposed} against {shipped}" in compared.out
    assert "ranking: " in compared.err
    assert "is accepted after 2 counted votes" in accept(landbridge, proposed)

    assert f"instead of {shipped}" in landbridge("ranker", "promote", proposed).out
    matched = landbridge("match", "--text", "rural roads in Vietnam", "--json")
    assert json.loads(matched.out)["versions"]["ranker"] == proposed
    assert f"{proposed}, promoted" in landbridge("check").out
    shown = landbridge("ranker", "show")
    assert proposed in shown.out
    assert "li: looked at it" in shown.out
    assert f"instead of {shipped}" in shown.out

    back = landbridge("ranker", "rollback", "--reason", "complaints", "--json")
    assert json.loads(back.out)["version"] == shipped == in_force(landbridge)


def test_the_gate_is_one_line(landbridge: CommandLine, tmp_path: Path) -> None:
    version = propose(landbridge, tmp_path, document_of("worse", without_the_strongest))
    assert "FAIL" in landbridge("ranker", "compare", version).out
    accept(landbridge, version)

    outcome = landbridge("ranker", "promote", version)

    assert outcome.code == 2
    assert "nDCG@10 changes by -0" in outcome.complaint
    assert in_force(landbridge) != version


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "nobody-0"], "nobody-0"),
        (["compare", "nobody-0"], "nobody-0"),
        (["promote", "{version}"], "approvers accept it"),
        (["promote", "{version}", "--as", "li hua"], "--as"),
        (["show", "\udcff"], "no ranker has the version"),
        (["compare", "\udcff"], "no ranker has the version"),
        (["promote", "\udcff"], "no ranker has the version"),
        (["promote", "x\x00"], "no ranker has the version"),
        (["propose", "made.json", "--note", "\udcff"], "--note"),
        (["propose", "made.json", "--note", "n" * 2001], "--note"),
        (["acceptance"], "0 outcomes: a probability of acceptance takes 200"),
        (["acceptance", "nobody-0"], "no ranker has the version"),
        (["rollback", "--reason", "x"], "no promotion"),
        (["vote", "{version}", "--as", "chan", "--reason", "x"], "--refuse"),
        (["vote", "{version}", "--as", "mallory", "--accept", "--reason", "x"], "mallory"),
        (["vote", "{version}", "--as", "chan", "--accept", "--reason", " "], "--reason"),
        (["propose", "absent.json"], "absent.json"),
        (["propose", "cut.json"], "cut short"),
        (["show", "cut.json"], "cut short"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(
    landbridge: CommandLine, proposed: str, tmp_path: Path, arguments: list[str], said: str
) -> None:
    (tmp_path / "made.json").write_bytes(document_of("made", doubled))
    (tmp_path / "cut.json").write_bytes(document_of("better", doubled)[:-9])
    before = landbridge("ranker", "list", "--json").out

    outcome = landbridge("ranker", *(part.replace("{version}", proposed) for part in arguments))

    assert outcome.code == 2
    assert outcome.out == ""
    assert said in outcome.err.splitlines()[-1]
    assert landbridge("ranker", "list", "--json").out == before


def test_a_file_is_shown_without_a_proposal(landbridge: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "made.json").write_bytes(document_of("made", doubled))

    outcome = landbridge("ranker", "show", "made.json", "--curves", "pictures")
    document = json.loads(landbridge("ranker", "show", "made.json", "--json").out)

    assert "weights were set by hand" in outcome.out
    drawn = sorted((tmp_path / "pictures").glob("*.svg"))
    assert len(drawn) == len(document["curves"]) + 1  # and one of all of them
    assert all(path.read_text("utf-8").startswith("<svg") for path in drawn)


def test_the_probability_of_acceptance_is_shown_with_how_far_to_trust_it(
    landbridge: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = in_force(landbridge)
    monkeypatch.setattr("committee.acceptance.feedback", lambda _session: answers(version))

    shown = landbridge("ranker", "acceptance").out
    found = json.loads(landbridge("ranker", "acceptance", version, "--json").out)

    assert f"{version}: 300 referrals answered" in shown
    assert "Expected calibration error 0." in shown
    assert (found["ranker"], found["outcomes"]) == (version, 300)
    assert found["values"] == sorted(found["values"])
    assert found["values"][0] < 0.2
    assert found["values"][-1] > 0.8
    assert sum(part[0] for part in found["curve"]) == 300


def answers(ranker: str) -> Feedback:
    """Referrals of thirty enterprises: who stands above two points mostly accepts."""
    rng = np.random.default_rng(7)
    showings: list[Showing] = []
    outcomes: list[Outcome] = []
    for number, score in enumerate(rng.uniform(0.0, 4.0, size=300).tolist()):
        listed = Showing(f"list-{number}", f"need-{number}", ("p",), (score,), ranker)
        accepts = rng.random() < (0.9 if score > 2.0 else 0.1)
        kind = OutcomeKind.ACCEPTED if accepts else OutcomeKind.REFERRED
        outcomes.append(
            Outcome(listed.query_id, "p", f"e{number % 30}", kind, 1, True, list_id=listed.list_id)
        )
        showings.append(listed)
    return Feedback({}, outcomes=tuple(outcomes), showings=tuple(showings))


def test_new_queries_are_frozen_on_request(landbridge: CommandLine, proposed: str) -> None:
    landbridge("ranker", "compare", proposed)
    accept(landbridge, proposed)

    frozen = json.loads(landbridge("ranker", "freeze", "--reason", "2027", "--json").out)

    assert frozen["queries"] > 0
    outcome = landbridge("ranker", "promote", proposed)
    assert (outcome.code, "landbridge ranker compare" in outcome.complaint) == (2, True)
