"""Feed parsers what nobody would write: `python tools/fuzz_parsers.py cursors --seconds 600`.

Each parser reads what strangers send. It may refuse, by the error it is known to refuse with; any
other error ends the run with 1 and leaves the bytes behind. With atheris installed (`pip install
atheris`), inputs are bred by what they reach in our code; without, or with `--blind`, they are
mutations of the seeds, the same for the same `--seed`.
"""

import argparse
import io
import random
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path
from time import monotonic, process_time
from uuid import UUID

from openpyxl import Workbook
from pydantic import TypeAdapter, ValidationError

sys.path.insert(0, str(Path(__file__).parents[1]))

from api.cli.understanding_files import packaged_vocabulary
from api.manners.entity_tags import is_named
from api.strict_json import parse_strictly
from api.v1.pagination import decode_position, encode_cursor, parse_day, parse_moment, parse_name
from api.web import correction_form, language
from core.errors import PlatformError
from core.names import refuse_unsafe_name, skeleton
from core.outgoing.addresses import is_public
from core.spreadsheet_child import Refused, check_archive
from core.tabular import TableUnreadable, read_table
from enterprises.schemas import NeedCreate
from matching.understanding.reading import read_need
from matching.understanding.types import UnreadableText, Vocabulary
from providers.importing.cells import Labels, Languages, Switch, Terms, Values

