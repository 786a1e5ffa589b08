from pathlib import Path

from core.audit.anchors import read_anchors
from core.audit.places import AnchorPlace
from core.audit.signing import SigningKey
from core.db import SessionFactory, transaction
from core.job_runs import Outcome
from core.settings import Settings
from jobs.audit import anchor_chains
from tests.conftest import make_settings
from tests.core.audit import steps
from tests.core.job_steps import job_of, queue, run

PRIVATE, _PUBLIC = SigningKey.make()


def anchoring(tmp_path: Path) -> Settings:
    given = make_settings("sqlite://").model_dump()
    given |= {"audit_anchor_url": str(tmp_path), "audit_signing_key": PRIVATE}
    return Settings.model_validate(given)


def work(sessions: SessionFactory, settings: Settings) -> tuple[Outcome, str | None]:
    job_id = queue(sessions)
    outcome = run(sessions, job_id, lambda attempt: anchor_chains(attempt, settings=settings))
    return outcome, job_of(sessions, job_id).last_error


def test_the_job_anchors_once_what_was_done(sessions: SessionFactory, tmp_path: Path) -> None:
    settings = anchoring(tmp_path)
    steps.fill_trail(sessions, events=2)

    assert work(sessions, settings)[0] is Outcome.DONE
    assert work(sessions, settings)[0] is Outcome.DONE

    read = read_anchors(AnchorPlace(str(tmp_path)), settings.anchor_keys)
    assert read.findings == ()
    assert [one.number for one in read.anchors] == [1]
    assert {head[0] for head in read.anchors[0].heads.values()} == {2}


def test_the_job_fails_where_the_trail_is_not_what_was_anchored(
    sessions: SessionFactory, tmp_path: Path
) -> None:
    settings = anchoring(tmp_path)
    steps.fill_trail(sessions)
    work(sessions, settings)
    with transaction(sessions) as session:
        steps.rewrite(session, steps.chosen_by(1))

    outcome, error = work(sessions, settings)

    assert outcome is Outcome.FAILED
    assert error is not None
    assert "AnchorContradicted" in error


def test_without_a_place_there_is_nothing_to_do(sessions: SessionFactory) -> None:
    steps.fill_trail(sessions, events=1)
    assert work(sessions, make_settings("sqlite://")) == (Outcome.DONE, None)
