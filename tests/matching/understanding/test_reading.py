import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from matching.types import Script
from matching.understanding.languages import LANGUAGES
from matching.understanding.lexicon import key_of, surface_forms
from matching.understanding.reading import MAX_CHARACTERS, read_need
from matching.understanding.types import Reading, UnreadableText
from providers.vocabulary import (
    build_vocabulary,
    read_packaged_regions,
    read_packaged_synonyms,
)

ON = date(2026, 11, 20)
ASEAN = ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "VN", "TL")

# A few jurisdictions with the names that tell them apart; the whole list is the operators'.
JURISDICTIONS = {
    "VN": ["Vietnam", "Viet Nam", "越南"],
    "BD": ["Bangladesh", "孟加拉国", "孟加拉"],
    "TZ": ["Tanzania", "坦桑尼亚"],
    "HK": ["Hong Kong", "香港"],
    "CN": ["China", "中国"],
    "MO": ["Macao", "澳门"],
    "SG": ["Singapore", "新加坡"],
    "MY": ["Malaysia", "马来西亚"],
    "TH": ["Thailand", "泰国"],
    "ID": ["Indonesia", "印度尼西亚", "印尼"],
    "IN": ["India", "印度"],
    "LA": ["Laos", "Lao PDR", "老挝"],
    "MM": ["Myanmar", "缅甸"],
    "KH": ["Cambodia", "柬埔寨"],
    "PH": ["Philippines", "菲律宾"],
    "BN": ["Brunei", "文莱"],
    "TL": ["Timor-Leste", "东帝汶"],
    "GN": ["Guinea", "几内亚"],
    "GW": ["Guinea-Bissau", "几内亚比绍"],
    "PG": ["Papua New Guinea", "巴布亚新几内亚"],
    "NE": ["Niger", "尼日尔"],
    "NG": ["Nigeria", "尼日利亚"],
    "OM": ["Oman", "阿曼"],
    "TD": ["Chad", "乍得"],
    "TR": ["Türkiye", "Turkey", "土耳其"],
    "JO": ["Jordan", "约旦"],
    "CI": ["Côte d’Ivoire", "科特迪瓦"],
    "SA": ["Saudi Arabia", "沙特阿拉伯"],
    "AE": ["United Arab Emirates", "UAE", "阿联酋"],
    "MX": ["Mexico", "墨西哥"],
    "US": ["United States", "美国"],
    "DE": ["Germany", "德国"],
    "PK": ["Pakistan", "巴基斯坦"],
    "KE": ["Kenya", "肯尼亚"],
    "GH": ["Ghana", "加纳"],
    "HU": ["Hungary", "匈牙利"],
    "CN-GX": ["Guangxi", "广西"],
    "002": ["Africa", "非洲"],
}
VOCABULARY = build_vocabulary(
    {
        row["code"]: [row["name_en"], row["name_zh_hans"], row["name_zh_hant"]]
        for row in csv.DictReader(
            files("providers.data").joinpath("sectors.csv").read_text("utf-8").splitlines()
        )
    },
    JURISDICTIONS,
    read_packaged_synonyms(),
    read_packaged_regions(),
)
KNOWN_NAMES = (
    {key_of(name) for place in VOCABULARY.jurisdictions for name in place.names}
    | {form for s in VOCABULARY.sectors for name in s.names for form in surface_forms(name)}
    | {key_of(name) for names in LANGUAGES.values() for name in names}
)


NAMED = (
    "home_jurisdiction",
    "target_jurisdictions",
    "secondary_jurisdictions",
    "excluded_jurisdictions",
    "sector_codes",
    "excluded_sector_codes",
    "languages_wanted",
)
TERMS = ("urgency", "deadline", "budget", "other_amount", "provider_constraints")


@dataclass(frozen=True, slots=True)
class Case:
    text: str
    targets: str = ""
    sectors: str = ""
    home: str | None = None
    excluded: str = ""
    refused: str = ""
    languages: str = ""


