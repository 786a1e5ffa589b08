"""Every regular expression of the product, and texts made to keep each of them busy (I6)."""

import ast
import importlib
import math
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from re import _constants as codes
from re import _parser as parser
from types import ModuleType
from typing import Any

Tree = Any  # Any: what the standard library reads a pattern into, which it does not document
LENGTHS = (125, 500)
# Four times as long: 16 times the time for the square, 64 for the cube.
MOST_GROWTH = 32
NOTICED_SECONDS = 0.01
PATIENCE_SECONDS = 0.5
_WALKED = 2_000
_DEPTH = 4
_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}
_PLAIN = (
    "a",
    "A",
    "0",
    " ",
    "\n",
    "-",
    "中",
    "一",
    "a ",
    "a,",
    "1.",
    "1,",
    "中 ",
    "a-",
    '"',
    "(",
    "é",
)


class _TooSlow(Exception):
    """The time is over."""


@dataclass(frozen=True, slots=True, order=True)
class Written:
    """A pattern, and the module it stands in."""

    pattern: str
    flags: int
    module: str


@dataclass(frozen=True, slots=True)
class Growth:
    """How long one pattern took over one kind of text, at two lengths."""

    written: Written
    unit: str
    short_seconds: float
    long_seconds: float


def find_patterns(paths: Sequence[Path], root: Path) -> tuple[list[Written], list[str]]:
    """Find the patterns that modules hold, and those that they write where they use them.

    Returns:
        The patterns; and the places where one is put together when it is used, so that it cannot be
        seen from outside.
    """
    found: dict[tuple[str, int], str] = {}
    unseen: list[str] = []
    for path in paths:
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        module = importlib.import_module(name)
        for held in list(vars(module).values()):
            for one in _walk(held):
                found.setdefault((one.pattern, one.flags), name)
        for call in _calls(ast.parse(path.read_text("utf-8"))):
            try:
                written = _evaluate(call.args[0], module)
            except NameError:
                unseen.append(f"{name}: {ast.unparse(call)}")
                continue
            if isinstance(written, str) and all(written != pattern for pattern, _ in found):
                found[written, re.compile(written).flags] = name
    return sorted(Written(*key, module) for key, module in found.items()), unseen


def _walk(held: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    if isinstance(held, re.Pattern):
        if isinstance(held.pattern, str):
            yield held
        return
    inner: Sequence[object]
    if isinstance(held, dict):
        inner = [*held.keys(), *held.values()]
    elif isinstance(held, tuple | list | set | frozenset):
        inner = list(held)
    elif is_dataclass(held) and not isinstance(held, type):
        inner = [getattr(held, one.name, None) for one in fields(held)]
    else:
        return
    if depth < _DEPTH:
        for one in inner[:_WALKED]:
            yield from _walk(one, depth + 1)


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr != "escape"
        ):
            yield node


def _evaluate(written: ast.expr, module: ModuleType) -> object:
    code = compile(ast.Expression(written), module.__name__, "eval")
    return eval(code, dict(vars(module)))  # noqa: S307 the product's own source


