from datetime import date

import pytest

from enterprises.routes import MAX_ROUTES, routes_for
from enterprises.schemas import StructuredNeed
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.types import RouteId, RouteKind
from providers.jurisdictions.packaged import read_packaged_treaty_data

ON = date(2026, 11, 22)
BEFORE_VIETNAMS_APOSTILLE = date(2026, 9, 10)


@pytest.fixture(scope="module")
def graph() -> TreatyGraph:
    return TreatyGraph(read_packaged_treaty_data())


def need(
    home: str | None, targets: list[str], sectors: list[str] | None = None, **fields: list[str]
) -> StructuredNeed:
    return StructuredNeed(
        home_jurisdiction=home,
        target_jurisdictions=targets,
        sector_codes=sectors or [],
        secondary_jurisdictions=fields.get("later"),
        excluded_jurisdictions=fields.get("excluded"),
    )


def asked(
    graph: TreatyGraph, wanted: StructuredNeed, on: date = ON
) -> list[tuple[RouteKind, tuple[str, ...]]]:
    return [(one.route.kind, one.places) for one in routes_for(graph, wanted, on)]


def test_a_need_of_any_kind_shows_documents_and_awards_along_its_corridor(
    graph: TreatyGraph,
) -> None:
    assert asked(graph, need("CN", ["VN"], ["LEG"])) == [
        (RouteKind.DOCUMENT, ("CN", "VN")),
        (RouteKind.AWARD, ("CN", "VN")),
        (RouteKind.AWARD, ("CN", "HK", "VN")),
    ]


def test_a_dispute_shows_award_judgment_and_settlement(graph: TreatyGraph) -> None:
    assert asked(graph, need("CN", ["VN"], ["DIS.ARB.CNS"])) == [
        (RouteKind.AWARD, ("CN", "VN")),
        (RouteKind.JUDGMENT, ("CN", "VN")),
        (RouteKind.SETTLEMENT, ("CN", "VN")),
        (RouteKind.AWARD, ("CN", "HK", "VN")),
    ]


def test_a_document_made_in_hong_kong_is_shown_where_its_answer_differs(
    graph: TreatyGraph,
) -> None:
    # India and Mainland China do not apply the Apostille Convention between them; Hong Kong and
    # India do.
    routes = routes_for(graph, need("CN", ["IN"]), ON)
    documents = {r.places: r.route.route for r in routes if r.route.kind is RouteKind.DOCUMENT}
    assert documents == {
        ("CN", "IN"): RouteId.CONSULAR_LEGALISATION,
        ("CN", "HK", "IN"): RouteId.APOSTILLE,
    }


def test_several_targets_share_the_four_places(graph: TreatyGraph) -> None:
    found = asked(graph, need("CN", ["VN", "TH", "MY"], ["DIS.LIT"]))
    assert len(found) == MAX_ROUTES
    assert {places[-1] for _, places in found} == {"VN", "TH", "MY"}
    found = asked(graph, need("CN", ["VN", "TH", "MY", "SG", "LA"], ["DIS.LIT"]))
    assert len({kind for kind, _ in found}) > 1


def test_targets_come_before_places_of_a_later_phase(graph: TreatyGraph) -> None:
    found = asked(graph, need("CN", ["VN"], later=["TH"]))
    assert found[0] == (RouteKind.DOCUMENT, ("CN", "VN"))
    assert {places[-1] for _, places in found} == {"VN", "TH"}


def test_what_is_ruled_out_has_no_route(graph: TreatyGraph) -> None:
    assert asked(graph, need("CN", [], later=["TH"], excluded=["TH"])) == []


def test_nothing_goes_through_hong_kong_from_or_to_hong_kong(graph: TreatyGraph) -> None:
    for wanted in (need("HK", ["CN"]), need("CN", ["HK"]), need("HK", ["VN"])):
        assert all(one.through is None for one in routes_for(graph, wanted, ON))


@pytest.mark.parametrize(
    ("home", "targets"),
    [(None, ["VN"]), ("CN", []), ("CN", ["CN"]), ("XX", ["VN"]), ("CN", ["XX", "EU"])],
)
def test_without_two_known_places_there_is_none(
    graph: TreatyGraph, home: str | None, targets: list[str]
) -> None:
    assert routes_for(graph, need(home, targets), ON) == ()


def test_the_day_decides(graph: TreatyGraph) -> None:
    wanted = need("CN", ["VN"])
    before = routes_for(graph, wanted, BEFORE_VIETNAMS_APOSTILLE)[0].route
    after = routes_for(graph, wanted, ON)[0].route
    assert before.route is RouteId.CONSULAR_LEGALISATION
    assert before.changes[0].on == date(2026, 9, 11)
    assert after.route is RouteId.APOSTILLE
