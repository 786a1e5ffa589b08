import pytest

from matching.understanding.scope import is_had, is_ruled_out, is_ruled_out_behind, link


def place(text: str) -> tuple[str, int, int]:
    """Return a text without its brackets, and where the bracketed name stands."""
    start, end = text.index("<"), text.index(">") - 1
    return text.replace("<", "").replace(">", ""), start, end


@pytest.mark.parametrize(
    "text",
    [
        "not in <vietnam>",
        "we do not need any help with <x>",
        "no need to hire another <x>",
        "other than <x>",
        "what we do not need: <x>",
        "without <x>",
        "<x> is not needed",
        "<x> services are out of scope",
        "<x> can be skipped",
        "不需要<x>",
        "不要一上来就<x>",
        "无需再找<x>",
        "唔使<x>",
        "别给我推荐<x>",
        "<x>就不考虑了",
        "<x>唔使",
        "除<x>外都可以",
    ],
)
def test_rules_out(text: str) -> None:
    assert is_ruled_out(*place(text))


@pytest.mark.parametrize(
    "text",
    [
        "we need <x>",
        "not only <x> but more",
        "we have no <x>",
        "not sure whether we need <x>",
        "no y but <x>",
        "要不要<x>",
        "要唔要做<x>",
        "不只是<x>",
        "不知道怎么做<x>",
        "不需要y，只要<x>",
        "除了<x>外，还要y",
        "<x>不用工签吗",
        "非常需要<x>",
    ],
)
def test_does_not_rule_out(text: str) -> None:
    assert not is_ruled_out(*place(text))


@pytest.mark.parametrize(
    "text",
    [
        "we already have an <auditor>",
        "our in-house <lawyer>",
        "<tax> we handle ourselves",
        "<tax> is covered by our team",
        "已有<审计师>",
        "<翻译>我们自己做",
        "<合同>由法务负责",
    ],
)
def test_knows_what_the_enterprise_has(text: str) -> None:
    folded, start, end = place(text)
    assert is_had(folded, start, end)
    assert not is_ruled_out(folded, start, end)


@pytest.mark.parametrize("text", ["we need an <auditor>", "找<审计师>", "the <tax> we owe"])
def test_does_not_invent_what_it_has(text: str) -> None:
    assert not is_had(*place(text))


def test_rules_out_from_behind_only_what_stands_before() -> None:
    folded, _, end = place("a and <b> excluded")
    assert is_ruled_out_behind(folded, end)
    assert not is_ruled_out_behind(folded, 1)


def test_links() -> None:
    assert link("a and b", 1, 6) == "link"
    assert link("a、b", 1, 2) == "link"
    assert link("a, b", 1, 3) == "comma"
    assert link("a then b", 1, 7) is None
