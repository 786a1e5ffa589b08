"""The rules of `deploy/alerts.yml`, and as much of Prometheus' language as they use."""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from prometheus_client import CollectorRegistry

FILE = Path(__file__).parents[3] / "deploy" / "alerts.yml"

_RULE = re.compile(r"(?P<value>.+?) (?P<is>==|>|<) (?P<limit>[0-9.]+)")
_TERM = re.compile(
    r"(?P<sum>sum\()?(?P<increase>increase\()?(?P<name>[a-z_]+)(?:\{(?P<labels>[^}]*)\})?"
    r"(?P<range>\[\d+m\])?\)*"
)
_LABEL = re.compile(r"""(\w+)(=~?)"([^"]*)\"""")
_IS: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq, ">": operator.gt, "<": operator.lt,
}  # fmt: skip

Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@dataclass(frozen=True)
class Rule:
    """One alert."""

    name: str
    expression: str

    def terms(self) -> list[re.Match[str]]:
        """Return what it reads."""
        value = _RULE.fullmatch(self.expression)
        assert value, self.expression
        found = [_TERM.fullmatch(part) for part in re.split(r" [-/] ", value["value"])]
        read = [one for one in found if one is not None]
        assert len(read) == len(found), self.expression
        assert all(bool(one["increase"]) == bool(one["range"]) for one in read)
        return read

    def fires(self, before: Samples, now: Samples) -> bool:
        """Tell whether it would fire; increases are those since `before`."""
        rule = _RULE.fullmatch(self.expression)
        assert rule
        values = [_value(term, before, now) for term in self.terms()]
        if None in values:
            return False  # nothing is told, and nothing is compared
        numbers = [value for value in values if value is not None]
        if " - " in rule["value"]:
            numbers = [numbers[0] - numbers[1]]
        elif " / " in rule["value"]:
            numbers = [numbers[0] / numbers[1]]
        return _IS[rule["is"]](numbers[0], float(rule["limit"]))


def read_rules() -> dict[str, Rule]:
    """Return the rules by name."""
    (group,) = yaml.safe_load(FILE.read_text("utf-8"))["groups"]
    return {rule["alert"]: Rule(rule["alert"], rule["expr"]) for rule in group["rules"]}


def scrape(registry: CollectorRegistry) -> Samples:
    """Read every sample as Prometheus does."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for metric in registry.collect()
        for sample in metric.samples
    }


def _value(term: re.Match[str], before: Samples, now: Samples) -> float | None:
    found = [key for key in now if key[0] == term["name"] and _fits(dict(key[1]), term["labels"])]
    if not found:
        return None
    since = before if term["increase"] else {}
    return sum(now[key] - since.get(key, 0.0) for key in found)


def _fits(labels: Mapping[str, str], wanted: str | None) -> bool:
    return all(
        re.fullmatch(value if kind == "=~" else re.escape(value), labels.get(name, ""))
        for name, kind, value in _LABEL.findall(wanted or "")
    )
