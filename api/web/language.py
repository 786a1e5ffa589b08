"""Which of the three scripts a page is written in: the address, then the cookie, then the browser."""

from collections.abc import Mapping

from babel.core import get_global

from matching.types import Script

COOKIE = "lang"
COOKIE_SECONDS = 365 * 24 * 3600
# What each script calls itself, for the switch; never translated.
OWN_NAMES: Mapping[Script, str] = {
    Script.EN: "English",
    Script.ZH_HANT: "繁體中文",
    Script.ZH_HANS: "简体中文",
}


def choose_script(asked: str | None, remembered: str | None, accept: str | None) -> Script:
    """Choose the script of a page.

    Args:
        asked: the `lang` parameter of the address.
        remembered: the `lang` cookie.
        accept: the browser's Accept-Language header.

    Returns:
        The first of the three that names a script we write; English where none does.
    """
    return script_of_tag(asked or "") or script_of_tag(remembered or "") or negotiate(accept or "")


def script_of_tag(tag: str) -> Script | None:
    """Map a language tag to a script: `zh-HK` is Traditional, `zh` and `zh-SG` are Simplified.

    CLDR's likely subtags decide, because Babel's own negotiation finds nothing for `zh-HK`.
    """
    parts = tag.strip().replace("-", "_").split("_")
    language = parts[0].lower()
    if language == "en":
        return Script.EN
    if language != "zh":
        return None
    scripts = {part.title() for part in parts[1:] if len(part) == 4}
    if scripts & {"Hant", "Hans"}:
        return Script.ZH_HANT if "Hant" in scripts else Script.ZH_HANS
    regions = [part.upper() for part in parts[1:] if len(part) == 2]
    likely = get_global("likely_subtags").get("_".join(["zh", *regions[:1]]), "")
    return Script.ZH_HANT if "Hant" in likely else Script.ZH_HANS


def negotiate(accept: str) -> Script:
    """Choose by an Accept-Language header: the heaviest tag that names a script of ours."""
    weighed: list[tuple[float, Script]] = []
    for part in accept.split(",")[:20]:
        tag, _, parameter = part.partition(";")
        script = script_of_tag(tag)
        weight = _weight(parameter)
        if script is not None and weight > 0:
            weighed.append((weight, script))
    # The order of the header breaks ties: `max` keeps the first of equals.
    return max(weighed, key=lambda pair: pair[0])[1] if weighed else Script.EN


def _weight(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
