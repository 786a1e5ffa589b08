"""A route as a person reads it on a terminal."""

from collections.abc import Mapping

from api.cli.console import say
from matching.jurisdictions.types import Certainty, Route, Step, UsedInstrument
from matching.types import Script, Sentence

_CERTAINTIES = {
    Certainty.SETTLED: Sentence("settled", "明确", "明確"),
    Certainty.CHECK: Sentence("to be checked", "需查核", "需查核"),
    Certainty.UNVERIFIED: Sentence("unverified", "未经核实", "未經核實"),
    Certainty.DOMESTIC_LAW_ONLY: Sentence("domestic law only", "仅依当地法律", "僅依當地法律"),
}
# Professions by the field's identifiers (docs/glossary.md).
PROFESSIONS = {
    "apostille_authority": Sentence("apostille authority", "附加证明书主管机关", "加簽主管機關"),
    "arbitral_institution": Sentence("arbitral institution", "仲裁机构", "仲裁機構"),
    "arbitrator": Sentence("arbitrator", "仲裁员", "仲裁員"),
    "barrister": Sentence("barrister", "出庭律师（大律师）", "大律師"),
    "caao": Sentence("China-Appointed Attesting Officer", "中国委托公证人", "中國委托公證人"),
    "certified_translator": Sentence("certified translator", "认证译员", "認可譯員"),
    "consulate": Sentence("embassy or consulate", "使领馆", "使領館"),
    "foreign_affairs_office": Sentence(
        "foreign affairs office", "外交（外事）机关", "外交（外事）機關"
    ),
    "foreign_ministry": Sentence("foreign ministry", "外交部门", "外交部門"),
    "foreign_related_lawyer": Sentence("Mainland lawyer", "涉外律师", "涉外律師"),
    "local_counsel": Sentence("local counsel", "当地律师", "當地律師"),
    "mediation_institution": Sentence("mediation institution", "调解机构", "調解機構"),
    "mediator": Sentence("mediator", "调解员", "調解員"),
    "notary_office": Sentence("notary office", "公证处", "公證處"),
    "notary_public": Sentence("notary public", "公证人", "公證人"),
    "solicitor": Sentence("solicitor", "事务律师", "律師"),
}
_CERTAINTY = Sentence("Certainty", "确定程度", "確定程度")
_STEPS = Sentence("Steps", "步骤", "步驟")
_RESTS_ON = Sentence("Rests on", "依据", "依據")
_CHECK = Sentence("Check", "须查核", "須查核")
_LATER = Sentence("Later", "日后变化", "日後變化")
_HELP = Sentence("Help on the way", "途中可用", "途中可用")
_SOURCES = Sentence("Sources", "来源", "來源")
_SINCE = Sentence("since {day}", "自{day}起", "自{day}起")
_UNDATED = Sentence("date not found", "未见日期", "未見日期")
_AS_OF = Sentence("as of {day}", "截至{day}", "截至{day}")


def print_route(route: Route, script: Script, sectors: Mapping[str, Sentence]) -> None:
    """Print a route on stdout."""
    say(route.sentence.in_script(script))
    colon = ": " if script is Script.EN else "："
    certainty = _CERTAINTIES[route.certainty].in_script(script)
    say(f"{_CERTAINTY.in_script(script)}{colon}{certainty}")
    _print_part(_RESTS_ON, [_instrument_line(used, script) for used in route.instruments], script)
    _print_steps(route, script, sectors)
    _print_part(_CHECK, [check.sentence.in_script(script) for check in route.checks], script)
    _print_part(_LATER, [change.sentence.in_script(script) for change in route.changes], script)
    used = {step.desk for step in route.steps}
    helps = [(desk.name, desk.note) for desk in route.desks if desk.desk_id in used] + [
        (one.name, one.note) for one in route.cooperations
    ]
    _print_part(
        _HELP,
        [f"{name.in_script(script)}{colon}{about.in_script(script)}" for name, about in helps],
        script,
    )
    _print_part(
        _SOURCES,
        [
            " ".join(filter(None, (source.url, _as_of(source.as_of, script))))
            for source in route.sources
        ],
        script,
    )
    say()
    say(route.notice.in_script(script))


def _print_part(title: Sentence, lines: list[str], script: Script) -> None:
    if lines:
        say()
        say(title.in_script(script))
    for line in lines:
        say(f"  - {line}")


def _print_steps(route: Route, script: Script, sectors: Mapping[str, Sentence]) -> None:
    say()
    say(_STEPS.in_script(script))
    desks = {desk.desk_id: desk.name for desk in route.desks}
    for number, step in enumerate(route.steps, start=1):
        say(f"  {number}. {step.sentence.in_script(script)}")
        who = _who(step, script, sectors)
        if step.desk in desks:
            who = " · ".join(filter(None, (who, desks[step.desk].in_script(script))))
        if who:
            say(f"     {who}")


def _who(step: Step, script: Script, sectors: Mapping[str, Sentence]) -> str:
    comma = ", " if script is Script.EN else "、"
    people = comma.join(
        PROFESSIONS[one].in_script(script) if one in PROFESSIONS else one
        for one in step.professions
    )
    listed = comma.join(
        f"{sectors[code].in_script(script)} ({code})" if code in sectors else code
        for code in step.sector_codes
    )
    return " → ".join(filter(None, (people, listed)))


def _instrument_line(used: UsedInstrument, script: Script) -> str:
    since = used.in_force_from
    day = _SINCE.in_script(script).format(day=since) if since else _UNDATED.in_script(script)
    return f"{used.name.in_script(script)} ({day})"


def _as_of(day: str | None, script: Script) -> str:
    return f"({_AS_OF.in_script(script).format(day=day)})" if day else ""
