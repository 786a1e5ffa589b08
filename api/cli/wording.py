"""The few words that the command line itself adds around a match, in three scripts.

Sentences of reasons, gaps and rules come from matching, names of places from the lists. What a page
says too is taken from the page's catalogue, so that both doors use the same word.
"""

from api.web.translations import translations_for
from matching.types import Script, Sentence

PROVIDER = Sentence("Provider", "服务机构", "服務提供者")
WHY = Sentence("Why, and what is not known", "理由与未知之处", "理由與未知之處")
SCORE = Sentence("Score", "得分", "得分")

# Codes to the words of the pages, in English, which is the key of their catalogues.
KINDS = {
    "law_firm": "Law firm",
    "accounting_firm": "Accounting firm",
    "consulting_firm": "Consulting firm",
    "notary_office": "Notary office",
    "institution": "Institution",
    "individual": "Individual",
    "other": "Other",
}
FITS = {"strong": "Strong fit", "good": "Good fit", "partial": "Partial fit"}
NONE_LEFT = "Every firm was left out by a rule"
OFF_RECORD = (
    "No firm shown here is on record for the kind of work you ask for. They stand in order of "
    "place and of how near their other work comes."
)


def as_on_pages(english: str, script: Script) -> str:
    """Return what the pages say for this."""
    return translations_for(script).gettext(english)


def shown(eligible: int, considered: int, ranked: int, script: Script) -> str:
    """Say how many providers are shown of how many."""
    return Sentence(
        f"Shown: {ranked:,} of {eligible:,} that may serve, out of {considered:,} in the "
        "catalogue.",
        f"目录所载共{considered:,}家，可承办的机构{eligible:,}家，现列出{ranked:,}家。",
        f"目錄所載共{considered:,}家，可承辦的機構{eligible:,}家，現列出{ranked:,}家。",
    ).in_script(script)


def say_kind(kind: str, script: Script) -> str:
    """Say what sort of provider this is."""
    return as_on_pages(KINDS[kind], script) if kind in KINDS else kind


def say_fit(fit: str, script: Script) -> str:
    """Say how well a provider fits."""
    return as_on_pages(FITS[fit], script) if fit in FITS else fit
