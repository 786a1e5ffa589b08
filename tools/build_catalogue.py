"""Build `providers/data` from the shared data sets: `python tools/build_catalogue.py SHARED_DIR`.

Run by developers when a source changes; what it writes is committed and shipped. The output is the
same bytes for the same input. Vectors take minutes and are made last; texts already encoded by the
same encoder version are kept, so an interrupted run goes on where it stopped.
"""

import argparse
import csv
import gzip
import io
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np
from rich.progress import track

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from matching.text.encoder import PackagedEncoder  # noqa: E402 needs the path above
from matching.text.vectors import quantise, text_hash  # noqa: E402 needs the path above
from matching.types import evidence_text  # noqa: E402 needs the path above
from providers.importing.formats import (  # noqa: E402 needs the path above
    EVIDENCE_COLUMNS,
    JURISDICTION_COLUMNS,
    PROVIDER_COLUMNS,
    SECTOR_COLUMNS,
)
from providers.jurisdictions.formats import JURISDICTION_OPTIONAL  # noqa: E402 as above
from tools.jurisdiction_names import build_rows  # noqa: E402 needs the path above

DATA = ROOT / "providers" / "data"
GZIP_ABOVE_BYTES = 50_000
CHUNK = 512

Row = Mapping[str, str]

# The World Bank's own codes, each checked against the country name beside it in the set. "x"
# had become "Others" in the copy, hence MOthers (MX) and OthersK (XK).
WORLD_BANK_CODES = {
    "GZ": "PS",
    "MOthers": "MX",
    "OthersK": "XK",
    "RY": "YE",
    "TP": "TL",
    "YF": "RS",
    "ZR": "CD",
}
# Universities, ministries and organisations of states: engaged as consultants, but no firms. What
# calls itself an institute or academy may be either, and stays a firm.
INSTITUTION = re.compile(
    r"\b(UNIVERSI\w+|MINISTRY|MINISTERE|MINISTERIO|UNICEF|UNOPS|UNDP|UNFPA|UNESCO"
    r"|UNITED NATIONS|WORLD HEALTH ORGANI[SZ]ATION|FOOD AND AGRICULTURE ORGANI[SZ]ATION)\b"
)
FCDO_COUNTRIES = {"Spain": "ES", "Italy": "IT", "France": "FR", "Thailand": "TH"}


