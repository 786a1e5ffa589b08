"""Pictures are read back: coordinates against values, words against scripts, files against rules."""

import re
from itertools import pairwise
from math import log10
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.web.curve_findings import Shape, find_rise, say_few_examples, say_finding
from api.web.curve_picture import Bar, curve_svg, overview_svg, pair_svg
from api.web.drawing import NAMESPACE, width_of, wrap
from api.web.interval_picture import Interval, intervals_svg, say_figure
from matching.ranker.additive import Curve, PairTable
from matching.text.folding import script_of
from matching.types import Script, Sentence

NS = f"{{{NAMESPACE}}}"
TITLE = Sentence("Near <past> work", "相近的过往工作", "相近的過往工作")
CURVE = Curve("recency", (0.2, 0.3, 0.4, 0.8), (0.0, 0.5, 1.0, 1.2, 1.25))
PAIR = PairTable(
    "near_and_here", "words_nearest", "recency", (0.5,), (0.25, 0.75), ((0, 0, 0.2), (0, 0.4, 0.8))
)


def parse(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314  # our own picture


def one(picture: ElementTree.Element, kind: str, tag: str = "path") -> ElementTree.Element:
    found = [e for e in picture.iter(f"{NS}{tag}") if e.get("class") == f"c-{kind}"]
    assert len(found) == 1
    return found[0]


def words(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter(f"{NS}text")]


def corners(path: str) -> list[tuple[float, float]]:
    """Follow a path of M, H and V, all absolute."""
    x = y = 0.0
    found = []
    for command, numbers in re.findall(r"([MHVZ])([-\d. ]*)", path):
        given_numbers = [float(number) for number in numbers.split()]
        if command == "M":
            x, y = given_numbers
        elif command == "H":
            (x,) = given_numbers
        elif command == "V":
            (y,) = given_numbers
        found.append((x, y))
    return found


def test_the_line_of_a_curve_runs_through_its_values() -> None:
    picture = parse(curve_svg(CURVE, title=TITLE))
    points = corners(one(picture, "steps").get("d", ""))
    left, right = points[0][0], points[-1][0]
    edges = [0.0, *CURVE.edges, 1.0]
    levels = [y for _, y in points]
    bottom, top = max(levels), min(levels)
    expected = [(0.0, CURVE.values[0])]
    for (_, edge), (before, after) in zip(
        pairwise(edges[:-1]), pairwise(CURVE.values), strict=True
    ):
        expected += [(edge, before), (edge, after)]
    expected.append((1.0, CURVE.values[-1]))
    assert len(points) == len(expected)
    for (x, y), (at, value) in zip(points, expected, strict=True):
        assert (x - left) / (right - left) == pytest.approx(at, abs=1e-3)
        assert (bottom - y) / (bottom - top) == pytest.approx(value / 1.25, abs=1e-3)


def test_the_greatest_value_is_labelled_where_it_is_reached() -> None:
    picture = parse(curve_svg(CURVE, title=TITLE))
    dot = one(picture, "most", "circle")
    points = corners(one(picture, "steps").get("d", ""))
    assert (float(dot.get("cx", "0")), float(dot.get("cy", "0"))) in points
    assert float(dot.get("cy", "0")) == min(y for _, y in points)
    assert "1.25" in words(picture)


def test_the_strip_shows_examples_on_a_log_scale_that_it_names() -> None:
    support = (9_999, 99, 9, 0, 999)
    picture = parse(curve_svg(CURVE, title=TITLE, support=support))
    boxes = one(picture, "examples").get("d", "").split("Z")[:-1]
    assert len(boxes) == 4  # nothing where there are none
    heights = []
    for box in boxes:
        ys = [y for _, y in corners(box)]
        heights.append(max(ys) - min(ys))
    for height, examples in zip(heights, (9_999, 99, 9, 999), strict=True):
        assert height / heights[0] == pytest.approx(log10(1 + examples) / 4, abs=0.01)
    assert "Examples behind each step (log scale, at most 9,999)" in words(picture)
    with pytest.raises(ValueError, match="2 counts for 5 steps"):
        curve_svg(CURVE, title=TITLE, support=(1, 2))


def test_a_curve_that_adds_nothing_and_one_that_costs_are_drawn() -> None:
    flat = parse(curve_svg(Curve("recency", (), (0.0,)), title="x", support=[0]))
    assert len({y for _, y in corners(one(flat, "steps").get("d", ""))}) == 1
    falls = parse(curve_svg(Curve("recency", (0.5,), (0.0, -1.0)), title="x"))
    first, last = (corners(one(falls, "steps").get("d", ""))[at][1] for at in (0, -1))
    assert last > first
    assert "-1.00" in words(falls)


def test_cells_of_a_pair_stand_where_its_values_do_and_are_coloured_by_them() -> None:
    picture = parse(pair_svg(PAIR, title=TITLE, first="upwards", second="across"))
    cells = {
        e.get("fill-opacity"): corners(e.get("d", ""))
        for e in picture.iter(f"{NS}path")
        if e.get("class") == "c-cell"
    }
    assert list(cells) == ["0.25", "0.5", "1"]  # cells that add nothing are left blank
    frame = one(picture, "frame", "rect")
    x, y, width, height = (float(frame.get(key, "0")) for key in ("x", "y", "width", "height"))
    darkest = cells["1"]
    assert min(px for px, _ in darkest) == pytest.approx(x + 0.75 * width, abs=0.01)
    assert max(px for px, _ in darkest) == pytest.approx(x + width, abs=0.01)
    assert min(py for _, py in darkest) == pytest.approx(y, abs=0.01)
    assert max(py for _, py in darkest) == pytest.approx(y + height / 2, abs=0.01)
    assert words(picture)[-1] == "Strongest colour: adds 0.80"


def test_the_overview_is_sorted_within_families_and_to_scale() -> None:
    bars = [Bar("a", "Text", 0.5), Bar("b", "Place", 1.0), Bar("c", "Text", 2.0)]
    picture = parse(overview_svg(bars, title="Parts"))
    filled = [e for e in picture.iter(f"{NS}rect") if e.get("class") == "bar-fill"]
    lengths = [float(e.get("width", "0")) for e in filled]
    assert [length / lengths[0] for length in lengths] == pytest.approx([1, 0.25, 0.5], abs=0.01)
    said = words(picture)
    assert [w for w in said if w in {"a", "b", "c", "Text", "Place"}] == [
        *("Text", "c", "a"),
        *("Place", "b"),
    ]
    assert "c (2.00)" in (picture.findtext(f"{NS}desc") or "")
    assert parse(overview_svg([], title="Parts")).findtext(f"{NS}desc") == "No part adds anything."


def test_intervals_share_one_axis() -> None:
    rows = [Interval("ours", 0.3, 0.2, 0.4, is_chief=True), Interval("theirs", 0.25, 0.2, 0.3)]
    picture = parse(intervals_svg(rows, name="both", title="Figures", script=Script.EN))
    dots = [float(e.get("cx", "0")) for e in picture.iter(f"{NS}circle")]
    spans = [
        [float(n) for n in re.findall(r"M([\d.]+) [\d.]+H([\d.]+)", e.get("d", ""))[0]]
        for e in picture.iter(f"{NS}path")
        if e.get("class") == "c-span"
    ]
    (low, high), (other_low, other_high) = spans
    assert low == other_low
    assert (other_high - low) / (high - low) == pytest.approx(0.5, abs=0.01)
    assert [(x - low) / (high - low) for x in dots] == pytest.approx([0.5, 0.25], abs=0.01)


def test_changes_are_signed_around_a_line_of_no_change() -> None:
    rows = [Interval("one group", -0.02, -0.05, 0.01)]
    picture = parse(
        intervals_svg(rows, name="groups", title="Change", script=Script.EN, is_change=True)
    )
    zero = re.findall(r"M([\d.]+)", one(picture, "zero").get("d", ""))[0]
    dot = one(picture, "dot", "circle").get("cx", "0")
    assert float(dot) < float(zero)
    assert "−0.020" in words(picture)
    assert say_figure(0.0001, Script.EN, is_change=True) == "0.000"


@pytest.mark.parametrize("script", list(Script))
def test_every_picture_stands_alone_and_breaks_no_policy(script: Script) -> None:
    pictures = (
        curve_svg(CURVE, title=TITLE, support=(5, 4, 3, 2, 1), script=script),
        pair_svg(PAIR, title=TITLE, first=TITLE, second=TITLE, script=script),
        overview_svg([Bar("越南", "x", 1.0)], title=TITLE, script=script),
        intervals_svg([Interval("a", 0, 0, 0)], name="i", title="t", script=script),
    )
    for markup in pictures:
        picture = parse(markup)
        assert picture.tag == f"{NS}svg"
        assert picture.get("role") == "img"
        names = {e.get("id") for e in picture.iter() if e.get("id")}
        assert {picture.get("aria-labelledby"), picture.get("aria-describedby")} == names
        assert picture.get("lang") == script.value
        for element in picture.iter():
            assert element.tag not in {f"{NS}style", f"{NS}script", f"{NS}image", f"{NS}use"}
            assert not [key for key in element.attrib if key == "style" or key.startswith("on")]
        width, height = (float(picture.get(key, "0")) for key in ("width", "height"))
        assert picture.get("viewBox") == f"0 0 {width:g} {height:g}"


@pytest.mark.parametrize("script", [Script.ZH_HANS, Script.ZH_HANT])
def test_words_of_a_curve_are_in_the_readers_script(script: Script) -> None:
    picture = parse(curve_svg(CURVE, title=TITLE, support=(5, 4, 3, 2, 1), script=script))
    said = [w for w in words(picture) if not re.fullmatch(r"[-\d.]+", w)]
    assert len(said) == 4
    for word in [*said, picture.findtext(f"{NS}desc") or ""]:
        assert script_of(word) in {Script.ZH_HANS, Script.ZH_HANT}
    assert TITLE.in_script(script) in said


def test_a_heading_is_wrapped_and_can_be_left_to_the_page() -> None:
    long = "How much past work crosses from where the enterprise is to the targets, or next door"
    with_heading = words(parse(curve_svg(CURVE, title=long)))
    assert " ".join(with_heading[:2]) == long
    without = parse(curve_svg(CURVE, title=long, has_heading=False))
    assert not [w for w in words(without) if w and w in long and len(w) > 10]
    assert without.findtext(f"{NS}title") == long


@given(st.text(st.sampled_from("ab ，。越南（）"), min_size=1, max_size=80).map(str.strip))
def test_wrapped_lines_hold_the_words_and_fit(said: str) -> None:
    lines = wrap(said, 120, most=3)
    assert len(lines) <= 3
    joined = "".join(lines).replace(" ", "")
    assert said.replace(" ", "").startswith(joined.removesuffix("…"))
    if lines[-1].endswith("…"):
        assert width_of(lines[-1]) <= 120 or lines[-1] == "…"


@pytest.mark.parametrize(
    ("edges", "values", "shape", "said"),
    [
        ((), (0.0,), Shape.NOTHING, "Adds nothing"),
        ((0.5,), (0.0, 0.004), Shape.NOTHING, "Adds nothing"),
        ((0.5,), (0.0, 0.6), Shape.JUMP, "Adds 0.60, nearly all of it from 0.50 on."),
        (
            tuple(i / 10 for i in range(1, 10)),
            tuple(i / 10 for i in range(10)),
            Shape.EVEN,
            "Rises evenly, to 0.90.",
        ),
        (
            (0.2, 0.3, 0.4, 0.8),
            (0.0, 0.5, 1.0, 1.2, 1.25),
            Shape.STEEP,
            "Rises most between 0.20 and 0.30; at most it adds 1.25.",
        ),
        ((0.5,), (1.0, 0.2), Shape.FALLS, "Does not only rise; at most it adds 1.00."),
    ],
)
def test_a_finding_says_what_the_curve_shows(
    edges: tuple[float, ...], values: tuple[float, ...], shape: Shape, said: str
) -> None:
    rise = find_rise(edges, values)
    assert rise.shape is shape
    assert said in say_finding(rise, Script.EN)


@given(st.lists(st.floats(0, 1), min_size=2, max_size=20))
def test_the_stretch_that_is_named_holds_half_of_the_rise(rises: list[float]) -> None:
    edges = tuple((at + 1) / (len(rises) + 1) for at in range(len(rises)))
    values = [0.0]
    for step in rises:
        values.append(values[-1] + step)
    rise = find_rise(edges, values)
    if rise.shape is not Shape.NOTHING:
        inside = sum(r for e, r in zip(edges, rises, strict=True) if rise.begins <= e <= rise.ends)
        assert inside >= values[-1] / 2 - 1e-9


def test_few_examples_are_said_from_the_edge_above_which_they_are_few() -> None:
    edges = (0.2, 0.5, 0.8)
    said = say_few_examples(edges, (500, 50, 20, 9), Script.EN)
    assert said == "Fewer than 30 examples lie above 0.50."
    assert say_few_examples(edges, (9, 9, 9, 9), Script.EN) == said.replace("0.50", "0.20")
    assert say_few_examples(edges, (500, 50, 40, 31), Script.EN) is None
