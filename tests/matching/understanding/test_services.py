import csv
from importlib.resources import files
from pathlib import Path
from time import process_time

import pytest
from opencc import OpenCC

from matching.text.folding import fold
from matching.understanding.lexicon import lexicon_of, prepare
from matching.understanding.phrases import RULES, find_phrases
from matching.understanding.services import Services, covers, read_services
from providers.vocabulary import build_vocabulary, read_packaged_synonyms

SECTORS = {
    row["code"]: [row["name_en"], row["name_zh_hans"], row["name_zh_hant"]]
    for row in csv.DictReader(
        files("providers.data").joinpath("sectors.csv").read_text("utf-8").splitlines()
    )
}
VOCABULARY = build_vocabulary(SECTORS, {}, read_packaged_synonyms(), ())
# Statements written for this test: text, sectors asked for, sectors refused.
CASES = [
    (row["text"], set(row["sectors"].split()), set(row["refused"].split()))
    for row in csv.DictReader(
        Path(__file__).with_name("services_cases.csv").read_text("utf-8").splitlines()
    )
]


def read(text: str) -> Services:
    prepared = prepare(text)
    mentions = [m for m in lexicon_of(VOCABULARY).find(prepared) if m.sectors]
    return read_services(prepared.folded, mentions, find_phrases(prepared))


def codes(services: Services) -> tuple[set[str], set[str]]:
    return {code for code, _ in services.wanted}, {code for code, _ in services.refused}


@pytest.mark.parametrize(("text", "wanted", "refused"), CASES, ids=[case[0] for case in CASES])
def test_reads_statements(text: str, wanted: set[str], refused: set[str]) -> None:
    assert codes(read(text)) == (wanted, refused)


@pytest.mark.parametrize("code", [code for code in SECTORS if "." in code])
def test_every_leaf_is_read_by_its_names(code: str) -> None:
    for name in SECTORS[code]:
        wanted, _ = codes(read(name))
        assert any(covers(code, other) or covers(other, code) for other in wanted), name


@pytest.mark.parametrize(
    ("text", "wanted", "refused"),
    [
        # Lists share a negation, a contrast ends it.
        ("no audit, tax filing or payroll", "", "ACC.AUD TAX.FIL HRI.EOR"),
        ("不需要诉讼、仲裁和调解，只要翻译合同", "LNG.LTR", "DIS.LIT DIS.ARB DIS.MED"),
        ("不打官司，而是调解", "DIS.MED", "DIS.LIT"),
        ("no litigation but mediation", "DIS.MED", "DIS.LIT"),
        ("patents and trade marks are not needed, visas are", "HRI.VIS", "IPR.PAT IPR.TMK"),
        ("唔使打官司，淨係要核數", "ACC.AUD", "DIS.LIT"),
        # A question is no refusal.
        ("要不要做环评？", "ESG.EIA", ""),
        ("使唔使做環評？", "ESG.EIA", ""),
        ("not sure whether we need an ODI filing", "CSF.ODI", ""),
        # Had, or done by themselves: neither.
        ("we already have an auditor, we need a visa", "HRI.VIS", "ACC.AUD"),
        ("翻译我们自己做，需要公司秘书", "CSF.SEC", "LNG"),
        # Said again in the next clause, it is refused.
        ("审计师我们有，就不用推荐了，要办签证", "HRI.VIS", "ACC.AUD"),
        # A parent refused takes its branch with it.
        ("不要法律服务，并购财务尽调", "ACC.FDD", "LEG"),
        # The messenger is refused, not the service.
        ("要調解，唔要再介紹律師行", "DIS.MED", ""),
    ],
)
def test_scope_of_refusals(text: str, wanted: str, refused: str) -> None:
    found = codes(read(text))
    assert found == (set(wanted.split()), set(refused.split()))


@pytest.mark.parametrize(
    "text",
    [
        "we are a logistics company from Nanning",
        "我们是一家做电商的公司",
        "hello",
        "",
    ],
)
def test_what_an_enterprise_is_is_no_request(text: str) -> None:
    assert codes(read(text)) == (set(), set())


def test_a_contradiction_is_refused_and_said() -> None:
    services = read("need an audit. no audit")

    assert codes(services) == (set(), {"ACC.AUD"})
    assert services.is_contradictory


@pytest.mark.parametrize(("text", "wanted", "refused"), CASES[::7], ids=[c[0] for c in CASES[::7]])
def test_the_script_does_not_matter(text: str, wanted: set[str], refused: set[str]) -> None:
    traditional = str(OpenCC("s2hk").convert(text))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] no annotation
    assert codes(read(traditional)) == (wanted, refused)


def test_phrases_point_into_the_original_text() -> None:
    text = "想在  河内 註冊 一間公司"
    (mention,) = [m for m in find_phrases(prepare(text)) if m.sectors == ("CSF.INC",)]
    assert text[mention.span.start : mention.span.end] == "註冊 一間公司"


def test_rules_are_folded_and_name_leaves() -> None:
    assert {code for code, _ in RULES} <= set(SECTORS)
    assert all(fold(rules) == rules for _, rules in RULES)


@pytest.mark.parametrize("noise", ["公证", "拖欠", "open a ", "注册", "no ", "保险、不", "审计、"])
def test_noise_is_read_within_a_second(noise: str) -> None:
    text = (noise * 10_000)[:10_000]
    read("warm up")
    before = process_time()
    read(text)
    # Measured 0.1 to 0.7 seconds; a machine busy with other things gets room.
    assert process_time() - before < 3
