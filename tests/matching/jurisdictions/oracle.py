"""A second reading of the raw rows, written from what the tables say of themselves.

It shares nothing with the planner but the files: plain dictionaries and dates as text, which
compare as the days they stand for.
"""

from functools import cache

from tests.matching.jurisdictions.treaties import CHINA, Row, tables

UNDATED = ("in_force", "extended")
# Which instrument carries which route between the parts of China, in which direction.
INSIDE_CHINA = {
    "award": {
        ("HK", "CN"): ("hk_mainland_awards_arrangement", "hk_cn_awards_2000"),
        ("CN", "HK"): ("hk_mainland_awards_arrangement", "hk_cn_awards_2000"),
        ("MO", "CN"): ("macao_mainland_awards_arrangement", "mo_cn_awards_2007"),
        ("CN", "MO"): ("macao_mainland_awards_arrangement", "mo_cn_awards_2007"),
        ("HK", "MO"): ("hk_macao_awards_arrangement", "hk_mo_awards_2013"),
        ("MO", "HK"): ("hk_macao_awards_arrangement", "hk_mo_awards_2013"),
        ("TW", "CN"): ("mainland_taiwan_rules", "cn_tw_awards_rules_2015"),
    },
    "judgment": {
        ("HK", "CN"): ("hk_mainland_judgments_arrangement", "hk_cn_judgments_2019"),
        ("CN", "HK"): ("hk_mainland_judgments_arrangement", "hk_cn_judgments_2019"),
        ("MO", "CN"): ("macao_mainland_judgments_arrangement", "mo_cn_judgments_2006"),
        ("CN", "MO"): ("macao_mainland_judgments_arrangement", "mo_cn_judgments_2006"),
        ("TW", "CN"): ("mainland_taiwan_rules", "cn_tw_judgments_rules_2015"),
    },
    "settlement": {},
    "document": {("HK", "CN"): ("caao", "hk_cn_caao")},
}


@cache
def _members() -> dict[tuple[str, str], Row]:
    return {(row["instrument_id"], row["jurisdiction"]): row for row in tables().memberships}


@cache
def _pairs() -> dict[tuple[str, frozenset[str]], tuple[Row, ...]]:
    pairs: dict[tuple[str, frozenset[str]], tuple[Row, ...]] = {}
    for row in tables().bilateral:
        key = row["instrument_kind"], frozenset((row["a"], row["b"]))
        pairs[key] = (*pairs.get(key, ()), row)
    return pairs


@cache
def _parents() -> dict[str, tuple[str, str]]:
    return {row["code"]: (row["kind"], row["parent_code"]) for row in tables().places}


def under_law_of(place: str) -> str:
    """The jurisdiction whose law a place is under: a province's is its state's."""
    kind, parent = _parents()[place]
    return parent if kind == "subdivision" else place


def state_of(place: str) -> str:
    """The state that a place belongs to."""
    place = under_law_of(place)
    return _parents()[place][1] or place


def is_within_one_state(instrument_id: str, a: str, b: str) -> bool:
    """Tell whether a convention meets itself: parts of one state, not parties in their own right.

    The Cook Islands and Niue acceded on their own; they are no parts of New Zealand to a treaty.
    """
    if state_of(a) != state_of(b):
        return False
    rows = [_members().get((instrument_id, place)) for place in (a, b)]
    in_their_own_right = all(row is not None and row["status"] == "in_force" for row in rows)
    return not in_their_own_right or state_of(a) == "CN"


def row_binds(row: Row, on: str) -> bool:
    """Tell whether a row binds on a day, `YYYY-MM-DD`."""
    if row["in_force_from"]:
        return row["in_force_from"] <= on
    instrument_id = row.get("instrument_id") or row["note"].partition(":")[0]
    return row["status"] in UNDATED and on >= _beginnings().get(instrument_id, "")


@cache
def _beginnings() -> dict[str, str]:
    """The day each instrument began: of its first dated party, else the first of its year."""
    first = {row["instrument_id"]: f"{row['year']}-01-01" for row in tables().instruments}
    dated: dict[str, list[str]] = {}
    for row in tables().memberships:
        if row["in_force_from"]:
            dated.setdefault(row["instrument_id"], []).append(row["in_force_from"])
    return first | {instrument_id: min(days) for instrument_id, days in dated.items()}


