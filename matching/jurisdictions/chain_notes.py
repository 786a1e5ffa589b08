"""What the dispute chain says beside its routes, with the day and the source where there is one."""

from datetime import date

from matching.jurisdictions.chain_types import Note, Value
from matching.jurisdictions.types import Source
from matching.jurisdictions.wording import say
from matching.types import Sentence

ARBITRATION_LAW_ON = date(2026, 3, 1)
MEDIATION_REGULATION_ON = date(2026, 5, 1)


def usual_forums() -> Note:
    """No forum was named."""
    return Note(
        "usual_forums",
        say(
            "No forum was named, so the usual ones are shown: the courts of both homes, and "
            "arbitration with its seat in Hong Kong and in Singapore.",
            "未指定爭議解決地，故列出常見者：雙方所在地的法院，以及以香港和新加坡為仲裁地的仲裁。",
        ),
    )


def no_ranking() -> Note:
    """The comparison is shown and nothing more."""
    return Note(
        "no_ranking",
        say(
            "The forums stand in the order in which they were asked about. The comparison is "
            "shown; no forum is put above another, and no advice is given.",
            "各爭議解決地按提出的次序排列。此處只作比較，不分高下，亦不提供意見。",
        ),
    )


def neutrals() -> Note:
    """Neutrals are not hired by a side."""
    return Note(
        "neutrals",
        say(
            "Arbitrators and mediators are appointed by the parties together or by the "
            "institution; one side does not hire them. They disclose ties and are checked for "
            "conflicts, and whoever is counsel in a matter cannot be its neutral.",
            "仲裁員及調解員由各方共同或由機構委任，並非由一方聘用。他們須披露關係並接受利益衝突查核；"
            "同一事項的代表律師不能擔任該事項的中立人。",
        ),
    )


def barrister() -> Note:
    """Barristers in Hong Kong take work through solicitors."""
    return Note(
        "barrister_through_solicitor",
        say(
            "A barrister in Hong Kong is in general instructed through a solicitor.",
            "在香港，大律師一般須經律師（事務律師）延聘。",
        ),
    )


def governing_law(law: Sentence, forum: Sentence, *, is_same: bool) -> Note:
    """What the governing law does and does not decide."""
    if is_same:
        return Note(
            "governing_law",
            say(
                "The contract is governed by the law of {a}, the forum's own. It decides the "
                "merits, not where the result is enforced.",
                "合約的管限法律為{a}法律，即爭議解決地本身的法律。它決定實體問題，不決定結果在何處執行。",
                a=law,
            ),
        )
    return Note(
        "governing_law",
        say(
            "The contract is governed by the law of {a}. It decides the merits, not where the "
            "result is enforced; in {f} its content may have to be proved.",
            "合約的管限法律為{a}法律。它決定實體問題，不決定結果在何處執行；在{f}或須證明其內容。",
            a=law,
            f=forum,
        ),
    )


def no_governing_law() -> Note:
    """The governing law is not said."""
    return Note(
        "governing_law_unknown",
        say(
            "The governing law is not said: look at the contract. Without a choice the forum "
            "finds it by its own conflict rules.",
            "未說明管限法律：請查看合約。若無選擇，由爭議解決地按其衝突規則決定。",
        ),
    )


def amount(value: Value) -> Note:
    """The value is repeated, and nothing is computed from it."""
    return Note(
        "value",
        say(
            "The amount in dispute is {v}. The cost of each step must bear a relation to it; "
            "this data holds no fees and no thresholds, so none are shown.",
            "爭議金額為{v}。各步驟的費用須與之相稱；本資料不載收費及金額門檻，故不列出。",
            v=f"{value.currency} {value.amount}",
        ),
    )


def enforced_at_home(place: Sentence) -> Note:
    """Counterparty, forum and assets are in one jurisdiction."""
    return Note(
        "enforced_at_home",
        say(
            "The counterparty, the forum and the assets are all in {b}: enforced at home, no "
            "route between jurisdictions is needed.",
            "對方、爭議解決地及資產均在{b}：在當地執行，無須跨司法管轄區途徑。",
            b=place,
        ),
    )


def arbitration_agreement() -> Note:
    """Arbitration rests on an agreement."""
    return Note(
        "arbitration_agreement",
        say(
            "Arbitration needs an agreement to arbitrate that covers this dispute: look at the "
            "contract, or agree on it now.",
            "仲裁須有涵蓋本爭議的仲裁協議：請查看合約，或現在訂立。",
        ),
    )


def court_jurisdiction(place: Sentence) -> Note:
    """Whether the courts take the case."""
    return Note(
        "court_jurisdiction",
        say(
            "Whether the courts of {a} take the case depends on a choice of court agreement or "
            "on their own rules of jurisdiction, and fails where an arbitration agreement covers "
            "the dispute.",
            "{a}法院是否受理，取決於管轄協議或其管轄規則；如有涵蓋本爭議的仲裁協議則不受理。",
            a=place,
        ),
    )


