"""How likely a provider accepts a referral at a score, for who prepares referrals."""

from sqlalchemy.orm import Session

from committee import queries
from committee.judgements.queries import feedback
from matching.learning.calibration import Calibration, acceptance_cases, fit_calibration

SEED = 20261122


def calibrate_acceptance(session: Session, version: str) -> Calibration:
    """Fit the probability of acceptance to the answers to referrals from lists of one ranker.

    Only what verified enterprises report counts. It never enters the order of a recommendation.

    Raises:
        RankerNotFound: no ranker has that version.
        CalibrationRefused: there are too few answers, or all are the same.
    """
    queries.get_ranker(session, version)
    cases = acceptance_cases(feedback(session), ranker=version)
    return fit_calibration(cases.scores, cases.accepted, seed=SEED, groups=cases.enterprises)
