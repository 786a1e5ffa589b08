"""What the report adds to the figures: how sure they are, who loses, and who is shown."""

from datetime import date

import numpy as np
import pytest

from matching.evaluation.awards import AwardedNeed, AwardsBench, Scorer
from matching.evaluation.awards_report import AwardsReport, evaluate_awards
from matching.features.catalogue import NAMES
from matching.features.context import MatchContext
from matching.index.columns import Index
from matching.types import FloatArray

# Seven past needs make a large provider of "a"; b to h have one each.
PAST = tuple(
    AwardedNeed(f"p{i}", "", f"road {i}", ("a",), date(2010, 1, 1), "VN", "roads", None)
    for i in range(7)
) + tuple(
    AwardedNeed(f"s{w}", "", "water", (w,), date(2010, 1, 1), "VN", "water", None)
    for w in "bcdefgh"
)
# Fifty needs: a wins those of roads, b the last twenty-five, which are in French.
QUERIES = tuple(
    AwardedNeed(f"q{i:02}", "", f"road {i}", ("a",), date(2015, 1, 1), "VN", "roads", 5e6)
    for i in range(25)
) + tuple(
    AwardedNeed(
        f"q{i:02}", "", "etude pour les eaux", ("b",), date(2015, 1, 1), "VN", "other", 5.0,
        sectors=("sector:Water",), region="EAP",
    )
    for i in range(25, 50)
)  # fmt: skip
BENCH = AwardsBench(PAST, QUERIES, {})


@pytest.fixture(scope="module")
def report() -> AwardsReport:
    def right(need: AwardedNeed, context: MatchContext) -> FloatArray:
        return np.array([c.provider_id in need.winners for c in context.index.candidates], float)

    return evaluate_awards(
        BENCH,
        np.zeros((len(PAST), 0), np.float32),
        np.zeros((len(QUERIES), 0), np.float32),
        rankers={"ranker": right, "ranker without text": right},
    )


def test_every_figure_has_its_interval(report: AwardsReport) -> None:
    written = report.as_dict()

    assert report.rankers["ranker"]["warm"].intervals["ndcg10"] == (1.0, 1.0)
    for parts in report.rankers.values():
        for measured in parts.values():
            for name, value in measured.figures.as_dict().items():
                low, high = measured.intervals[name]
                assert low - 1e-4 <= value <= high + 1e-4
    low, high = report.rankers["popularity"]["warm"].intervals["ndcg10"]
    assert low < high
    assert isinstance(written["rankers"], dict)
    assert list(written["rankers"]["popularity"]["new"]) == [
        "mrr", "r10", "r100", "ndcg10", "intervals",
    ]  # fmt: skip


def test_compares_every_ranker_with_the_best_baseline_and_the_prior(report: AwardsReport) -> None:
    pairs = {(one.ranker, one.against, one.part) for one in report.comparisons}

    assert report.best_baseline == "popularity"
    assert ("ranker", "popularity", "warm") in pairs
    assert ("ranker", "prior", "new") in pairs
    assert ("prior", "popularity", "warm") in pairs
    assert ("ranker without text", "ranker", "warm") in pairs
    assert not any(ranker in ("popularity", "bm25_knn") for ranker, _, _ in pairs)


def test_a_ranker_that_is_always_right_beats_one_that_counts_wins(report: AwardsReport) -> None:
    found = next(
        one for one in report.comparisons if (one.ranker, one.against) == ("ranker", "popularity")
    )

    # Popularity puts a first and b second: right in half of the needs.
    assert found.difference == pytest.approx((1 - 1 / np.log2(3)) / 2)
    assert 0 < found.low < found.difference < found.high
    assert found.p < 0.001


def test_slices_name_what_is_known_of_the_needs_losers_first(report: AwardsReport) -> None:
    found = {one.name: one for one in report.slices}

    assert set(found) == {
        "language: en", "language: fr", "region: EAP", "client: known", "client: new",
        "winner: large", "winner: small", "value: 1 million or more",
        "value: below 100 thousand", "sector: sector:Water",
    }  # fmt: skip
    assert report.subject == "ranker"
    differences = [one.difference for one in report.slices]
    assert differences == sorted(differences)
    assert found["winner: large"].difference == 0.0
    assert found["winner: small"].difference > 0.3


def test_tells_how_much_is_shown_of_small_providers(report: AwardsReport) -> None:
    # Eight candidates fill the ten places of every need; a alone is large.
    assert report.exposure["popularity"].small == pytest.approx(7 / 8)
    assert report.exposure["popularity"].gini == 0.0
    assert report.winners_small == 0.5
    assert "ranker without text" not in report.exposure


def test_learned_rankers_read_the_features_of_the_past() -> None:
    seen: list[int] = []

    def learn(index: Index) -> dict[str, Scorer]:
        seen.append(len(index.matters))
        recency = NAMES.index("recency")
        return {"ranker": lambda features: np.nan_to_num(features[:, recency])}

    found = evaluate_awards(
        BENCH,
        np.zeros((len(PAST), 0), np.float32),
        np.zeros((len(QUERIES), 0), np.float32),
        scorers=learn,
    )

    assert seen == [len(PAST)]
    # Everybody's work is of the same day: the order is that of the ids.
    assert found.rankers["ranker"]["warm"].figures.mrr == pytest.approx((1 + 1 / 2) / 2)
