"""Everything a route may ask a reader to check, each with a code and a sentence."""

from collections.abc import Sequence
from datetime import date

from matching.jurisdictions.types import Check
from matching.jurisdictions.wording import say
from matching.types import Sentence


def _check(code: str, english: str, traditional: str, **values: Sentence | str | date) -> Check:
    return Check(code, say(english, traditional, **values))


def domestic_law(place: Sentence) -> Check:
    """No instrument is known: what the destination's own law asks."""
    return _check(
        "domestic_law",
        "No instrument between the two is known here. Whether and how it is recognised is for "
        "the law of {b} alone: ask a lawyer admitted there.",
        "未見兩地之間有適用文書。是否及如何獲承認，只取決於{b}的法律：請諮詢當地執業律師。",
        b=place,
    )


def date_not_found(places: Sequence[Sentence]) -> Check:
    """A row holds, and since when was not found."""
    return _check(
        "date_not_found",
        "Since when it holds for {p} was not found: for a day in the past, confirm that it did.",
        "未查得對{p}自何時起適用：如涉及過往日期，請核實當時是否適用。",
        p=_joined(places),
    )


def _joined(places: Sequence[Sentence]) -> Sentence:
    return Sentence(
        ", ".join(dict.fromkeys(place.en for place in places)),
        "、".join(dict.fromkeys(place.zh_hans for place in places)),
        "、".join(dict.fromkeys(place.zh_hant for place in places)),
    )


def unverified(places: Sequence[Sentence]) -> Check:
    """A row rests on no source that was read."""
    return _check(
        "unverified_row",
        "The participation of {p}, its date or its scope was recalled and not read in a source: "
        "confirm it before relying on it.",
        "有關{p}的參加、日期或範圍只憑記憶記錄，未見來源：依賴之前必須核實。",
        p=_joined(places),
    )


def commercial_reservation(place: Sentence) -> Check:
    """The destination applies the New York Convention to commercial relationships only."""
    return _check(
        "commercial_reservation",
        "{b} applies the convention only to disputes that its own law calls commercial: confirm "
        "that this one is.",
        "{b}只對其法律視為商事的爭議適用公約：請確認本爭議屬商事。",
        b=place,
    )


def not_commercial(place: Sentence) -> Check:
    """The commercial reservation shuts the New York Convention out."""
    return _check(
        "commercial_reservation",
        "{b} made the commercial reservation, and the dispute is said not to be commercial: the "
        "New York Convention stays closed.",
        "{b}作出商事保留，而爭議據稱並非商事：《紐約公約》不適用。",
        b=place,
    )


def reservations_on_file(place: Sentence) -> Check:
    """Declarations exist, their content is not in the data."""
    return _check(
        "reservations_on_file",
        "{b} made declarations to the convention whose words are not in this data: read them in "
        "the UN Treaty Collection (chapter XXII-1).",
        "{b}對公約作出聲明，其內容不在本資料之內：請查閱聯合國條約集（第XXII-1章）。",
        b=place,
    )


def origin_not_bound(origin: Sentence, destination: Sentence) -> Check:
    """The seat's state is no party; some destinations apply the convention all the same."""
    return _check(
        "reciprocity",
        "{b} is a party to the New York Convention and {a} is not. Where {b} made no reservation "
        "of reciprocity, its courts may apply the convention to this award as well: check.",
        "{b}是《紐約公約》締約方，{a}則不是。若{b}未作互惠保留，其法院或仍對本裁決適用公約：請查核。",
        a=origin,
        b=destination,
    )


def practice_vietnam() -> Check:
    """What became of Mainland awards and judgments in Vietnam."""
    return _check(
        "practice",
        "Vietnamese courts have refused a CIETAC award (2014) and a judgment of the Beihai Maritime "
        "Court (2017) and recognised a Jiaozuo award (2017): ask local counsel about practice.",
        "越南法院曾拒絕承認一份貿仲裁決（2014年）及北海海事法院一份判決（2017年），亦曾承認焦作一份裁決（2017年）："
        "請向當地律師了解實務。",
    )


def objection_possible(places: Sequence[Sentence]) -> Check:
    """An accession met an objection, and who objected is not known here."""
    first = places[0]
    return _check(
        "objection_possible",
        "At least one party objected to the accession of {p} (HCCH type A**), and who did is not "
        "recorded here for this pair: check the HCCH status table before sending anyone.",
        "至少有一個締約方反對{p}加入（海牙會議A**類），本資料未記錄此組合是否其一：辦理前請查海牙國際私法會議狀態表。",
        p=first,
    )


