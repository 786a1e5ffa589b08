"""The vocabulary that needs are read with: the lists' own names, synonyms, and names of areas."""

import csv
import gzip
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from sqlalchemy.orm import Session

from matching.text.folding import fold
from matching.understanding.types import JurisdictionName, SectorName, Vocabulary
from providers.jurisdictions.queries import list_jurisdiction_names
from providers.sectors.queries import list_sector_names


@dataclass(frozen=True, slots=True)
class SectorSynonym:
    """A word or phrase by which enterprises ask for a sector."""

    code: str
    script: str
    synonym: str


def build_vocabulary(
    sectors: Mapping[str, Sequence[str]],
    jurisdictions: Mapping[str, Sequence[str]],
    synonyms: Iterable[SectorSynonym],
    regions: Iterable[JurisdictionName],
) -> Vocabulary:
    """Join the lists into the vocabulary that `matching.understanding` reads with.

    Args:
        sectors: code to names in any script, of the list in force.
        jurisdictions: code to names and aliases in any script. A subdivision (CN-GX) is read as
            the state it belongs to; a UN region (002) is recognised and stands for no state; a
            code that `regions` has too lends its names to those rows.
        synonyms: those of sectors that are not in `sectors` are left out.
        regions: areas with their members, dated where members changed.

    Returns:
        A new vocabulary; keep it, because what is prepared from it is kept with it.
    """
    synonyms_of: dict[str, list[str]] = {}
    for synonym in synonyms:
        synonyms_of.setdefault(synonym.code, []).append(synonym.synonym)
    regions = tuple(regions)
    region_codes = {region.code for region in regions}
    areas = tuple(
        JurisdictionName(
            region.code,
            _unique([*region.names, *jurisdictions.get(region.code, ())]),
            region.members,
            region.valid_from,
            region.valid_to,
        )
        for region in regions
    )
    places = tuple(
        JurisdictionName(code, _unique(names), _members_of(code))
        for code, names in jurisdictions.items()
        if code not in region_codes
    )
    return Vocabulary(
        jurisdictions=(*places, *areas),
        sectors=tuple(
            SectorName(code, _unique([*names, *synonyms_of.get(code, ())]))
            for code, names in sectors.items()
        ),
    )


def read_vocabulary(session: Session) -> Vocabulary:
    """Build the vocabulary of the lists in force; it takes a tenth of a second."""
    return build_vocabulary(
        {name.code: name.names for name in list_sector_names(session)},
        {name.code: name.names for name in list_jurisdiction_names(session)},
        read_packaged_synonyms(),
        read_packaged_regions(),
    )


def read_packaged_synonyms() -> tuple[SectorSynonym, ...]:
    """Return the synonyms of sectors that ship with the product."""
    return tuple(
        SectorSynonym(row["code"], row["script"], row["synonym"])
        for row in _rows("sector_synonyms.csv")
    )


def read_packaged_terms() -> dict[str, str]:
    """Return the Chinese subject terms that ship with the product, folded, with English words."""
    return {fold(row["zh_hans"]): row["en"] for row in _rows("subject_terms.csv")}


def read_packaged_regions() -> tuple[JurisdictionName, ...]:
    """Return the regions, cities and adjectives that ship with the product.

    A row without members is a name that contains a place's or a service's name and means neither,
    or a region without a closed list of members. The code of a row that only hints at a place (an
    authority, a statute) ends in `-HINT`.
    """
    regions = tuple(
        JurisdictionName(
            row["code"],
            _unique(f"{row['names_en']};{row['names_zh']}".split(";")),
            tuple(row["members"].split()),
            _day(row["valid_from"]),
            _day(row["valid_to"]),
        )
        for row in _rows("regions.csv")
    )
    return (*regions, *_packaged_cities())


def _packaged_cities() -> tuple[JurisdictionName, ...]:
    return tuple(
        JurisdictionName(
            f"{row['code']}-CITIES",
            _unique(f"{row['names_en']};{row['names_zh']}".split(";")),
            (row["code"],),
        )
        for row in _rows("cities.csv.gz")
    )


def _rows(name: str) -> list[dict[str, str]]:
    content = files("providers.data").joinpath(name).read_bytes()
    text = (gzip.decompress(content) if name.endswith(".gz") else content).decode("utf-8")
    return list(csv.DictReader(text.splitlines()))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _members_of(code: str) -> tuple[str, ...] | None:
    if code.isdigit():
        return ()
    return (code.partition("-")[0],) if "-" in code else None


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))