CASES = [
    # The three sentences of the demo.
    Case("feasibility study for rural roads in Vietnam", "VN", "MKT.RES"),
    Case("孟加拉国供水项目的施工监理", "BD", "BLT.PMC"),
    Case("在坦桑尼亞做電力項目審計", "TZ", "ACC.AUD"),
    # Words that only look like places.
    Case("a woman in Chadwick asks for nothing"),
    Case("Please help us with tax", sectors="TAX"),
    Case("PLEASE HELP US FIND A LAWYER IN VIETNAM", "VN", "LEG"),
    Case("Mr Jordan asked for a visa", sectors="HRI.VIS"),
    Case("audit in turkey, jordan and chad", "TR JO TD", "ACC.AUD"),
    Case("roast turkey and a chad"),
    Case("US tax advice", "US", "TAX"),
    Case("中国银行的保函", sectors="FIN.TRF"),
    Case("中国—东盟博览会之前完成印尼商标注册", "ID", "IPR.TMK"),
    Case("做中国委托公证人公证", sectors="NOT.CAA"),
    # The longest name at a place.
    Case("印度尼西亚清真认证", "ID", "TIC.CON"),
    Case("尼日利亚的清关和货代", "NG", "LOG.FWD"),
    Case("几内亚比绍的环评", "GW", "ESG.EIA"),
    Case("EIA in Papua New Guinea", "PG", "ESG.EIA"),
    Case("EIA in Guinea-Bissau", "GW", "ESG.EIA"),
    Case("马来西亚公司注册，不去印度", "MY", "CSF.INC", excluded="IN"),
    Case("Audit in COTE D'IVOIRE", "CI", "ACC.AUD"),
    Case("中国香港的公司秘书", "HK", "CSF.SEC"),
    # Home.
    Case("We are a Hong Kong company and need an audit", sectors="ACC.AUD", home="HK"),
    Case("We are a Hong Kong company and need an audit in Hong Kong", "HK", "ACC.AUD", "HK"),
    Case("Our Shenzhen company wants patents in Germany", "DE", "IPR.PAT", "CN"),
    Case("Headquartered in Nanning, we need a joint venture in Malaysia", "MY", "LEG.MNA", "CN"),
    Case(
        "A Shenzhen-based manufacturer needs site selection in Thailand",
        "TH",
        "BLT.SIT",
        "CN",
    ),
    Case("We are expanding to Vietnam: payroll", "VN", "HRI.EOR"),
    Case("debt collection against a supplier based in Pakistan", "PK", "DIS.DBT"),
    Case("我们是深圳一家电子公司，想在越南招聘", "VN", "HRI.REC", "CN"),
    Case("本公司位于香港，要在泰国申请专利", "TH", "IPR.PAT", "HK"),
    Case("公司總部設於香港，計劃在印尼報稅", "ID", "TAX.FIL", "HK"),
    Case("我们是一家做服装的广西公司，需要印尼报关", "ID", "LOG.FWD", "CN"),
    Case("一家香港公司被越南客户拖欠，需要追讨货款", "VN", "DIS.DBT", "HK"),
    Case("深圳企业拟在老挝投资，需要ODI备案", "LA", "CSF.ODI", "CN"),
    Case("公司在东莞，想去墨西哥选址", "MX", "BLT.SIT", "CN"),
    Case("我们在越南的工厂需要环评", "VN", "ESG.EIA"),
    Case("本人代表广西某糖业集团，拟收购泰国糖厂", "TH", "LEG.MNA", "CN"),
    Case("Acting for a Chinese contractor: arbitration in Kenya", "KE", "DIS.ARB", "CN"),
    Case("我们想把区域总部设在新加坡，税务筹划", "SG", "TAX.STR"),
    Case("越南公司注册", "VN", "CSF.INC"),
    Case("我哋係香港公司，想搵泰國律師睇合約", "TH", "LEG.COR", "HK"),
    # What an enterprise is, is no request.
    Case(
        "We are a logistics company from Hong Kong: bank account in the UAE", "AE", "FIN.ACT", "HK"
    ),
    Case("我们是上市公司，想收购泰国一家工厂", "TH", "LEG.MNA"),
    Case("we have no lawyer in Vietnam", "VN", "LEG"),
    # Regions, narrowing and subtraction.
    Case("market research in ASEAN", " ".join(ASEAN), "MKT.RES"),
    Case(
        "ASEAN except Myanmar and Laos: visas",
        "BN KH ID MY PH SG TH VN TL",
        "HRI.VIS",
        None,
        "MM LA",
    ),
    Case("除缅甸、老挝外的东盟国家，商标", "BN KH ID MY PH SG TH VN TL", "IPR.TMK", None, "MM LA"),
    Case(
        "緬甸、老撾除外，其餘東盟國家，商標", "BN KH ID MY PH SG TH VN TL", "IPR.TMK", None, "MM LA"
    ),
    Case("除了越南外，还要泰国的审计", "VN TH", "ACC.AUD"),
    Case("GCC customs compliance, mainly Saudi Arabia", "SA", "COM.CUS"),
    Case("ASEAN markets including Vietnam: audit", " ".join(ASEAN), "ACC.AUD"),
    Case("新馬泰市場調查，不要新加坡", "MY TH", "MKT.RES", excluded="SG"),
    Case("audit in Africa", sectors="ACC.AUD"),
    Case("东非肯尼亚、西非加纳的保险", "KE GH", "INS"),
    # Other exclusions of places.
    Case("Audit in Malaysia, not in Singapore", "MY", "ACC.AUD", excluded="SG"),
    Case("not only Vietnam but also Laos: audit", "VN LA", "ACC.AUD"),
    # Refused is a kind of provider, not a country.
    Case("non-Singapore arbitrators", sectors="DIS.ARB.TRB"),
    Case("Vietnam rather than Thailand or Cambodia: audit", "VN", "ACC.AUD", excluded="TH KH"),
    Case("我們唔去新加坡同馬來西亞，只去泰國做可行性研究", "TH", "MKT.RES", excluded="SG MY"),
    Case("we are not interested in Myanmar", excluded="MM"),
    Case("不去美国，去墨西哥选址", "MX", "BLT.SIT", excluded="US"),
    # Services: the branch, and what is refused.
    Case("a law firm for a merger in Vietnam", "VN", "LEG.MNA"),
    Case("Contract review, no litigation, in Indonesia", "ID", "LEG.COR", refused="DIS.LIT"),
    Case(
        "visas in Kenya; patents and trade marks are not needed",
        "KE",
        "HRI.VIS",
        refused="IPR.PAT IPR.TMK",
    ),
    Case("不需要诉讼，在泰国调解", "TH", "DIS.MED", refused="DIS.LIT"),
    Case("唔使打官司，柬埔寨勞工法", "KH", "LEG.LAB", refused="DIS.LIT"),
    Case(
        "no legal services, only tax filing in India; no merger",
        "IN",
        "TAX.FIL",
        refused="LEG LEG.MNA",
    ),
    Case("no litigation\nVietnam", "VN", refused="DIS.LIT"),
    Case("Notarise a power of attorney in Hong Kong", "HK", "NOT.NTP"),
    Case("审计报告翻译，用于泰国", "TH", "ACC.AUD LNG"),
    Case(
        "feasibility studies and environmental impact assessments in Laos", "LA", "MKT.RES ESG.EIA"
    ),
    # Languages wanted, had, and not meant.
    Case("Vietnamese-speaking lawyer in Malaysia", "MY", "LEG", languages="vi"),
    Case("Our team speaks Vietnamese. Audit in Laos", "LA", "ACC.AUD"),
    Case("Translate our contract into Thai and Lao", sectors="LNG.LTR", languages="th lo"),
    Case("Vietnamese labour law", "VN", "LEG.LAB"),
    Case("audit report in Vietnamese, for Laos", "LA", "ACC.AUD", languages="vi"),
    Case("a hearing in Vietnamese courts", "VN"),
    Case("an arbitrator with Mandarin for Singapore", "SG", "DIS.ARB.TRB", languages="cmn"),
    Case("需要会讲粤语和普通话的律师，在柬埔寨", "KH", "LEG", languages="yue cmn"),
    Case("我们会说越南语，只需要越南的会计师", "VN", "ACC"),
    Case("我们需要会说越南语的会计师，在老挝", "LA", "ACC", languages="vi"),
    Case("要識講廣東話嘅律師，泰國", "TH", "LEG", languages="yue"),
    Case("不需要英语，老挝审计", "LA", "ACC.AUD"),
    # As enterprises write it: papers that name a service, railways that name countries.
    Case("西班牙买楼，律师审购房合同", sectors="LEG.REA"),
    Case("法律合同中译葡", sectors="LNG.LTR", languages="pt"),
    Case("技術手冊中譯泰，用於泰國", "TH", "LNG", languages="th"),
    Case("深圳公司营业执照公证后到阿联酋使馆认证", "AE", "NOT.NTO NOT.CLG", "CN"),
    Case("香港公司註冊文件要海牙認證", "", "NOT.APO", "HK"),
    Case("加纳海关信息系统开发与系统集成", "GH", "ICT.CNS"),
    Case("cloud hosting and cybersecurity assessment in Kenya", "KE", "ICT.CLD DAT.SEC"),
    Case("馬來西亞廠房的環境影響評估及污水處理設計", "MY", "ESG.EIA BLT.CIV"),
    Case("中老铁路沿线物流园区市场调研", "CN LA", "MKT.RES"),
    Case("雅万高铁沿线选址", "ID", "BLT.SIT"),
    # Scripts that are not read, and nothing at all.
    Case("ต้องการทนายความ 😀"),
    Case("أحتاج إلى محام"),
    Case("hello"),
]