def units(pattern: str) -> list[tuple[str, str]]:
    """Return what to begin a text with, and what to repeat, for one pattern.

    Each repeat of the pattern is fed what it repeats, after what has to stand before it; and the
    pattern as a whole is fed what nearly fits it.
    """
    made = {("", one) for one in _PLAIN}
    tree = parser.parse(pattern)
    whole = _sample(tree)
    made |= {("", whole), ("", whole[:-1]), ("", whole[: len(whole) // 2])}
    for before, body in _repeated(tree, ""):
        made |= {(before, body), ("", before + body), (before, body + " "), ("", body)}
    return sorted(one for one in made if one[1])


def _repeated(tree: Tree, before: str) -> Iterator[tuple[str, str]]:
    for code, argument in tree:
        if code in _REPEATS:
            low, high, body = argument
            if high is codes.MAXREPEAT or high > 8:
                yield from ((before, one) for one in _choices(body))
            yield from _repeated(body, before)
            before += _sample(body) * min(low, 3)
            continue
        for part in _parts(code, argument):
            yield from _repeated(part, before)
        before += _sample([(code, argument)])


def _choices(tree: Tree) -> Iterator[str]:
    """Yield a text for each of the alternatives that a repeat is made of."""
    alternatives = [(code, argument) for code, argument in tree]
    while len(alternatives) == 1 and alternatives[0][0] is codes.SUBPATTERN:
        alternatives = list(alternatives[0][1][3])
    if len(alternatives) == 1 and alternatives[0][0] is codes.BRANCH:
        yield from map(_sample, alternatives[0][1][1])
    else:
        yield _sample(alternatives)


def _parts(code: Tree, argument: Tree) -> Iterator[Tree]:
    if code is codes.SUBPATTERN:
        yield argument[3]
    elif code is codes.BRANCH:
        yield from argument[1]
    elif code in {codes.ASSERT, codes.ASSERT_NOT}:
        yield argument[1]
    elif code is codes.ATOMIC_GROUP:
        yield argument


def _sample(tree: Tree) -> str:
    """Return a text that fits a pattern, or nearly."""
    made = ""
    for code, argument in tree:
        if code is codes.LITERAL:
            made += chr(argument)
        elif code is codes.IN:
            made += _one_of(argument)
        elif code is codes.ANY or code is codes.NOT_LITERAL:
            made += "a"
        elif code in _REPEATS:
            made += _sample(argument[2]) * min(max(argument[0], 1), 3)
        elif code is codes.BRANCH:
            made += _sample(argument[1][-1])
        elif code in {codes.SUBPATTERN, codes.ATOMIC_GROUP}:
            made += _sample(argument[3] if code is codes.SUBPATTERN else argument)
    return made


def _one_of(choices: Tree) -> str:
    code, argument = choices[0]
    if code is codes.NEGATE:
        for candidate in "a中0 -\n":
            if re.fullmatch(r"\w", candidate) or len(choices) > 1:
                return candidate
    if code is codes.LITERAL:
        return chr(argument)
    if code is codes.RANGE:
        return chr(argument[0])
    named = {codes.CATEGORY_DIGIT: "0", codes.CATEGORY_SPACE: " ", codes.CATEGORY_NOT_WORD: "-"}
    return named.get(argument, "a")


def nested_repeats(pattern: str) -> list[str]:
    """Return what is repeated without end inside of what is repeated without end.

    The same text can then be cut up in a number of ways that doubles with each character, unless
    something that cannot be part of the inner repeat stands between its turns.
    """
    return list(_nested(parser.parse(pattern), within=False))


def _nested(tree: Tree, *, within: bool) -> Iterator[str]:
    for code, argument in tree:
        if code in _REPEATS:
            is_endless = argument[1] is codes.MAXREPEAT
            if is_endless and within:
                yield _sample(argument[2])
            yield from _nested(argument[2], within=within or is_endless)
        for part in _parts(code, argument):
            yield from _nested(part, within=within)


def find_fast_growth(written: Written) -> Growth | None:
    """Return the kind of text over which a search takes more than the square of its length.

    The square is left: a search that looks for the end of a text begins anew at each character, and
    whoever calls it hands it a window of a few dozen.
    """
    compiled = re.compile(written.pattern, written.flags)
    for before, unit in units(written.pattern):
        short, long = (_seconds(compiled, before, unit, length) for length in LENGTHS)
        if long == math.inf or long > max(NOTICED_SECONDS, short * MOST_GROWTH):
            return Growth(written, before + unit, short, long)
    return None


def _seconds(compiled: re.Pattern[str], before: str, unit: str, length: int) -> float:
    text = (before + unit * (length // len(unit) + 1))[:length] + "\0"
    return processor_seconds(lambda: compiled.search(text))


def processor_seconds(act: Callable[[], object]) -> float:
    """Return the processor time that something takes, infinite where it is stopped for being slow.

    What else the machine does has no part in it: that clock stands still meanwhile.
    """

    def stop(*_: object) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, PATIENCE_SECONDS)
    began = time.thread_time()
    try:
        act()
        return time.thread_time() - began
    except _TooSlow:
        return math.inf
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
