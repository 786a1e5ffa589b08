import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.route_picture import draw_route
from matching.jurisdictions.types import Step
from matching.types import Sentence

SAID = Sentence("said", "说", "說")
NAMES = {"CN": "Mainland China", "HK": "香港", "CD": "Congo - Democratic Republic of the Congo"}


def step(place: str, desk: str | None = None) -> Step:
    return Step("notarise", place, SAID, desk=desk)


def name_of(code: str) -> str:
    return NAMES.get(code, code)


STEPS = st.lists(
    st.builds(step, st.sampled_from(["CN", "HK", "CD"]), st.sampled_from([None, "one", "two"])),
    min_size=1,
    max_size=12,
)


@given(steps=STEPS)
def test_every_step_is_one_stop_inside_the_band_of_its_place(steps: list[Step]) -> None:
    picture = draw_route("CN", steps, name_of)
    assert [stop.number for stop in picture.stops] == list(range(1, len(steps) + 1))
    assert [stop.place for stop in picture.stops] == [one.place for one in steps]
    for stop in picture.stops:
        inside = [band for band in picture.bands if band.x < stop.x < band.x + band.width]
        assert len(inside) == 1
        assert 0 < stop.label_y < picture.height
        assert 0 < stop.y < picture.height


@given(steps=STEPS)
def test_stops_go_on_to_the_end_and_can_be_hit_one_by_one(steps: list[Step]) -> None:
    picture = draw_route("CN", steps, name_of)
    for before, after in pairwise(picture.stops):
        assert after.x - before.x >= 88
    for left, right in pairwise(picture.bands):
        assert left.x + left.width < right.x
    assert picture.bands[-1].x + picture.bands[-1].width <= picture.width


@given(steps=STEPS)
def test_the_line_runs_level_or_at_45_degrees_through_every_stop(steps: list[Step]) -> None:
    picture = draw_route("CN", steps, name_of)
    found = re.findall(r"[ML](\d+) (\d+)", picture.line)
    points = [(int(x), int(y)) for x, y in found]
    for (x1, y1), (x2, y2) in pairwise(points):
        assert y1 == y2 or abs(y2 - y1) == x2 - x1
    assert {(stop.x, stop.y) for stop in picture.stops} <= set(points)


def test_a_home_where_nothing_is_done_is_the_start_of_the_line() -> None:
    picture = draw_route("CN", [step("HK"), step("CD")], name_of)
    assert [band.name[0].text for band in picture.bands[:2]] == ["Mainland China", "香港"]
    assert picture.start is not None
    assert picture.start[1] != picture.stops[0].y, "a change of place is seen in the line"
    assert picture.line.startswith(f"M{picture.start[0]} {picture.start[1]}")
    assert draw_route("HK", [step("HK")], name_of).start is None


def test_neighbours_at_one_desk_share_a_frame() -> None:
    steps = [step("CN", "one"), step("CN", "one"), step("CN"), step("HK", "one")]
    (frame,) = draw_route("CN", steps, name_of).together
    picture = draw_route("CN", steps, name_of)
    framed = [s.number for s in picture.stops if frame.x < s.x < frame.x + frame.width]
    assert framed == [1, 2]


@pytest.mark.parametrize("name", ["Congo - Democratic Republic of the Congo and more", "剛果" * 20])
def test_a_long_name_takes_two_lines_and_ends_in_an_ellipsis(name: str) -> None:
    (band,) = draw_route("CD", [step("CD")], lambda _: name).bands
    assert len(band.name) == 2
    assert band.name[1].text.endswith("…")
    assert name.startswith(band.name[0].text)


def test_the_order_of_places_is_that_of_the_steps_even_where_one_comes_back() -> None:
    picture = draw_route("CN", [step("CN"), step("HK"), step("CN")], name_of)
    assert len(picture.bands) == 3
