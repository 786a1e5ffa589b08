"""Contrast of the colour tokens by the formula of WCAG 2.2, for light and dark alike."""

import re
from importlib.resources import files

import pytest

FOLDER = files("api.web").joinpath("static")
CSS = FOLDER.joinpath("app.css").read_text(encoding="utf-8")
ROUTES = FOLDER.joinpath("routes.css").read_text(encoding="utf-8")
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", CSS
    )
}
GROUNDS = ("paper", "surface")
# Words on what they stand on: 4.5 (success criterion 1.4.3).
TEXT = [
    *(
        (ink, ground)
        for ink in ("ink", "muted", "accent", "accent-strong", "error")
        for ground in GROUNDS
    ),
    *((ink, ground) for ink in ("good", "warn") for ground in GROUNDS),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent-strong", "accent-soft"),
    ("accent", "accent-soft"),
    ("ink", "accent-soft"),
    ("ink", "mark"),
    ("warn", "warn-soft"),
    ("error", "error-soft"),
    ("ink", "error-soft"),
]
# Lines, rings and bars that mean something: 3 (success criterion 1.4.11).
LINES = [
    *((line, ground) for line in ("control", "focus", "error", "accent") for ground in GROUNDS),
    ("accent", "sunk"),
    ("accent", "accent-soft"),
    ("warn", "mark"),
]


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_formula_gives_the_known_extremes() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("ink", "ground"), TEXT)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_can_be_read(ink: str, ground: str, scheme: int) -> None:
    assert contrast(TOKENS[ink][scheme], TOKENS[ground][scheme]) >= 4.5


@pytest.mark.parametrize(("line", "ground"), LINES)
@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_lines_that_mean_something_can_be_seen(line: str, ground: str, scheme: int) -> None:
    assert contrast(TOKENS[line][scheme], TOKENS[ground][scheme]) >= 3


def test_every_colour_is_a_token() -> None:
    rules = CSS[CSS.index("@layer base") :] + ROUTES
    assert re.findall(r"#[0-9a-f]{3,8}\b", rules) == []


def test_sides_are_logical() -> None:
    physical = r"(?<![\w-])(margin|padding|border)-(left|right|top|bottom)|(?<![\w-])(left|right|top|bottom):"
    assert re.findall(physical, CSS + ROUTES) == []