def binds(instrument_id: str, place: str, on: str) -> bool:
    """Tell whether an instrument binds a jurisdiction on a day."""
    row = _members().get((instrument_id, place))
    return row is not None and row_binds(row, on)


def is_flagged(place: str) -> bool:
    """Tell whether some party objected to the accession of a jurisdiction (HCCH type A**)."""
    row = _members().get(("hcch_apostille_1961", place))
    return row is not None and "A**" in row["note"]


def is_cut(instrument_id: str, a: str, b: str, on: str) -> bool:
    """Tell whether an objection keeps a convention from applying between two parties."""
    return any(
        row["instrument_id"] == instrument_id
        and {row["a"], row["b"]} == {a, b}
        and row["from"] <= on
        for row in tables().objections
    )


def bilateral(kind: str, a: str, b: str, on: str) -> tuple[Row, ...]:
    """The rows between two jurisdictions that bind on a day."""
    return tuple(row for row in _pairs().get((kind, frozenset((a, b))), ()) if row_binds(row, on))


def _joined(instrument_id: str, a: str, b: str, on: str) -> bool:
    return (
        binds(instrument_id, a, on)
        and binds(instrument_id, b, on)
        and not is_within_one_state(instrument_id, a, b)
        and not is_cut(instrument_id, a, b, on)
    )


def routes(kind: str, a: str, b: str, on: str) -> frozenset[str]:
    """The route ids that the rows allow when no fact of the case is given.

    More than one where the rows leave it open: Cap. 319 is a law of Hong Kong, and the rows do
    not say whether the other side registers Hong Kong judgments.
    """
    inside = INSIDE_CHINA[kind].get((a, b))
    if inside is not None:
        return frozenset({inside[0] if _inside(inside[1], a, b, on) else "domestic_law_only"})
    if a in CHINA and b in CHINA:
        return frozenset({"domestic_law_only"})
    return {"award": _award, "judgment": _judgment, "settlement": _settlement}.get(kind, _document)(
        a, b, on
    )


def _inside(instrument_id: str, a: str, b: str, on: str) -> bool:
    return binds(instrument_id, a, on) and binds(instrument_id, b, on)


def _award(a: str, b: str, on: str) -> frozenset[str]:
    is_open = _joined("nyc_1958", a, b, on)
    return frozenset({"new_york_convention" if is_open else "domestic_law_only"})


def _judgment(a: str, b: str, on: str) -> frozenset[str]:
    if binds("eu", a, on) and binds("eu", b, on):
        return frozenset({"domestic_law_only"})
    if _joined("lugano_2007", a, b, on):
        return frozenset({"lugano"})
    treaties = bilateral("judicial_assistance", a, b, on)
    if any("not cover" not in row["note"].lower() for row in treaties):
        return frozenset({"bilateral_treaty"})
    if _joined("hcch_judgments_2019", a, b, on):
        return frozenset({"hague_judgments"})
    return _registration(a, b, on)


def _registration(a: str, b: str, on: str) -> frozenset[str]:
    registers = [
        row
        for row in bilateral("judgment_arrangement", a, b, on)
        if row["note"].startswith("hk_fjreo:")
    ]
    if not registers:
        return frozenset({"domestic_law_only"})
    if b == "HK" or "under its own Act" in registers[0]["note"]:
        return frozenset({"hk_fjreo"})
    return frozenset({"hk_fjreo", "domestic_law_only"})


def _settlement(a: str, b: str, on: str) -> frozenset[str]:
    # Japan's reservation (Art. 8(1)(b)) closes the route until the parties are known to agree.
    is_open = b != "JP" and binds("singapore_mediation_2018", b, on) and state_of(a) != state_of(b)
    return frozenset({"singapore_convention" if is_open else "domestic_law_only"})


def _document(a: str, b: str, on: str) -> frozenset[str]:
    if _joined("hcch_apostille_1961", a, b, on):
        return frozenset({"apostille"})
    if is_within_one_state("hcch_apostille_1961", a, b):
        return frozenset({"domestic_law_only"})
    return frozenset({"consular_legalisation"})
