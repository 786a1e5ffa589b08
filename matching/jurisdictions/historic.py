"""Codes that ISO 3166 has withdrawn, and what to ask instead (ISO 3166-3)."""

from collections.abc import Mapping
from types import MappingProxyType

# Code: what it stood for, when it was withdrawn, what stands there now.
HISTORIC: Mapping[str, tuple[str, int, tuple[str, ...]]] = MappingProxyType(
    {
        "AN": ("the Netherlands Antilles", 2010, ("BQ", "CW", "SX")),
        "BU": ("Burma", 1989, ("MM",)),
        "CS": ("Serbia and Montenegro, earlier Czechoslovakia", 2006, ("RS", "ME", "CZ", "SK")),
        "DD": ("the German Democratic Republic", 1990, ("DE",)),
        "DY": ("Dahomey", 1977, ("BJ",)),
        "FX": ("Metropolitan France", 1997, ("FR",)),
        "HV": ("Upper Volta", 1984, ("BF",)),
        "NH": ("the New Hebrides", 1980, ("VU",)),
        "NT": ("the Neutral Zone", 1993, ("IQ", "SA")),
        "PC": ("the Pacific Islands Trust Territory", 1986, ("FM", "MH", "MP", "PW")),
        "RH": ("Southern Rhodesia", 1980, ("ZW",)),
        "SU": (
            "the Soviet Union",
            1992,
            (
                "AM", "AZ", "BY", "EE", "GE", "KG", "KZ", "LT", "LV", "MD", "RU", "TJ", "TM", "UA",
                "UZ",
            ),
        ),
        "TP": ("East Timor", 2002, ("TL",)),
        "VD": ("the Democratic Republic of Viet-Nam", 1977, ("VN",)),
        "YD": ("Democratic Yemen", 1990, ("YE",)),
        "YU": ("Yugoslavia", 2003, ("BA", "HR", "ME", "MK", "RS", "SI", "XK")),
        "ZR": ("Zaire", 1997, ("CD",)),
    }
)  # fmt: skip
RESERVED = MappingProxyType({"UK": "GB", "EL": "GR"})


def explain_historic_code(code: str) -> str | None:
    """Say what a withdrawn or merely reserved code meant and which code to use, or None."""
    if code in RESERVED:
        return f"{code} is not its ISO 3166-1 code: use {RESERVED[code]}"
    known = HISTORIC.get(code)
    if known is None:
        return None
    name, year, successors = known
    use = successors[0] if len(successors) == 1 else f"one of {', '.join(successors)}"
    return f"{code} stood for {name} and was withdrawn in {year}: use {use}"