def read(text: str, on: date = ON) -> Reading:
    return read_need(text, VOCABULARY, on=on)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_reads(case: Case) -> None:
    reading = read(case.text)

    assert sorted(reading.target_jurisdictions) == sorted(case.targets.split())
    assert sorted(reading.sector_codes) == sorted(case.sectors.split())
    assert reading.home_jurisdiction == case.home
    assert sorted(reading.excluded_jurisdictions) == sorted(case.excluded.split())
    assert sorted(reading.excluded_sector_codes) == sorted(case.refused.split())
    assert sorted(reading.languages_wanted) == sorted(case.languages.split())
    assert ("which_jurisdictions" in reading.questions) is (not case.targets)
    assert ("which_services" in reading.questions) is (not case.sectors)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_facts_agree_with_the_fields_and_point_at_names(case: Case) -> None:
    assert_facts_hold(case.text, read(case.text))


def converted(config: str, text: str) -> str:
    return str(OpenCC(config).convert(text))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] no annotation


def assert_facts_hold(text: str, reading: Reading) -> None:
    by_field: dict[str, list[str]] = {}
    for fact in reading.facts:
        by_field.setdefault(fact.field, []).append(fact.value)
        assert fact.spans
        for span in fact.spans:
            assert 0 <= span.start < span.end <= len(text)
            words = key_of(text[span.start : span.end])
            assert (
                fact.field not in NAMED or words in KNOWN_NAMES or fact.field == "languages_wanted"
            )
    fields: dict[str, Sequence[str]] = {
        "target_jurisdictions": reading.target_jurisdictions,
        "excluded_jurisdictions": reading.excluded_jurisdictions,
        "sector_codes": reading.sector_codes,
        "excluded_sector_codes": reading.excluded_sector_codes,
        "languages_wanted": reading.languages_wanted,
        "secondary_jurisdictions": reading.secondary_jurisdictions,
        "home_jurisdiction": [reading.home_jurisdiction] if reading.home_jurisdiction else [],
    }
    assert set(by_field) <= {*NAMED, *TERMS}
    for field, values in fields.items():
        assert sorted(by_field.get(field, [])) == sorted(values)
    assert not set(reading.target_jurisdictions) & set(reading.excluded_jurisdictions)
    assert not set(reading.sector_codes) & set(reading.excluded_sector_codes)
    assert [fact.spans[0] for fact in reading.facts] == sorted(f.spans[0] for f in reading.facts)
    for span in reading.not_used:
        assert 0 <= span.start < span.end <= len(text)
        assert not any(
            span.start < used.end and used.start < span.end
            for fact in reading.facts
            for used in fact.spans
        )


