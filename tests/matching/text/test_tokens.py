import pytest

from matching.text.tokens import stems, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Feasibility study, rural roads", ["feasibility", "study", "rural", "roads"]),
        ("供水项目", ["供水", "水项", "项目"]),
        ("供水項目", ["供水", "水项", "项目"]),
        ("A 股 IPO", ["a", "股", "ipo"]),
        ("VAT申报", ["vat", "申报"]),
        ("Évaluation à Bogotá", ["evaluation", "a", "bogota"]),
        ("ＡＢＣ　１２３", ["abc", "123"]),
        ("snake_case", ["snake", "case"]),
        ("สัญญา", ["สั", "ัญ", "ญญ", "ญา"]),
        ("コンサル", ["コン", "ンサ", "サル"]),
        ("", []),
        (" ,.!？。 ", []),
        ("😀🚀", []),
    ],
)
def test_words_where_there_are_spaces_and_pairs_of_characters_elsewhere(
    text: str, expected: list[str]
) -> None:
    assert tokens(text) == expected


def test_a_nul_parts_words_and_nothing_is_lost_after_it() -> None:
    assert tokens("tax\0audit") == ["tax", "audit"]


def test_stems_bring_the_forms_of_a_word_together_and_leave_other_scripts_alone() -> None:
    assert stems("Audits, auditing and audited") == ["audit", "audit", "and", "audit"]
    assert stems("études d'impact") == ["etud", "d", "impact"]
    assert stems("审计服务 ISO9001 B2B") == tokens("审计服务 ISO9001 B2B")
