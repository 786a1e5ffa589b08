"""Print the figures of `landbridge bench --json` as tables, or write them into a document.

    python tools/fill_performance.py small.json middle.json large.json --into docs/performance.md

One file per size, in the order of the columns. The tables stand between two comments, which stay:
nothing in a table is typed by hand.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from api.bench.tables import tables_of  # noqa: E402 needs the path above

BEGIN = "<!-- figures: written by tools/fill_performance.py -->"
END = "<!-- end of figures -->"


def fill(text: str, documents: Sequence[Mapping[str, object]]) -> str:
    """Put the tables of these documents between the two comments of a text.

    Raises:
        ValueError: the comments do not stand there once each, in their order.
    """
    before, begun, rest = text.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise ValueError(f"the document has no place for figures: {BEGIN} and {END}")
    tables = "\n".join(tables_of(documents))
    return f"{before}{BEGIN}\n\n{tables}\n{END}{after}"


def main(arguments: Sequence[str]) -> None:
    """Print the tables of some files, or fill a document with them."""
    parser = argparse.ArgumentParser(description="Write the figures of the bench as tables")
    parser.add_argument("figures", type=Path, nargs="+")
    parser.add_argument("--into", type=Path, help="a document with a place for them")
    given = parser.parse_args(arguments)
    documents = [json.loads(path.read_text("utf-8")) for path in given.figures]
    if given.into is None:
        sys.stdout.write("\n".join(tables_of(documents)) + "\n")
    else:
        given.into.write_text(fill(given.into.read_text("utf-8"), documents), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
