"""Seed of the operators' list of jurisdictions: CLDR names, corrected by a curated table.

`curated_jurisdictions.csv` wins over CLDR wherever it has a value; `region_containment.csv` says
which jurisdictions lie in which UN M49 region (CLDR's territory containment). Languages are those
of CLDR's table of territories, `merged_subdivisions.csv` says what became of which province.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from babel import Locale
from babel.languages import get_territory_language_info
from opencc import OpenCC

HERE = Path(__file__).parent
GROUPS = ("EU", "ASEAN", "GCC")
# CLDR also names places that have no ISO 3166-1 code: parts of other codes, exceptional
# reservations and codes for tests.
NOT_ISO = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"]
)
TERRITORIES = {
    "AS": "US", "GU": "US", "MP": "US", "PR": "US", "UM": "US", "VI": "US",
    "AI": "GB", "BM": "GB", "FK": "GB", "GG": "GB", "GI": "GB", "GS": "GB", "IM": "GB", "IO": "GB",
    "JE": "GB", "KY": "GB", "MS": "GB", "PN": "GB", "SH": "GB", "TC": "GB", "VG": "GB",
    "BL": "FR", "GF": "FR", "GP": "FR", "MF": "FR", "MQ": "FR", "NC": "FR", "PF": "FR", "PM": "FR",
    "RE": "FR", "TF": "FR", "WF": "FR", "YT": "FR",
    "AW": "NL", "BQ": "NL", "CW": "NL", "SX": "NL",
    "FO": "DK", "GL": "DK", "AX": "FI", "BV": "NO", "SJ": "NO",
    "CC": "AU", "CX": "AU", "HM": "AU", "NF": "AU", "CK": "NZ", "NU": "NZ", "TK": "NZ",
    "HK": "CN", "MO": "CN", "TW": "CN",
}  # fmt: skip
_OFFICIAL = frozenset({"official", "de_facto_official"})
# Below this share of the population, a language that is not official is left out.
_MIN_PERCENT = 10
_MAX_LANGUAGES = 5

# Codes whose statehood is disputed or absent, and which are part of no other code.
UNSETTLED = frozenset({"AQ", "EH", "XK"})

_to_simplified = OpenCC("t2s").convert
_convert = OpenCC("s2hk").convert
# The converter's choices that no place name uses.
_IN_NAMES = str.maketrans("裏羣衞幹", "里群衛干")


def _to_traditional(text: str) -> str:
    return str(_convert(text)).translate(_IN_NAMES)


def _territories(locale: str) -> dict[str, str]:
    return {str(code): str(name) for code, name in Locale.parse(locale).territories.items()}


ENGLISH, SIMPLIFIED = _territories("en"), _territories("zh_Hans_CN")
HONG_KONG, TAIWAN = _territories("zh_Hant_HK"), _territories("zh_Hant_TW")


def read_csv(path: Path) -> list[dict[str, str]]:
    """Read a small CSV file as dictionaries."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def build_rows() -> list[dict[str, str]]:
    """Return every row of `jurisdictions.csv`: states and territories, subdivisions, regions."""
    curated = {row["code"]: row for row in read_csv(HERE / "curated_jurisdictions.csv")}
    merged = {row["code"]: row for row in read_csv(HERE / "merged_subdivisions.csv")}
    regions = _regions_of()
    iso = sorted(
        code for code in ENGLISH if len(code) == 2 and code.isalpha() and code not in NOT_ISO
    )
    subdivisions = sorted(code for code in curated if "-" in code)
    m49 = sorted(row["region"] for row in read_csv(HERE / "region_containment.csv"))
    m49 = [code for code in m49 if code.isdigit()]
    rows = []
    for code in [*m49, *GROUPS, *iso, *subdivisions]:
        if code.isdigit():
            kind, parent = "region", ""
        elif code in GROUPS:
            kind, parent = "group", ""
        elif code in subdivisions:
            kind, parent = "subdivision", code.split("-")[0]
        else:
            parent = TERRITORIES.get(code, "")
            kind = "territory" if parent or code in UNSETTLED else "state"
        own = regions.get(code) or regions.get(parent, [])
        row = _row(code, kind, parent, curated.get(code, {}), own)
        spoken = code if code in iso else parent
        row["languages"] = ";".join(languages_of(spoken)) if spoken else ""
        end = merged.get(code, {})
        row["valid_to"], row["successor"] = end.get("valid_to", ""), end.get("successor", "")
        # It keeps its code for documents and needs that still name it.
        if end:
            row["name_source"] += f"; {end['note']}"
        rows.append(row)
    return _without_contested(rows)


