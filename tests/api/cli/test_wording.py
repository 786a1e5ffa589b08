import pytest

from api.cli import wording
from matching.types import Script


@pytest.mark.parametrize("script", [Script.ZH_HANS, Script.ZH_HANT])
def test_what_the_pages_say_too_is_said_in_their_words(script: Script) -> None:
    shared = [*wording.KINDS.values(), *wording.FITS.values(), wording.NONE_LEFT]
    for english in [*shared, wording.OFF_RECORD]:
        assert wording.as_on_pages(english, script) != english
    assert wording.say_fit("strong", script) in {"匹配度高", "契合度高"}


def test_a_code_without_a_word_is_shown_as_it_is() -> None:
    assert wording.say_fit("perfect", Script.EN) == "perfect"
    assert wording.say_kind("bank", Script.ZH_HANT) == "bank"