def acceded_after_the_list(place: Sentence) -> Check:
    """China named the states to which its accession applies before this one acceded."""
    return _check(
        "acceded_after_the_list",
        "{p} acceded after China listed the parties with which it applies the convention. No "
        "objection of China is recorded; others objected (HCCH type A**). Confirm in the HCCH "
        "status table.",
        "{p}在中國列出適用公約的締約方之後才加入。本資料未見中國提出反對，但有其他締約方反對（海牙會議A**類）。"
        "請在海牙國際私法會議狀態表核實。",
        p=place,
    )


def objected(origin: Sentence, destination: Sentence) -> Check:
    """The Apostille Convention is not applied between the two."""
    return _check(
        "objection",
        "Both are parties to the Apostille Convention, but it is not applied between {a} and {b}: "
        "one of them objected, or does not list the other.",
        "兩地均為《取消外國公文書認證要求的公約》締約方，但{a}與{b}之間並不適用：其中一方提出反對，或未將對方列入。",
        a=origin,
        b=destination,
    )


def choice_of_court(place: Sentence) -> Check:
    """An exclusive choice of court agreement would open the 2005 Hague Convention."""
    return _check(
        "choice_of_court",
        "If the parties agreed on the courts of {a} alone, the 2005 Hague Convention on Choice of "
        "Court Agreements would open a route: look at the contract.",
        "若雙方協議只由{a}法院管轄，2005年海牙《選擇法院協議公約》可提供途徑：請查看合約。",
        a=place,
    )


def choice_concluded(since: date | None, place: Sentence) -> Check:
    """The agreement must be later than the convention's entry into force for the chosen state."""
    return _check(
        "choice_concluded",
        "The agreement must have been concluded on or after the day the convention came into force "
        "for {a} ({day}).",
        "協議必須在公約對{a}生效之日（{day}）或之後訂立。",
        a=place,
        day=since or "?",
    )


def proceedings_instituted(since: date | None) -> Check:
    """The 2019 convention had to bind both when the case began."""
    return _check(
        "proceedings_instituted",
        "The convention had to be in force in both when the proceedings were instituted "
        "({day} or later).",
        "提起訴訟時公約須已在兩地生效（{day}或之後）。",
        day=since or "?",
    )


def judgment_given(since: date) -> Check:
    """The arrangement applies to judgments from a day on."""
    return _check(
        "judgment_given",
        "The arrangement applies to judgments given on or after {day}: check the date. For an "
        "earlier one, an exclusive choice of court agreement is needed.",
        "安排只適用於{day}或之後作出的判決：請核對日期。較早的判決須有專屬管轄協議。",
        day=since,
    )


def earlier_judgment() -> Check:
    """The 2006 arrangement needs an exclusive choice of court."""
    return _check(
        "choice_of_court",
        "Judgments given before 2024-01-29 need a written agreement that chose the courts of one "
        "side alone, made on or after 2008-08-01 and before 2024-01-29.",
        "2024年1月29日前作出的判決，須有在2008年8月1日或之後、2024年1月29日之前訂立、只選定一方法院的書面協議。",
    )


def money_judgment() -> Check:
    """What the Ordinance registers."""
    return _check(
        "fjreo_scope",
        "Only a final judgment of a superior court for a sum of money can be registered: check "
        "the court, the order and whether an appeal is open.",
        "只有高級法院所作、須支付款項的最終判決方可登記：請核對法院、命令及是否仍可上訴。",
    )


def territorial_scope(territory: Sentence, state: Sentence) -> Check:
    """A state is bound and nothing is recorded of its territory."""
    return _check(
        "territorial_scope",
        "{s} is a party, and whether it extended the convention to {t} is not recorded here: "
        "check the status table.",
        "{s}為締約方，但本資料未記錄公約是否擴展適用於{t}：請查閱狀態表。",
        s=state,
        t=territory,
    )


def mirror_rules(place: Sentence) -> Check:
    """Cap. 319 is Hong Kong's law; the other direction rests on the other side's own rules."""
    return _check(
        "mirror_rules",
        "Cap. 319 governs registration in Hong Kong. For a Hong Kong judgment, confirm that the "
        "rules of {b} name Hong Kong's courts.",
        "第319章規管在香港的登記。香港判決在{b}登記，須確認{b}的規則列明香港法院。",
        b=place,
    )