def arbitration_pending() -> Note:
    """An arbitration was begun or has ended in an award, and this forum is a court."""
    return Note(
        "arbitration_before",
        say(
            "An arbitration was begun or has ended in an award: on the same claim courts then "
            "support, review or enforce, and do not hear the merits again as a rule.",
            "仲裁已展開或已有裁決：就同一申索，法院一般只作支持、審查或執行，不再審理實體問題。",
        ),
    )


def court_case_pending() -> Note:
    """A case is before a court or has ended in a judgment, and this forum is a seat."""
    return Note(
        "litigation_before",
        say(
            "A case is before a court or has ended in a judgment: arbitrating the same claim "
            "would need the agreement of both sides, and a judgment may bar it.",
            "案件已在法院審理或已有判決：就同一申索改以仲裁處理須雙方同意，且判決或使其不能再提。",
        ),
    )


def institution_elsewhere(institution: Sentence, its_place: Sentence, seat: Sentence) -> Note:
    """The institution works from another jurisdiction than the seat."""
    return Note(
        "institution_elsewhere",
        say(
            "{i} works from {p}; the seat is {a}, so the award is one of {a} where its law "
            "allows a case of this institution there.",
            "{i}設於{p}；仲裁地為{a}，若當地法律容許該機構在當地辦案，裁決即屬{a}裁決。",
            i=institution,
            p=its_place,
            a=seat,
        ),
    )


def mainland_arbitration_law(on: date) -> Note:
    """The Arbitration Law of Mainland China, as it stands on a day."""
    source = Source(
        "https://www.dehenglaw.com/CN/tansuocontent/0008/035047/7.aspx",
        say(
            "Arbitration Law of the People's Republic of China, revised 2025",
            "《中華人民共和國仲裁法》（2025年修訂）",
        ),
        "2025-09-19",
    )
    if on >= ARBITRATION_LAW_ON:
        return Note(
            "mainland_arbitration_law_2025",
            say(
                "Mainland China's revised Arbitration Law has been in force since {d}: it knows "
                "the seat of arbitration, still asks for a chosen institution as a rule, and "
                "allows arbitration without one only in foreign-related maritime disputes and "
                "between enterprises registered in pilot zones (Art. 82).",
                "內地修訂後的《仲裁法》自{d}起施行：設仲裁地制度，原則上仍須選定仲裁機構；只有涉外海事糾紛及"
                "自由貿易試驗區等區域內登記企業之間的涉外糾紛可不經機構仲裁（第82條）。",
                d=ARBITRATION_LAW_ON,
            ),
            ARBITRATION_LAW_ON,
            source,
        )
    return Note(
        "mainland_arbitration_law_before_2026",
        say(
            "Until {d} the earlier Arbitration Law of Mainland China applies: it provides for "
            "arbitration by a chosen arbitration commission only and does not speak of a seat.",
            "在{d}之前適用內地原《仲裁法》：只規定由選定的仲裁委員會仲裁，未設仲裁地制度。",
            d=ARBITRATION_LAW_ON,
        ),
        ARBITRATION_LAW_ON,
        source,
    )


def mainland_mediation_regulation(on: date) -> Note:
    """The Commercial Mediation Regulation of Mainland China, as it stands on a day."""
    source = Source(
        "https://m.163.com/dy/article/KJLHFOL00521D0JB.html",
        say(
            "Commercial Mediation Regulation (State Council Order 789)",
            "《商事調解條例》（國務院令第789號）",
        ),
        "2026-01",
    )
    if on >= MEDIATION_REGULATION_ON:
        sentence = say(
            "Mainland China's Commercial Mediation Regulation has been in force since {d}: it "
            "governs commercial mediation organisations and links them to courts, arbitration "
            "and notaries.",
            "內地《商事調解條例》自{d}起施行：規範商事調解組織，並使其與法院、仲裁及公證銜接。",
            d=MEDIATION_REGULATION_ON,
        )
    else:
        sentence = say(
            "Mainland China's Commercial Mediation Regulation comes into force on {d}; on the "
            "day asked about no regulation is devoted to commercial mediation there.",
            "內地《商事調解條例》於{d}起施行；在所問之日，當地未有專門規範商事調解的條例。",
            d=MEDIATION_REGULATION_ON,
        )
    return Note("mainland_mediation_regulation", sentence, MEDIATION_REGULATION_ON, source)


def organisation_for_mediation(opened: date | None, url: str, title: Sentence) -> Note:
    """The International Organization for Mediation, which sits in Hong Kong."""
    return Note(
        "iomed",
        say(
            "The International Organization for Mediation (IOMed) in Hong Kong also takes "
            "international commercial disputes. What effect a settlement made there has in the "
            "place of the assets is for the law of that place: no instrument on it is in this "
            "data.",
            "設於香港的國際調解院亦受理國際商事爭議。在該院達成的和解協議在資產所在地有何效力，"
            "取決於當地法律：本資料未載有關文書。",
        ),
        opened,
        Source(url, title, None),
    )