def read_rows(path: Path) -> list[dict[str, str]]:
    """Read a CSV file, gzipped or not, as dictionaries."""
    raw = path.read_bytes()
    text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def write_rows(name: str, columns: Sequence[str], rows: Iterable[Row], *, gz: bool) -> Path:
    """Write a CSV file under `providers/data`; gzip without a time stamp keeps bytes equal."""
    buffer = io.StringIO(newline="")
    writer = csv.DictWriter(buffer, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    content = buffer.getvalue().encode()
    path = DATA / (name + ".gz" if gz else name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(content, 9, mtime=0) if gz else content)
    return path


def build_sectors(shared: Path) -> None:
    """Copy the sector list and say of each row whether its CPC codes are verified."""
    rows = []
    for row in read_rows(shared / "data" / "sectors_seed.csv"):
        # Five-digit codes were written from general knowledge; ranges count by their ends.
        has_five = any(len(code) == 5 for code in re.findall(r"\d+", row["cpc_prov"]))
        rows.append({**row, "cpc_verified": "false" if has_five else "true"})
    write_rows("sectors.csv", SECTOR_COLUMNS, rows, gz=False)


def build_jurisdictions(shared: Path) -> None:
    """Write the names and copy the five tables of instruments.

    Institutions, cooperations and desks are written by hand where they ship.
    """
    columns = (*JURISDICTION_COLUMNS, *JURISDICTION_OPTIONAL)
    write_rows("jurisdictions/jurisdictions.csv", columns, build_rows(), gz=False)
    for table in ("instruments", "memberships", "bilateral", "objections", "legal_family"):
        content = (shared / "data" / "jurisdictions" / f"{table}.csv").read_bytes()
        content = content.replace(b"\r\n", b"\n")
        path = DATA / "jurisdictions" / f"{table}.csv"
        if len(content) > GZIP_ABOVE_BYTES:
            content, path = gzip.compress(content, 9, mtime=0), path.with_suffix(".csv.gz")
        path.write_bytes(content)


def read_crosswalk(name: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Read a crosswalk: (kind, label) to our sector codes, none where there is no honest one."""
    return {
        (row["kind"], row["label"]): tuple(filter(None, row["sector_codes"].split(";")))
        for row in read_rows(DATA / name)
    }


def iso_code(bank_code: str) -> str:
    """Return the ISO code of a World Bank country code, or nothing for a group of countries."""
    code = WORLD_BANK_CODES.get(bank_code, bank_code)
    return code if re.fullmatch("[A-Z]{2}", code) else ""


def build_world_bank(shared: Path) -> None:
    """Every winner of a consulting contract, and each contract as evidence of each winner."""
    folder = shared / "data" / "bench" / "worldbank_awards"
    contracts = {
        row["need_id"]: row
        for row in read_rows(folder / "needs.csv.gz")
        if row["category"] == "Consultant Services"
    }
    awards = [row for row in read_rows(folder / "awards.csv.gz") if row["need_id"] in contracts]
    winners = {row["provider_id"] for row in awards}
    providers = [
        {
            "source_ref": row["provider_id"],
            "name": row["name"],
            "kind": "institution" if INSTITUTION.search(row["name"].upper()) else "consulting_firm",
            "home_jurisdiction": iso_code(row["country_code"]),
        }
        for row in read_rows(folder / "providers.csv.gz")
        if row["provider_id"] in winners
    ]
    crosswalk = read_crosswalk("crosswalk_worldbank.csv")
    evidence = []
    for award in sorted(awards, key=lambda row: (row["need_id"], row["provider_id"])):
        contract = contracts[award["need_id"]]
        sectors = (
            *crosswalk["service_type", contract["service_type"]],
            *crosswalk["sector", contract["sector"]],
        )
        labels = {
            "service_type": contract["service_type"],
            "sector": contract["sector"],
            "method": contract["method"],
            "country": contract["country"],
            "fiscal_year": contract["fiscal_year"],
        }
        evidence.append(
            {
                "provider_ref": award["provider_id"],
                "matter_ref": award["need_id"],
                "kind": "past_matter",
                "title": contract["project_name"],
                "description": contract["description"],
                "jurisdictions": iso_code(contract["country_code"]),
                "sector_codes": ";".join(dict.fromkeys(sectors)),
                "dated_on": contract["signed"],
                # Seven contracts have an amount of 0, which means that it is not stated.
                "amount_usd": contract["amount_usd"] if float(contract["amount_usd"]) else "",
                "client_ref": contract["project_id"],
                "is_verified": "true",
                "labels": ";".join(f"{key}={value}" for key, value in labels.items() if value),
            }
        )
    write_rows("worldbank_providers.csv", PROVIDER_COLUMNS, providers, gz=True)
    write_rows("worldbank_evidence.csv", EVIDENCE_COLUMNS, evidence, gz=True)


def build_fcdo(shared: Path) -> None:
    """The law firms of the UK lists, each with one statement: its practice areas as listed."""
    crosswalk = read_crosswalk("crosswalk_fcdo.csv")
    providers, evidence = [], []
    for firm in read_rows(shared / "data" / "bench" / "fcdo_lawyers" / "firms.csv.gz"):
        areas = [area.strip() for area in firm["practice_areas"].split(";") if area.strip()]
        mapped = [code for area in areas for code in crosswalk["practice_area", area]]
        sectors = ";".join(dict.fromkeys(["LEG", *mapped]))
        country = FCDO_COUNTRIES[firm["country"]]
        providers.append(
            {
                "source_ref": firm["firm_id"],
                "name": firm["firm"],
                "kind": "law_firm",
                "home_jurisdiction": country,
                "city": firm["city"],
                "listed_as": ";".join(areas),
                "sector_codes": sectors,
            }
        )
        sentences = [
            f"Practice areas: {', '.join(areas)}" if areas else "",
            f"City: {firm['city']}" if firm["city"] else "",
            f"Regions served: {firm['regions_served']}" if firm["regions_served"] else "",
        ]
        evidence.append(
            {
                "provider_ref": firm["firm_id"],
                "matter_ref": firm["firm_id"],
                "kind": "statement",
                "title": "Practice areas as listed",
                "description": ". ".join(filter(None, sentences)),
                "jurisdictions": country,
                "sector_codes": sectors,
                "is_verified": "false",
                "labels": f"list=UK Foreign Office, {firm['country']}",
            }
        )
    write_rows("fcdo_providers.csv", PROVIDER_COLUMNS, providers, gz=True)
    write_rows("fcdo_evidence.csv", EVIDENCE_COLUMNS, evidence, gz=True)


def catalogue_texts() -> dict[str, str]:
    """Every distinct text of the packaged evidence, by its hash, in the order of the hashes."""
    texts = {}
    for name in ("worldbank_evidence.csv.gz", "fcdo_evidence.csv.gz"):
        for row in read_rows(DATA / name):
            text = evidence_text(row["title"], row["description"])
            texts[text_hash(text)] = text
    return dict(sorted(texts.items()))


def build_vectors() -> None:
    """Encode every distinct text once; what an earlier run has encoded is kept."""
    encoder = PackagedEncoder()
    partial, path = DATA / "vectors.partial.npz", DATA / "vectors.npz"
    done: dict[str, tuple[np.ndarray, np.floating]] = {}
    for earlier in (path, partial):
        if earlier.exists():
            with np.load(earlier) as stored:
                if str(stored["encoder_version"]) == encoder.version:
                    keys = [row.tobytes().hex() for row in stored["text_hash"]]
                    done |= dict(
                        zip(keys, zip(stored["codes"], stored["scale"], strict=True), strict=True)
                    )
    texts = catalogue_texts()
    missing = [key for key in texts if key not in done]
    for start in track(range(0, len(missing), CHUNK), description="Encoding texts"):
        keys = missing[start : start + CHUNK]
        codes, scales = quantise(encoder.encode_passages([texts[key] for key in keys]))
        done |= dict(zip(keys, zip(codes, scales, strict=True), strict=True))
        _save_vectors(partial, done, list(done), encoder.version)
    _save_vectors(path, done, list(texts), encoder.version)
    partial.unlink(missing_ok=True)


def _save_vectors(
    path: Path,
    vectors: Mapping[str, tuple[np.ndarray, np.floating]],
    keys: Sequence[str],
    encoder_version: str,
) -> None:
    # Raw bytes in rows of 32: NumPy's byte strings would lose a hash's trailing zeros.
    hashes = np.frombuffer(b"".join(bytes.fromhex(key) for key in keys), dtype=np.uint8)
    np.savez_compressed(
        path,
        codes=np.stack([vectors[key][0] for key in keys]),
        scale=np.array([vectors[key][1] for key in keys], dtype=np.float32),
        text_hash=hashes.reshape(-1, 32),
        encoder_version=np.array(encoder_version),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Build everything, or with `--without-vectors` everything that takes seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared_dir", type=Path, help="folder that holds data/")
    parser.add_argument("--without-vectors", action="store_true")
    options = parser.parse_args(arguments)
    if not (options.shared_dir / "data" / "sectors_seed.csv").is_file():
        parser.error(f"{options.shared_dir} holds no data/sectors_seed.csv")
    build_sectors(options.shared_dir)
    build_jurisdictions(options.shared_dir)
    build_world_bank(options.shared_dir)
    build_fcdo(options.shared_dir)
    if not options.without_vectors:
        build_vectors()


if __name__ == "__main__":
    main()