SEED = 20261122
MOST_BYTES = 4_096
# An input over which a parser thinks longer is a finding too.
MOST_SECONDS = 5.0
_ON = date(2026, 11, 22)
_NIL = UUID(int=0)
# What parsers stumble over.
_SPLINTERS = (
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b'"', b"\\", b"\r", b"\n", b",", b";", b"-",
    b"9" * 30, b"1e999", b"NaN", b"0000-00-00", b"9999-12-31", b"+14:00", b"T24:00:00", b"[" * 60,
    "１２".encode(), "十万".encode(), "٣".encode(), "\u202e".encode(), "İ".encode(), "ﬃ".encode(),
    b"PK\x05\x06", b"%s", b"{}", b"::1", b"0x7f.1", b"W/", b"*", b"\\ud800", b"q=nan", b"\x85",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parser:
    """Something that reads what strangers send.

    Attributes:
        read: reads bytes, or raises one of `refusals`.
        refusals: how it refuses.
        seeds: what it reads.
    """

    read: Callable[[bytes], object]
    refusals: tuple[type[Exception], ...]
    seeds: Sequence[bytes]


class Broken(Exception):
    """A parser raised what it should not, or took too long."""


def _text(content: bytes) -> str:
    return content.decode("utf-8", "surrogateescape")


def _read_table(content: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        for _ in read_table(Path(file.name), read_xlsx=lambda _: iter(())).rows:
            pass


def _check_workbook(content: bytes) -> None:
    # What stands in front of openpyxl, which is let loose in a process of its own only.
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        check_archive(file.name)


@cache
def _vocabulary() -> Vocabulary:
    return packaged_vocabulary()


def _read_need(content: bytes) -> None:
    read_need(_text(content)[:2_000], _vocabulary(), on=_ON)


def _read_cursor(content: bytes) -> None:
    for parse in (parse_moment, parse_name, parse_day):
        with suppress(PlatformError):
            decode_position(_text(content), parse)


def _read_dates(content: bytes) -> None:
    correction_form.read_day(_text(content))
    with suppress(ValueError):
        parse_moment(_text(content), _NIL)
    with suppress(ValueError):
        parse_day(_text(content), _NIL)


_CELLS: tuple[TypeAdapter[object], ...] = tuple(
    TypeAdapter(one) for one in (Values, Languages, Switch, Terms, Labels)
)


def _read_filters(content: bytes) -> None:
    for cell in _CELLS:
        with suppress(ValidationError):
            cell.validate_python(_text(content))


def _read_body(content: bytes) -> None:
    NeedCreate.model_validate(parse_strictly(content))


def _read_headers(content: bytes) -> None:
    language.negotiate(_text(content))
    language.choose_script(_text(content), _text(content), _text(content))
    is_named('"1"', _text(content))
    is_public(_text(content))


def _read_name(content: bytes) -> None:
    skeleton(refuse_unsafe_name(_text(content)))


@cache
def _workbook() -> bytes:
    book = Workbook()
    assert book.active is not None  # noqa: S101 a new book has a sheet
    book.active.append(["source_ref", "name", "founded_on"])
    book.active.append(["1", "甲律师行", _ON])
    made = io.BytesIO()
    book.save(made)
    # Stored, so that a mutation reaches the XML.
    plain = io.BytesIO()
    with zipfile.ZipFile(made) as packed, zipfile.ZipFile(plain, "w") as stored:
        for entry in packed.namelist():
            stored.writestr(entry, packed.read(entry))
    return plain.getvalue()


PARSERS = {
    "tables": Parser(
        _read_table,
        (TableUnreadable,),
        [
            'source_ref,name\r\n1,"甲,乙"\r\n'.encode(),
            "名称;城市\n律师事务所的服务，香港的。;深圳\n".encode("gb18030"),
            b'{"a": 1.50, "b": [1, null, "x"], "c": {"d": true}}\n{"a": 2}\n',
        ],
    ),
    "workbooks": Parser(
        _check_workbook,
        # Of the archive, each told as a damaged file by the process that asks.
        (Refused, zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError),
        [_workbook()],
    ),
    "needs": Parser(
        _read_need,
        (UnreadableText,),
        [
            "我们是深圳一家公司，年底前在越南设厂，预算50万美元，不要中介，普通话。".encode(),
            b"HK fintech seeks law firm in Vietnam and Thailand (not Laos) by 31/12/2026, USD 50k max, "
            b"within 3 weeks, Mandarin-speaking; enforce an ICC award seated in Singapore",
            "急！揾泰國律師追數，三個星期內，唔使報價，預算廿萬港紙上下".encode(),
        ],
    ),
    "cursors": Parser(
        _read_cursor,
        (),
        [
            encode_cursor(["2026-11-22T09:00:00+00:00", str(_NIL)]).encode(),
            encode_cursor(["2026-11-22", str(_NIL)]).encode(),
            encode_cursor(["甲", str(_NIL)]).encode(),
        ],
    ),
    "dates": Parser(
        _read_dates, (), [b"2026-11-22", b"2026-11-22T09:00:00+08:00", b"2026-W47-7", b""]
    ),
    "cells": Parser(
        _read_filters, (), [b"TH:2027-03-31;SG", b"a=b; c=d=e", b"yes", b"en; zh", b"LEG.COR;;TAX"]
    ),
    "bodies": Parser(
        _read_body,
        (PlatformError, ValidationError),
        [
            b'{"text": "law firm", "target_jurisdictions": ["VN"], "sector_codes": ["LEG"], '
            b'"deadline": {"date": "2026-12-31"}, "conflicted_provider_ids": null}',
            b'{"budget": {"max": 1e5, "currency": "USD"}, "may_be_judged": true}',
        ],
    ),
    "headers": Parser(
        _read_headers,
        (),
        [b"zh-Hant-HK,zh;q=0.9,en;q=0.1,*;q=0", b'W/"1", "2"', b"127.0.0.1", b"2001:db8::1"],
    ),
    "names": Parser(_read_name, (ValueError,), ["德勤 KPMG Ⅻ".encode(), "ＰｗＣ".encode()]),
}


def try_one(parser: Parser, content: bytes) -> None:
    """Have a parser read something.

    Raises:
        Broken: it neither read nor refused it, or took too long over it.
    """
    began = process_time()
    try:
        parser.read(content)
    except parser.refusals:
        pass
    except Exception as error:
        raise Broken(f"{type(error).__name__}: {error}, of {content!r}") from error
    if process_time() - began > MOST_SECONDS:
        raise Broken(f"took {process_time() - began:.1f} s over {content!r}")


def mutate(rng: random.Random, seeds: Sequence[bytes]) -> bytes:
    """Make an input of one of the seeds: cut, repeated, changed, or joined with another."""
    made = bytearray(rng.choice(seeds))
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        start = rng.randrange(len(made) + 1)
        end = min(len(made), start + rng.choice((0, 1, 2, 8, 64)))
        act = rng.randrange(5)
        if act == 0:
            made[start:end] = rng.choice(_SPLINTERS)
        elif act == 1:
            made[start:end] = rng.randbytes(end - start + 1)
        elif act == 2:
            made[start:end] = made[start:end] * rng.choice((2, 3, 40))
        elif act == 3:
            del made[start:end]
        else:
            other = rng.choice(seeds)
            made[start:end] = other[rng.randrange(len(other) + 1) :]
    return bytes(made[: max(MOST_BYTES, len(max(seeds, key=len)))])


def fuzz_blindly(
    name: str, *, seed: int = SEED, cases: int | None = None, seconds: float | None = None
) -> int:
    """Feed mutations to a parser for so many cases, or so long; return how many.

    Raises:
        Broken: as `try_one`.
    """
    parser = PARSERS[name]
    rng = random.Random(seed)  # noqa: S311 the same inputs each time
    ends_at = monotonic() + (seconds if seconds is not None else float("inf"))
    done = 0
    while (cases is None or done < cases) and monotonic() < ends_at:
        try_one(parser, mutate(rng, parser.seeds))
        done += 1
    return done


def _fuzz_guided(name: str, seconds: int, seed: int) -> None:
    """Have atheris breed inputs; it ends the process itself, by 1 and more if something broke."""
    atheris = import_module("atheris")
    parser = PARSERS[name]
    modules = ("api", "core", "enterprises", "matching", "providers")
    for one in [one for one in list(sys.modules) if one.partition(".")[0] in modules]:
        for held in vars(sys.modules[one]).values():
            if getattr(held, "__module__", None) == one and hasattr(held, "__code__"):
                atheris.instrument_func(held)
    folder = Path(tempfile.mkdtemp(prefix="landbridge-fuzz-"))
    for number, content in enumerate(parser.seeds):
        (folder / str(number)).write_bytes(content)
    limits = [f"-max_total_time={seconds}", f"-seed={seed}", f"-max_len={MOST_BYTES}"]
    outcome = [
        f"-artifact_prefix={folder}/",
        f"-timeout={int(MOST_SECONDS) * 4}",
        "-rss_limit_mb=0",
    ]
    atheris.Setup(
        [sys.argv[0], *limits, *outcome, str(folder)], lambda content: try_one(parser, content)
    )
    atheris.Fuzz()


def main(arguments: Sequence[str] | None = None) -> int:
    """Run; return 1 if a parser broke."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parser", choices=PARSERS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--blind", action="store_true", help="without atheris")
    asked = parser.parse_args(arguments)
    if not asked.blind:
        with suppress(ModuleNotFoundError):
            _fuzz_guided(asked.parser, asked.seconds, asked.seed)
    try:
        done = fuzz_blindly(asked.parser, seed=asked.seed, seconds=asked.seconds)
    except Broken as error:
        sys.stdout.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{asked.parser}: {done:,} inputs, none broke it\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