def _row(
    code: str, kind: str, parent: str, curated: Mapping[str, str], regions: list[str]
) -> dict[str, str]:
    cldr = {
        "name_en": ENGLISH.get(code, ""),
        "name_zh_hans": SIMPLIFIED.get(code, ""),
        "name_zh_hant": HONG_KONG.get(code, ""),
    }
    names = {field: curated.get(field) or value for field, value in cldr.items()}
    corrected = [
        field for field, value in cldr.items() if curated.get(field, "") not in ("", value)
    ]
    source = "CLDR via Babel 2.18"
    if corrected:
        source = "curated" if len(corrected) == 3 else f"{source}; curated: {', '.join(corrected)}"
    aliases_en = [cldr["name_en"], *curated.get("aliases_en", "").split(";")]
    # Spellings of Taiwan (CLDR zh_Hant) serve as aliases; each alias is kept in both scripts.
    seed_zh = [
        cldr["name_zh_hans"],
        cldr["name_zh_hant"],
        TAIWAN.get(code, ""),
        *curated.get("aliases_zh", "").split(";"),
    ]
    # "-" in the curated table takes away a form that CLDR has and that means something else.
    refused = {alias[1:] for alias in seed_zh if alias.startswith("-")}
    aliases_zh = [
        form
        for alias in seed_zh
        if alias and not alias.startswith("-") and alias not in refused
        for form in (alias, _to_simplified(alias), _to_traditional(alias))
    ]
    return {
        "code": code,
        "kind": kind,
        "parent_code": parent,
        **names,
        "aliases_en": ";".join(_unique(aliases_en, names["name_en"])),
        "aliases_zh": ";".join(_unique(aliases_zh, names["name_zh_hans"], names["name_zh_hant"])),
        "regions": ";".join(regions),
        "name_source": source,
    }


def languages_of(code: str) -> list[str]:
    """Return the primary tags of a territory's languages: official ones first, then by speakers."""
    percent: dict[str, float] = {}
    official: set[str] = set()
    for tag, info in get_territory_language_info(code).items():
        primary = tag.partition("_")[0]
        percent[primary] = max(percent.get(primary, 0.0), float(info["population_percent"] or 0))
        if info["official_status"] in _OFFICIAL:
            official.add(primary)
    kept = [
        tag
        for tag, share in percent.items()
        if tag != "und" and (tag in official or share >= _MIN_PERCENT)
    ]
    kept.sort(key=lambda tag: (tag not in official, -percent[tag], tag))
    return kept[:_MAX_LANGUAGES]


def _unique(aliases: Iterable[str], *names: str) -> list[str]:
    kept: dict[str, None] = {}
    for alias in aliases:
        text = alias.strip()
        # One-character forms (印, 美 …) would be found inside other words.
        if len(text) > 1 and text not in names:
            kept[text] = None
    return list(kept)


def _without_contested(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Drop an alias that is the name of another code; two codes with one alias are an error."""
    names: dict[str, str] = {}
    for row in rows:
        for field in ("name_en", "name_zh_hans", "name_zh_hant"):
            if names.setdefault(row[field].casefold(), row["code"]) != row["code"]:
                raise ValueError(f"{row[field]} names both {names[row[field]]} and {row['code']}")
    owners = dict(names)
    for row in rows:
        for field in ("aliases_en", "aliases_zh"):
            kept = []
            for alias in filter(None, row[field].split(";")):
                owner = owners.setdefault(alias.casefold(), row["code"])
                if owner != row["code"]:
                    raise ValueError(f"{alias} belongs to {owner} and to {row['code']}")
                kept.append(alias)
            row[field] = ";".join(kept)
    return rows


def _regions_of() -> dict[str, list[str]]:
    """Map each code to the regions it lies in, nearest first; groups come last."""
    parents: dict[str, list[str]] = {}
    contains: dict[str, list[str]] = {}
    for row in read_csv(HERE / "region_containment.csv"):
        contains[row["region"]] = row["contains"].split(";")
        for member in contains[row["region"]]:
            parents.setdefault(member, []).append(row["region"])
    found: dict[str, list[str]] = {}
    for code in parents:
        reached: list[str] = []
        frontier = [code]
        while frontier:
            nearer = [parent for child in frontier for parent in parents.get(child, [])]
            frontier = sorted(set(nearer) - set(reached), key=lambda region: len(contains[region]))
            reached += frontier
        m49 = [region for region in reached if region.isdigit()]
        found[code] = m49 + [region for region in reached if not region.isdigit()]
    return found
