import json
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest

from api.cli.route_text import PROFESSIONS
from core.db import make_engine, make_session_factory
from matching.jurisdictions.graph import TreatyGraph
from matching.jurisdictions.routes import plan_route
from matching.jurisdictions.types import RouteKind
from providers.jurisdictions.packaged import read_packaged_treaty_data
from tests.api.cli.conftest import CommandLine
from tests.api.treaty_tables import load_treaties

KEYS = {
    "kind", "from", "to", "origin", "destination", "on", "route", "certainty", "sentence", "steps",
    "instruments", "checks", "sources", "changes", "cooperations", "desks", "notice",
}  # fmt: skip
ON = ("--on", "2026-11-22")


@pytest.fixture(scope="session")
def treaty_tables(prepared_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The prepared database with the packaged treaties."""
    path = tmp_path_factory.mktemp("treaties") / "landbridge.db"
    path.write_bytes(prepared_database.read_bytes())
    engine = make_engine(f"sqlite:///{path}")
    load_treaties(make_session_factory(engine))
    engine.dispose()
    return path


@pytest.fixture
def treaties(data_dir: Path, treaty_tables: Path) -> Path:
    """A copy of them where commands look for their database."""
    data_dir.mkdir()
    copy = data_dir / "landbridge.db"
    copy.write_bytes(treaty_tables.read_bytes())
    return copy


@pytest.mark.usefixtures("treaties")
def test_prints_one_document(landbridge: CommandLine) -> None:
    outcome = landbridge("route", "award", "sg", "cn", *ON, "--facts", "commercial", "--json")

    assert (outcome.code, outcome.err) == (0, "")
    route = json.loads(outcome.out)
    assert set(route) == KEYS
    assert (route["from"], route["to"], route["on"]) == ("SG", "CN", "2026-11-22")
    assert (route["route"], route["certainty"]) == ("new_york_convention", "settled")
    assert set(route["sentence"]) == {"en", "zh-Hans", "zh-Hant"}
    (instrument,) = route["instruments"]
    assert set(instrument) == {
        "instrument_id", "name", "in_force_from", "bindings", "as_of", "source_url",
    }  # fmt: skip
    assert set(instrument["bindings"][0]) == {
        "jurisdiction", "in_force_from", "status", "is_verified", "note", "source_url",
    }  # fmt: skip
    assert set(route["steps"][0]) == {
        "action", "place", "sentence", "professions", "sector_codes", "desk",
    }  # fmt: skip


@pytest.mark.usefixtures("treaties")
@pytest.mark.parametrize(
    ("origin", "destination"), [("Vietnam", "Hong Kong"), ("越南", "香港"), ("viet nam", "HKSAR")]
)
def test_takes_names_as_the_list_has_them(
    landbridge: CommandLine, origin: str, destination: str
) -> None:
    outcome = landbridge("route", "document", origin, destination, *ON, "--json")

    route = json.loads(outcome.out)
    assert (route["from"], route["to"], route["route"]) == ("VN", "HK", "apostille")


@pytest.mark.usefixtures("treaties")
def test_a_person_reads_steps_with_who_takes_them(landbridge: CommandLine) -> None:
    outcome = landbridge("route", "document", "CN-GX", "VN", "--on", "2026-01-05")

    assert outcome.code == 0
    assert "consular legalisation" in outcome.out.splitlines()[0]
    assert "Certainty: settled" in outcome.out
    assert "  1. Have the document notarised" in outcome.out
    assert "notary office → Mainland foreign-related notarisation (NOT.NTO)" in outcome.out
    assert "Guinan Notary Office" in outcome.out
    assert "From 2026-09-11 by apostille." in outcome.out
    assert "https://www.hcch.net/" in outcome.out
    assert outcome.out.rstrip().endswith("It is not legal advice.")


@pytest.mark.usefixtures("treaties")
@pytest.mark.parametrize(
    ("language", "said"),
    [("zh-Hans", ("确定程度：", "步骤", "来源")), ("zh-Hant", ("確定程度：", "步驟", "來源"))],
)
def test_answers_in_the_language_asked_for(
    landbridge: CommandLine, language: str, said: tuple[str, ...]
) -> None:
    outcome = landbridge("route", "award", "SG", "CN", *ON, "--lang", language)

    assert all(word in outcome.out for word in said)
    assert "Steps" not in outcome.out


@pytest.mark.usefixtures("treaties")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("award", "SU", "CN"), "withdrawn in 1992"),
        (("award", "yu", "CN"), "withdrawn in 2003"),
        (("award", "AN", "CN"), "BQ, CW, SX"),
        (("award", "CN", "ZR"), "use CD"),
        (("award", "XX", "CN"), "no jurisdiction"),
        (("award", "EU", "CN"), "name one"),
        (("award", "东盟", "CN"), "BN, ID, KH, LA, MM, MY, PH, SG, TH, TL, VN"),
        (("award", "SG", "SG"), "two jurisdictions"),
        (("award", "SG", "CN", "--on", "1899-12-31"), "1900 to 2100"),
        (("award", "SG", "CN", "--on", "2101-01-01"), "1900 to 2100"),
        (("award", "SG", "CN", "--on", "1.1.2026"), "YYYY-MM-DD"),
        (("award", "SG", "CN", "--facts", "commercially"), "the facts are commercial"),
        (("award", "SG", "CN", "--facts", "judgment_given=soon"), "YYYY-MM-DD"),
        (("award", "SG", "CN", "--lang", "fr"), "--lang"),
        (("treaty", "SG", "CN"), "award"),
        (("award", "SG"), "TO"),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_change(
    landbridge: CommandLine, arguments: tuple[str, ...], said: str
) -> None:
    outcome = landbridge("route", *arguments)

    assert (outcome.code, outcome.out) == (2, "")
    assert said in outcome.complaint


def test_where_there_is_no_database_the_packaged_tables_answer(
    landbridge: CommandLine, data_dir: Path
) -> None:
    outcome = landbridge("route", "award", "SG", "CN", *ON, "--facts", "commercial", "--json")

    assert outcome.code == 0
    assert json.loads(outcome.out)["route"] == "new_york_convention"
    assert "no database yet" in outcome.complaint
    assert not data_dir.exists()


def test_an_empty_database_says_what_to_load(landbridge: CommandLine) -> None:
    assert landbridge("migrate").code == 0

    outcome = landbridge("route", "award", "SG", "CN")

    assert outcome.code == 2
    assert "landbridge demo --prepare-only" in outcome.complaint


def test_every_profession_of_a_step_has_its_word() -> None:
    graph = TreatyGraph(read_packaged_treaty_data())
    places = ("CN", "HK", "MO", "TW", "SG", "VN", "TH", "MM", "GB", "US", "DE")
    met = {
        profession
        for kind in RouteKind
        for origin, destination in permutations(places, 2)
        for step in plan_route(graph, kind, origin, destination, on=date(2026, 11, 22)).steps
        for profession in step.professions
    }

    assert {"caao", "notary_office", "mediator"} <= met <= PROFESSIONS.keys()