def test_spans_point_into_the_original_text() -> None:
    text = "Étude: ＡＵＤＩＴ in Hong\n  Kong — 坦桑尼亞"
    facts = {fact.value: fact.spans for fact in read(text).facts}

    def words(code: str) -> list[str]:
        return [text[span.start : span.end] for span in facts[code]]

    assert words("ACC.AUD") == ["ＡＵＤＩＴ"]
    assert words("HK") == ["Hong\n  Kong"]
    assert words("TZ") == ["坦桑尼亞"]


def test_one_value_named_twice_is_one_fact_with_two_spans() -> None:
    reading = read("Audit in Vietnam. Tax in Vietnam.")
    (fact,) = [fact for fact in reading.facts if fact.value == "VN"]
    assert [(span.start, span.end) for span in fact.spans] == [(9, 16), (25, 32)]


def test_asean_has_the_members_of_the_day() -> None:
    before = read("东盟审计", on=date(2025, 10, 25)).target_jurisdictions
    since = read("东盟审计", on=date(2025, 10, 26)).target_jurisdictions

    assert set(since) == set(ASEAN)
    assert set(since) - set(before) == {"TL"}
    assert len(before) == 10


def test_lists_the_phrases_that_led_to_nothing() -> None:
    text = "Audit in Vietnam, as soon as you can; 多谢帮忙。Thanks"
    unused = [text[span.start : span.end] for span in read(text).not_used]
    assert unused == ["多谢帮忙", "Thanks"]


