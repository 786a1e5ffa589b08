from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from matching.text.folding import fold, fold_with_map, original_span, script_of, simplify
from matching.types import Script

# Sentences of the field, as a Mainland and as a Hong Kong enterprise would type them.
PAIRS = [
    ("孟加拉国供水项目的施工监理", "孟加拉國供水項目的施工監理"),
    ("在坦桑尼亚做电力项目审计", "在坦桑尼亞做電力項目審計"),
    ("本公司总部设于深圳，想在越南设厂", "本公司總部設於深圳，想在越南設廠"),
    ("商标和著作权登记，另需审计账目", "商標和著作權登記，另需審計賬目"),
    ("产品卫生许可与仓储", "産品衞生許可與倉儲"),
    ("产品卫生许可与仓储", "產品衛生許可與倉儲"),
    ("线上核数里面的答复", "綫上核數裏面的答覆"),
    ("线上核数里面的答复", "線上核數裡面的答覆"),
    ("我们着手办理公证书核验", "我們著手辦理公證書核驗"),
    ("除缅甸外的东盟国家", "除緬甸外的東盟國家"),
    ("仲裁裁决的承认与执行", "仲裁裁決的承認與執行"),
    ("跨境电商运营，唔使诉讼", "跨境電商運營，唔使訴訟"),
    ("干净、复杂、关系、周末、余额", "乾淨、複雜、關係、週末、餘額"),
]
# Characters of every kind that folding touches, more often than chance would give.
TRICKY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(
            "éÉßﬁİØđｶﾞか\u3099\u0301\u200b\u00ad　 \n\t衞裏著乾ᄀ\u1161\uffa1\uffc2゛¨’–㎏"
        ),
    ),
    max_size=60,
)


@pytest.mark.parametrize(("simplified", "traditional"), PAIRS)
def test_both_scripts_of_a_sentence_fold_to_the_same(simplified: str, traditional: str) -> None:
    assert fold(simplified) == fold(traditional)


@pytest.mark.parametrize("config", ["s2t", "s2hk", "s2tw"])
@pytest.mark.parametrize("simplified", [pair[0] for pair in PAIRS])
def test_what_a_converter_writes_folds_back(config: str, simplified: str) -> None:
    traditional = str(OpenCC(config).convert(simplified))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] no annotation
    assert fold(traditional) == fold(simplified)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Côte d’Ivoire", "cote d'ivoire"),
        ("ＶＩＥＴＮＡＭ", "vietnam"),
        ("Việt Nam", "viet nam"),
        ("e\u0301tude", "etude"),
        ("Timor–Leste", "timor-leste"),
        ("Hong \n\u00a0 Kong", "hong kong"),
        ("Viet\u200bnam", "vietnam"),
        ("STRAẞE ﬁnance", "strasse finance"),
        ("ประเทศไทย", "ประเทศไทย"),
        ("ｶﾞ", "ガ"),
        ("", ""),
    ],
)
def test_folds_by_hand(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(TRICKY)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text)
    assert fold(once) == once


@given(TRICKY)
def test_every_folded_character_knows_its_origin(text: str) -> None:
    folded, offsets = fold_with_map(text)

    assert folded == fold(text)
    assert len(offsets) == len(folded) + 1
    assert offsets[-1] == len(text)
    assert all(0 <= a <= b <= len(text) for a, b in pairwise(offsets))


def test_a_span_points_at_the_original_words() -> None:
    text = "Étude de marché, ﬁnance — 在坦桑尼亞"
    folded, offsets = fold_with_map(text)

    for word, original in [("marche", "marché"), ("fin", "ﬁn"), ("f", "ﬁ"), ("坦桑", "坦桑")]:
        start = folded.index(word)
        first, last = original_span(offsets, start, start + len(word))
        assert text[first:last] == original


@pytest.mark.parametrize(
    ("text", "script"),
    [
        ("feasibility study for rural roads in Vietnam", Script.EN),
        ("", Script.EN),
        ("ประเทศไทย 😀", Script.EN),
        ("孟加拉国供水项目的施工监理", Script.ZH_HANS),
        ("在坦桑尼亞做電力項目審計", Script.ZH_HANT),
        ("台湾公司", Script.ZH_HANS),
        ("台灣公司", Script.ZH_HANT),
        ("公司", Script.ZH_HANS),
        ("we need ODI filing help (备案) for our factory", Script.EN),
        ("想做IPO上市", Script.ZH_HANS),
    ],
)
def test_tells_the_script(text: str, script: Script) -> None:
    assert script_of(text) is script


def test_simplify_keeps_what_only_a_phrase_decides() -> None:
    assert simplify("乾淨與乾隆，衞生") == "干净与乾隆，卫生"
    assert simplify("Vietnam ไทย") == "Vietnam ไทย"


@given(st.text(st.characters(exclude_categories=[]), max_size=40))
def test_simplify_makes_broken_text_encodable(text: str) -> None:
    assert simplify(text).encode().decode() == simplify(text)


def test_threads_share_the_converters() -> None:
    with ThreadPoolExecutor(4) as pool:
        folded = list(pool.map(fold, ["總部設於深圳"] * 50))
    assert set(folded) == {fold("总部设于深圳")}