def excluded_by_fact(fact: str) -> Check:
    """A fact shuts a route."""
    return _check(
        "closed_by_fact",
        "The route is closed because of what is said of the case ({fact}).",
        "因個案情況（{fact}），此途徑不適用。",
        fact=fact,
    )


def treaty_without_judgments() -> Check:
    """A treaty on judicial assistance exists and does not reach judgments."""
    return _check(
        "treaty_without_judgments",
        "A bilateral treaty on judicial assistance is in force, but it does not cover the "
        "recognition of court judgments.",
        "雙邊司法協助條約已生效，但不涵蓋法院判決的承認。",
    )


def reciprocity_judgment(place: Sentence) -> Check:
    """Without an instrument, courts often ask for reciprocity."""
    return _check(
        "reciprocity",
        "Courts of {b} may ask whether judgments of theirs are recognised in return: look for "
        "precedents and judicial memoranda.",
        "{b}法院或會查問對方是否同樣承認其判決：請查找先例及司法備忘錄。",
        b=place,
    )


def european_union() -> Check:
    """Between member states the Union's own regulation decides."""
    return _check(
        "european_union",
        "Both are member states: Regulation (EU) No 1215/2012 (Brussels I recast) applies directly "
        "as their law to proceedings instituted on or after 2015-01-10; check date and subject.",
        "兩地均為歐盟成員國：歐盟第1215/2012號條例（布魯塞爾條例重訂本）直接適用於2015年1月10日或之後提起的訴訟；"
        "請核對日期及事項。",
    )


def settlement_international() -> Check:
    """What the Singapore Convention covers."""
    return _check(
        "international",
        "The settlement must be international, about a commercial dispute, in writing and from "
        "mediation; a consumer, family, inheritance or employment matter is outside.",
        "和解協議須屬國際性、關於商事爭議、以書面作成並出自調解；消費、家事、繼承及僱傭事宜不包括在內。",
    )


def opted_in(place: Sentence) -> Check:
    """A party that applies the convention only where the parties agreed to it."""
    return _check(
        "opted_in",
        "{b} applies the Singapore Convention only where the parties agreed that it applies: look "
        "for that clause, or add it.",
        "{b}只在各方同意適用時才適用《新加坡調解公約》：請查看或加入該條款。",
        b=place,
    )


def settlement_reservations(place: Sentence) -> Check:
    """Reservations under the Singapore Convention are not in the data."""
    return _check(
        "reservations_not_recorded",
        "Reservations of {b} (for example for its own government bodies) are not in this data.",
        "{b}的保留（例如涉及其政府機構）不在本資料之內。",
        b=place,
    )


def no_source_between_parts(origin: Sentence, destination: Sentence) -> Check:
    """Documents among the Mainland, Macao and Taiwan: no source was read."""
    return _check(
        "not_in_data",
        "Between {a} and {b} documents go by arrangements of their own, and neither apostille nor "
        "consular legalisation is used. No source on them was read here: ask a notary.",
        "{a}與{b}之間的文書按特有安排辦理，不用加簽，亦不用領事認證。本資料未見來源：請向公證人查詢。",
        a=origin,
        b=destination,
    )


def caao_document_type() -> Check:
    """Not every document must be sent on with a seal."""
    return _check(
        "caao_document_type",
        "Ask the Attesting Officer whether this type of document must be sealed for transmission, "
        "and whether the body that receives it wants a certain form.",
        "請向委託公證人查明此類文書是否須加章轉遞，以及收件機關是否要求特定格式。",
    )


def receiving_body(place: Sentence) -> Check:
    """An apostille proves the origin only."""
    return _check(
        "receiving_body",
        "An apostille proves signature and seal, not content: ask the receiving body in {b} about "
        "translation, age of the document and number of copies.",
        "加簽只證明簽名及印章，不證明內容：請向{b}收件機關查明翻譯、文件有效期及份數。",
        b=place,
    )


def made_under_local_law() -> Check:
    """The arrangements take awards made under the law of one of the two sides."""
    return _check(
        "made_under_local_law",
        "The award must have been made under the arbitration law of its own side: check seat and "
        "law.",
        "裁決須按所在一方的仲裁法律作出：請核對仲裁地及所依法律。",
    )


def one_sided_rules(destination: Sentence) -> Check:
    """Rules of one side."""
    return _check(
        "one_sided_rules",
        "These are rules of {b} alone and bind nobody in the other direction.",
        "此為{b}單方規定，反方向並無約束力。",
        b=destination,
    )