def test_a_contradiction_is_read_as_ruled_out_and_asked_about() -> None:
    reading = read("Audit in Vietnam, not Vietnam; no audit")

    assert reading.target_jurisdictions == ()
    assert reading.excluded_jurisdictions == ("VN",)
    assert reading.questions == (
        "which_jurisdictions",
        "which_services",
        "contradictory_jurisdictions",
        "contradictory_services",
    )


def test_tells_the_script_and_keeps_the_day() -> None:
    reading = read("在坦桑尼亞做電力項目審計")
    assert reading.text_lang is Script.ZH_HANT
    assert reading.reference_date == ON


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        (" \n\t　", "empty"),
        ("a" * 10_001, "10,001 characters; at most 10,000"),
        ("audit\0in Vietnam", r"U\+0000 at position 6"),
        ("\x89PNG\r\n\x1a", "control character"),
        ("audit \ud83d Vietnam", "half of a character"),
        ("\ufffd\ufffdd\ufffd", "UTF-8"),
    ],
)
def test_refuses_what_is_no_text(text: str, says: str) -> None:
    with pytest.raises(UnreadableText, match=says):
        read(text)


def test_reads_the_longest_text_allowed() -> None:
    text = ("Vietnam " * MAX_CHARACTERS)[:MAX_CHARACTERS]
    assert read(text).target_jurisdictions == ("VN",)


PIECES = st.sampled_from(
    [
        "越南",
        "泰国",
        "东盟",
        "不去",
        "除",
        "外",
        "我们是",
        "公司",
        "审计",
        "律师",
        "不需要",
        "、",
        "，",
        "\n",
        "Vietnam ",
        "ASEAN ",
        "not in ",
        "we are a ",
        "Hong Kong ",
        "company ",
        "audit ",
        "except ",
        "and ",
        ", ",
        "Thai ",
        "speaking ",
        "in ",
        "our team speaks ",
        "US ",
        "é",
        "ﬁ",
        "衞",
        "-based ",
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=2000), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_read_or_refused_clearly(text: str) -> None:
    try:
        reading = read(text)
    except UnreadableText as refusal:
        assert str(refusal)  # noqa: PT017 either outcome is right, each with its own check
    else:
        assert_facts_hold(text, reading)


@pytest.mark.parametrize("config", ["s2t", "s2hk", "s2tw"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.text)
def test_the_script_does_not_change_the_facts(config: str, case: Case) -> None:
    simplified = converted("t2s", case.text)
    traditional = converted(config, simplified)

    assert read(traditional).facts == read(simplified).facts
    assert read(traditional).not_used == read(simplified).not_used


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join).filter(str.strip))
def test_the_script_does_not_change_the_facts_of_scraps(text: str) -> None:
    assert read(converted("s2hk", text)).facts == read(text).facts


@pytest.mark.parametrize(
    "noise",
    [
        "越南、",
        "东盟越南",
        "not in Vietnam and ",
        "we are a ",
        "除",
        "our team speaks ",
        "a",
        "- ",
        "不",
    ],
)
def test_noise_is_read_within_a_second(noise: str) -> None:
    read("warm up")
    text = (noise * MAX_CHARACTERS)[:MAX_CHARACTERS]
    before = process_time()
    read(text)
    assert process_time() - before < 1


def test_an_ordinary_need_is_read_within_twenty_milliseconds() -> None:
    read("warm up")
    text = (
        "我们是深圳一家公司，想在越南设厂，除缅甸外的东盟国家也考虑，不需要诉讼。Audit in Hanoi. "
        * 10
    )[:500]
    before = process_time()
    for _ in range(10):
        read(text)
    assert (process_time() - before) / 10 < 0.02
