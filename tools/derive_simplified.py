"""Bring the message catalogues up to date: `python tools/derive_simplified.py`.

Collects the messages of the pages into the Traditional Chinese catalogue (new ones are empty until
a person writes them, those that are gone are dropped), then derives the Simplified one from it:
OpenCC's `hk2s`, then the terms of `simplified_terms.csv`, which a person keeps, longest first.
Nobody writes in the Simplified catalogue by hand.
"""

import csv
import sys
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po
from opencc import OpenCC

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "api" / "web"
LOCALE = PAGES / "locale"
TRADITIONAL = LOCALE / "zh_Hant" / "LC_MESSAGES" / "messages.po"
SIMPLIFIED = LOCALE / "zh_Hans" / "LC_MESSAGES" / "messages.po"
TERMS = LOCALE / "simplified_terms.csv"

_METHODS = [("**.py", "python"), ("**.html", "jinja2")]
_OPTIONS = {"**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}


def extract_messages() -> Catalog:
    """Collect every message of the templates and modules of the pages."""
    found = Catalog(project="Landbridge", charset="utf-8")
    rows = extract_from_dir(PAGES, method_map=_METHODS, options_map=_OPTIONS)
    for path, _line, message, comments, context in rows:
        # Places are files without lines: a moved line is no change to a catalogue.
        found.add(message, locations=[(path, 0)], auto_comments=comments, context=context)
    return found


def read_catalogue(path: Path, locale: str) -> Catalog:
    """Read a `.po` file."""
    with path.open("rb") as stream:
        return read_po(stream, locale=locale, abort_invalid=True)


def read_terms() -> dict[str, str]:
    """Read the terms that differ between Hong Kong and the Mainland, longest first."""
    with TERMS.open(encoding="utf-8", newline="") as stream:
        terms = {row["converted"]: row["written"] for row in csv.DictReader(stream)}
    return dict(sorted(terms.items(), key=lambda term: (-len(term[0]), term[0])))


def derive(traditional: Catalog, terms: Mapping[str, str]) -> Catalog:
    """Make the Simplified catalogue from the Traditional one."""
    converter = OpenCC("hk2s")
    simplified = Catalog(locale="zh_Hans", project="Landbridge", charset="utf-8")
    for message in traditional:
        if not message.id:
            continue
        said = message.string if isinstance(message.string, str) else (message.string or ("",))[0]
        converted = str(converter.convert(said))
        for before, after in terms.items():
            converted = converted.replace(before, after)
        is_plural = isinstance(message.id, (list, tuple))
        simplified.add(
            message.id,
            (converted,) if is_plural else converted,
            locations=message.locations,
            flags=message.flags,
        )
    return simplified


def as_bytes(catalogue: Catalog) -> bytes:
    """Write a catalogue without dates: the same messages are the same file."""
    stream = BytesIO()
    write_po(stream, catalogue, width=100, omit_header=True, sort_output=True, include_lineno=False)
    header = (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {catalogue.locale_identifier}\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        '"Plural-Forms: nplurals=1; plural=0;\\n"\n\n'
    )
    return header.encode() + stream.getvalue()


def main() -> int:
    """Update both catalogues; 1 where messages wait for their Chinese."""
    traditional = read_catalogue(TRADITIONAL, "zh_Hant")
    traditional.update(extract_messages(), no_fuzzy_matching=True)
    traditional.obsolete.clear()
    TRADITIONAL.write_bytes(as_bytes(traditional))
    SIMPLIFIED.write_bytes(as_bytes(derive(traditional, read_terms())))
    missing = [message.id for message in traditional if message.id and not message.string]
    for message in missing:
        sys.stderr.write(f"to be written in Traditional Chinese: {message!r}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
