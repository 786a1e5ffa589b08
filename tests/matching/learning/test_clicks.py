import numpy as np
import pytest

from matching.learning.clicks import Examination, relevance_chance, simulate_clicks


def share_chosen(examination: Examination, grades: list[int], people: int = 20_000) -> list[float]:
    rng = np.random.default_rng(7)
    chances = relevance_chance(np.array(grades))
    order = np.arange(len(grades))
    clicks = [simulate_clicks(chances, order, examination, rng) for _ in range(people)]
    return [float(share) for share in np.mean(clicks, axis=0)]


def test_what_is_looked_at_and_relevant_is_chosen() -> None:
    shares = share_chosen(Examination((1.0, 0.5, 0.25)), [3, 3, 3, 3])
    assert shares == pytest.approx([1.0, 0.5, 0.25, 0.0], abs=0.01)
    shares = share_chosen(Examination((1.0, 1.0, 1.0, 1.0)), [0, 1, 2, 3])
    assert shares == pytest.approx([0.1, 0.1 + 0.9 / 7, 0.1 + 2.7 / 7, 1.0], abs=0.01)


def test_trust_lets_what_stands_high_be_chosen_for_nothing() -> None:
    trusting = share_chosen(Examination((1.0, 0.5), trust=0.4), [0, 0])
    assert trusting == pytest.approx([0.1 + 0.9 * 0.4, 0.5 * (0.1 + 0.9 * 0.2)], abs=0.01)


@pytest.mark.parametrize(("propensities", "trust"), [((1.2,), 0.0), ((1.0,), -0.1)])
def test_what_is_no_chance_is_refused(propensities: tuple[float, ...], trust: float) -> None:
    with pytest.raises(ValueError, match="a chance"):
        Examination(propensities, trust)
