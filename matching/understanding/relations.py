"""How services named in one text bear on each other: what answers for what, and what is only told.

"A lawyer to enforce an award against a customer who does not pay" names four services and asks
for one.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from matching.understanding.lexicon import Mention
from matching.understanding.scope import before, sentence_ends

Pairs = Sequence[tuple[str, Mention]]

# A general sector, and the beginnings of the sectors that answer for it anywhere in the text.
_GENERAL: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("LEG", ("LEG.", "DIS", "IPR", "COM", "DAT", "TAX.CON", "HRI.VIS", "NOT.", "CSF.", "TAX.STR")),
    ("DIS", ("DIS.", "IPR.ENF", "LEG.", "TAX.CON", "COM.CUS", "INS.LAD")),
    ("DIS.ARB", ("DIS.ARB.", "DIS.ENF", "LEG.LAB")),
    ("DIS.MED", ("DIS.MED.",)),
    ("NOT", ("NOT.",)),
    ("ACC", ("ACC.", "TAX.")),
    ("TAX", ("TAX.",)),
    ("CSF", ("CSF.",)),
    ("IPR", ("IPR.",)),
    ("COM", ("COM.", "DAT", "LEG.LAB", "TAX.", "ESG", "TIC", "LEG.CMP", "CSF.LIC", "ACC.FOR")),
    ("DAT", ("DAT.",)),
    ("FIN", ("FIN.", "LEG.FIN", "INS.ECI", "NOT.")),
    ("INS", ("INS.",)),
    ("HRI", ("HRI.", "LEG.LAB")),
    ("BLT", ("BLT.",)),
    ("TIC", ("TIC.", "COM.PRD", "NOT", "LNG", "ESG", "COM.CUS", "LOG.SHP")),
    ("LOG", ("LOG.", "COM.CUS", "INS.MAR", "BLT.", "LEG.")),
    ("ESG", ("ESG.",)),
    ("MKT", ("MKT.",)),
    ("ICT", ("ICT.",)),
    ("LNG", ("LNG.",)),
)
# What is told of a matter rather than asked for, once its remedy is asked for.
_TOLD: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("DIS.ARB.INS",), ("DIS.ARB.CNS", "DIS.ARB.TRB", "DIS.ENF", "DIS.EXP", "DIS.INT")),
    (("DIS.MED.INS",), ("DIS.MED.MDR",)),
    (("DIS.ARB", "DIS.ARB.CNS", "DIS.ARB.TRB"), ("DIS.ENF",)),
    (("LEG.MNA", "MKT.PTN", "LEG.CON", "LEG.COR"), ("DIS.",)),
    (("IPR.TMK", "IPR.PAT"), ("IPR.ENF", "IPR.LIC")),
    (("LEG.MNA",), ("NOT.", "LEG.CMP", "FIN.ADV", "ACC.FDD")),
    (("DIS.LIT",), ("TAX.CON", "LEG.LAB", "COM.DDI", "DIS.EXP")),
    (("COM.FCC",), ("COM.DDI",)),
    (("MKT.ECM",), ("IPR.ENF",)),
    (("LOG.WHS",), ("INS.",)),
    (("LOG.SCM",), ("ESG.SCD",)),
    (("MKT.PTN",), ("LNG.INT", "COM.DDI", "MKT.BRD")),
    (("DIS.NEG",), ("LNG.INT", "IPR.LIC", "LEG.MNA")),
    (("FIN.IPO",), ("FIN.BND", "LEG.ISV")),
    (("FIN.BND",), ("LEG.ISV",)),
    (("ACC.AUD",), ("TAX.CON", "TIC.MSC", "ESG.SCD", "DAT.SEC")),
    (("CSF.INC",), ("NOT.",)),
    (("LOG.FWD",), ("INS.MAR", "TIC.TST", "LEG.MAR")),
    (("LOG.SHP",), ("INS.MAR", "LEG.MAR")),
    (("BLT.SIT",), ("BLT.PLN", "FIN.LON", "BLT.ARC")),
    (("LEG.MAR",), ("INS.LAD",)),
    (("FIN.LON",), ("LEG.FIN",)),
    (("CSF.SEC",), ("NOT.", "LEG.FDI")),
    (("NOT.NTO", "NOT.NTP"), ("NOT.VER",)),
    (("COM.FCC",), ("ACC.FOR",)),
    (("INS.MAR",), ("LEG.MAR",)),
    (("TAX.CON",), ("COM.CUS",)),
    (("LEG.LAB",), ("ACC.FOR",)),
)
# The same, however the text puts it: one matter, and not two services.
_SAME: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("FIN.ACT",), ("DIS.INT",)),
    (("LEG.COR",), ("LEG.MNA", "LEG.REA", "LEG.CON", "LEG.FIN", "LEG.LAB", "IPR.LIC", "LNG.LTR")),
    (("COM.DDI",), ("ESG.SCD",)),
    (("NOT.NTO",), ("NOT.CAA",)),
    (("CSF.LIC",), ("COM.EXC",)),
    (("COM.CUS",), ("IPR.ENF",)),
    (("DIS.LIT",), ("LEG.TRD",)),
    (("ACC.FRS",), ("ICT.CNS",)),
)
# Words that are no request of their own beside these.
_LIGHT: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(
            r"请人|(?:local )?hires?|hiring|hire (?:local )?staff|local (?:staff|employees)|employ"
        ),
        ("HRI.",),
    ),
    (re.compile(r"查数|查账"), ("ACC.FOR", "ACC.FDD")),
    (re.compile(r"(?:screening|筛查).*|.*screening"), ("COM.SAN",)),
    (re.compile(r"(?:bvi|offshore|shelf) compan(?:y|ies)|bvi公司|离岸公司"), ("FIN.ACT",)),
    (re.compile(r"可比公司.*"), ("FIN.ADV",)),
    (re.compile(r"[^云]*(?:机房|服务器|伺服器|servers?)|ict"), ("DAT.XBT", "DAT.SEC")),
    (re.compile(r"kyc|反洗钱|aml|合规审查"), ("FIN.ACT",)),
    (re.compile(r"发债|发行债券"), ("LEG.FIN",)),
    (re.compile(r".*控股公司|.*holding compan(?:y|ies)"), ("TAX.STR",)),
    (re.compile(r"fund-?raising|融资"), ("CSF.INC",)),
    (re.compile(r"[找揾]代理"), ("IPR.", "DIS.", "TAX.", "CSF.", "LOG.", "COM.")),
    (re.compile(r"underwriters?|承销商|包销商|lead managers?"), ("FIN.BND",)),
    (re.compile(r".*入股"), ("FIN.PEV",)),
    (re.compile(r"施工图|construction drawings"), ("BLT.ARC",)),
    (
        re.compile(r"仓库|货仓|[冻冷]仓|冷库|(?:cold )?warehouses?"),
        ("BLT.", "INS.", "LEG.REA", "ICT."),
    ),
    (re.compile(r"amazon|shopee|lazada|tiktok|亚马逊"), ("LOG.", "TAX.", "IPR.", "FIN.")),
    (re.compile(r"iso[ /]?27001"), ("TIC.MSC",)),
    (re.compile(r"ads|listings?|adverts"), ("MKT.ECM",)),
    (re.compile(r".*\bworth"), ("IPR.LIC", "BLT.SVV")),
    (re.compile(r"tariffs?|关税"), ("LOG.SCM", "MKT.STR", "BLT.SIT")),
    (re.compile(r"web ?shops?|online stores?|网店|电商"), ("IPR.ENF", "ICT.CNS")),
    (
        re.compile(
            r"营业执照|执照|产地证|原产地证|certificates? of origin|licen[cs]es?|board minutes|business registration|公司章程|章程|business licen[sc]es?"
        ),
        ("NOT", "LNG"),
    ),
    (
        re.compile(
            r"court judgments?|判决书?|法院判决书?|裁决书|仲裁裁决书?|公证书|arbitral awards?"
        ),
        ("LNG.LTR", "NOT.VER"),
    ),
)
_VALUATION = re.compile(r"估值|估值报告|评估|资产评估|价值评估|估价|valuations?")
_VALUES = re.compile(r"评估|估值|valu")
_GENUINE_BEHIND = re.compile(r"[^。;\n]{0,8}(?:核实|核验|真伪|真假|查验|验证|verif|genuine)")
# That somebody does not pay is the story; only "collect" or "trace" asks for recovery.
_RECOVERS = re.compile(
    r"追|讨|催|(?<![应营])收|查|清欠|collect|recover|chas|trac|search|get our money|debt"
)
_PAID_OTHERWISE = (
    "DIS.ARB",
    "DIS.NEG",
    "DIS.MED",
    "DIS.LIT",
    "DIS.ENF",
    "LEG.ISV",
    "INS.ECI",
    "FIN.CTC",
    "FIN.TRF",
)
_CLAIM_BEHIND = re.compile(r"的?(?:理赔|索赔|赔偿|索偿)| claims?\b")
_LAWYER_BEHIND = re.compile(
    r"(?:方面)?(?:的|嘅|之)?(?:律师|法律)|[ -](?:lawyers?|counsel|law firm)\b"
)
_IN_THE_MAINLAND = re.compile(
    r"内地|大陆|国内|涉外公证|福建|广东|广西|浙江|江苏|山东|四川|云南|湖南|湖北|河北|河南|海南|江西|安徽|"
    r"泉州|宁波|温州|青岛|大连|济南|郑州|长沙|昆明|合肥|福州|南昌|重庆|西安|无锡|中山|惠州|柳州|桂林|"
    r"suzhou|hangzhou|ningbo|qingdao|nanning|xiamen|dongguan|foshan|chengdu|wuhan|tianjin|深圳|广州|上海|北京|浦东|东莞|佛山|珠海|南宁|厦门|杭州|苏州|南京|天津|成都|武汉|"
    r"mainland|shenzhen|guangzhou|shanghai|beijing|china\b|司法部委"
)
_IN_HONG_KONG = re.compile(r"香港|本港|港[资商企]|hong kong|\bhk\b")
# Only a word beside another request: asked outright, these stay (see `_is_asked`).
_ASKED = re.compile(
    r"(?:\b(?:needs?|want|recommend|looking for|seek|find|help with|require|also|plus|and|as well as|then)\b|"
    r"还要|还需|另外|同时|另|以及|顺便|兼|并|仲要|埋|并且|加上|，再|需要|找|揾|请(?!问)|推荐|介绍|想|要)[^,，。;\n]{0,14}$"
)
_ASKS_ITSELF = re.compile(
    r"^(?:file|register|apply|appl|申请|注册|提交)|(?:律师|顾问|lawyers?|counsel)$"
)
_FOR_USE = re.compile(
    r"(?:用于|用作|用喺|用在|用嚟|用来|拿去|拿到|拎去|去[^,，。;\n]{0,6}办|以便|\bfor (?:use in|the purpose of|submission)|"
    r"\bto be used (?:for|in)|\b(?:loan|insurance|guarantee|bond|financing|cover) for|\bused (?:for|in))[^,，。;\n]{0,24}$"
)
_FOR = re.compile(r"\bfor (?:an?|the|our)? ?$")
_COUNSEL = re.compile(
    r"律师|律所|代理|counsel|lawyer|solicitor|barrister|attorney|law firm|represent"
)


_FORMAL = re.compile(
    r"盖章|宣誓|法庭|法院|合同|合约|协议|证书|证明|判决|裁决|章程|诉状|certified|stamp|sworn|contract|court|"
    r"legal|certificate|agreement|judgment|award"
)
_BARRISTER = re.compile(r"大律师|barristers?|出庭律师")
_ARBITRATION = re.compile(r"仲裁(?!条款|地)|arbitra(?!tion clause)|siac|hkiac|cietac")
_TO_MAINLAND = re.compile(
    r"(?:用于|用喺|用在|拿到|拿去|拎去|拎返|去|在|到|返|回|喺|要求|上海|深圳|for use in|used in|in)"
    r"[^,。;\n]{0,14}(?:内地|大陆|国内|深圳|广州|上海|北京|浦东|东莞|佛山|mainland|shenzhen|shanghai|"
    r"guangzhou|beijing)"
)


# What insurance is asked for turns on what is feared, or on what is insured.
_COVERED: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"战乱|政治风险|征收|汇兑限制|买家违约|政变|不付款|political|expropriat|default"
        ),
        "INS.ECI",
    ),
    (
        re.compile(r"货柜|货物|海运|运输途中|船壳|在途|truck|cargo|in transit|shipments?\b|hull"),
        "INS.MAR",
    ),
    (
        re.compile(
            r"厂房|仓库|机器|工地|设备|第三者|火灾|warehouse|factory|machinery|liabilit|fire"
        ),
        "INS.PRO",
    ),
)
# What a surveyor is asked for, by what there is to measure.
_MEASURED: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"结算|总包|造价|工程款|计价|quantities|cost"), "BLT.SVQ"),
    (re.compile(r"地界|界址|地形|boundar|topograph"), "BLT.SVL"),
    (re.compile(r"抵押|值几|值多少|估值|collateral|worth"), "BLT.SVV"),
    (re.compile(r"结构|地基|承重|structural|foundation"), "BLT.CIV"),
)
_BY_CAUSE = {"INS": _COVERED, "BLT": _MEASURED}
_LABORATORY = re.compile(r"化验所?|化验室|实验室|检测机构|lab(?:orator(?:y|ies))?s?")
_LAND = re.compile(
    r"商场|物业|酒店|厂房|土地|地块|楼|mall|hotel|propert|land\b|building|plant\b|apartment"
)
_SHARES = re.compile(r"股权|股份|企业价值|公司价值|业务|shares|equity|stake|business|company")
_MEDIATION_BODY = re.compile(
    r"\b(?:which|what|a|an|suitable|recommend\w*)(?: \w+){0,2} (?:centre|center|institution|body)\b|"
    r"(?:哪家|哪个|边间|推荐|找|揾|经)[^,。;\n]{0,6}(?:机构|中心)"
)


class _Context:
    """A text, what it asks for, and what its sentences say; each sentence is searched once."""

    def __init__(self, folded: str, codes: frozenset[str]) -> None:
        self.folded = folded
        self.codes = codes
        self._ends = [last for _, last in sentence_ends(folded)]
        self._said: dict[tuple[re.Pattern[str], int], bool] = {}

    def says(self, pattern: re.Pattern[str], place: int) -> bool:
        """Tell whether a pattern is in the sentence that a place belongs to."""
        index = bisect_right(self._ends, place)
        known = self._said.get((pattern, index))
        if known is None:
            first = self._ends[index - 1] if index else 0
            last = self._ends[index] if index < len(self._ends) else len(self.folded)
            known = pattern.search(self.folded, first, last) is not None
            self._said[pattern, index] = known
        return known

    @cached_property
    def is_for_the_mainland(self) -> bool:
        """Whether something is to be used in the Mainland."""
        return _TO_MAINLAND.search(self.folded) is not None


def reconcile(folded: str, pairs: Pairs) -> list[tuple[str, Mention]]:
    """Drop what another request answers for or only tells of, and make the general specific.

    Args:
        folded: the folded text.
        pairs: `(code, mention)` of what is asked for, in the order of the text.
    """
    context = _Context(folded, frozenset(code for code, _ in pairs))
    pairs = [(_specified(context, code, mention), mention) for code, mention in pairs]
    codes = {code for code, _ in pairs}
    kept = [
        (code, mention)
        for code, mention in pairs
        if not _is_answered(code, codes) and not _is_told(folded, code, mention, codes)
    ]
    return list(dict.fromkeys(kept))


def _specified(context: _Context, code: str, mention: Mention) -> str:
    words = context.folded[mention.start : mention.end]
    right = context.folded[mention.end : mention.end + 24]
    return (
        _by_what_follows(code, right)
        or _by_sentence(context, code, words, mention.start)
        or _by_company(code, words, context.codes)
        or code
    )


def _by_what_follows(code: str, right: str) -> str | None:
    if code == "NOT" and _GENUINE_BEHIND.match(right):
        return "NOT.VER"
    if code.startswith("INS.") and _CLAIM_BEHIND.match(right):
        return "INS.LAD"
    if code.startswith("FIN") and _LAWYER_BEHIND.match(right):
        return "LEG.FIN"
    return None


def _by_sentence(context: _Context, code: str, words: str, place: int) -> str | None:
    is_counsel = (
        code == "DIS.ARB" and "LEG" in context.codes and context.says(_COUNSEL, place)
    ) or (code in ("DIS.LIT", "LEG") and _BARRISTER.fullmatch(words))
    if is_counsel and context.says(_ARBITRATION, place):
        return "DIS.ARB.CNS"
    if code in ("NOT", "NOT.NTO"):
        return _notary(context, code, place)
    return _by_object(context, code, words, place)


def _by_object(context: _Context, code: str, words: str, place: int) -> str | None:
    """Say what a general request comes to by what it is done to."""
    if code == "LNG" and context.says(_FORMAL, place):
        return "LNG.LTR"
    if code == "DIS.MED" and _MEDIATION_BODY.search(context.folded):
        return "DIS.MED.INS"
    if code == "TIC" and _LABORATORY.fullmatch(words):
        return "TIC.TST"
    is_of_land = code == "FIN.ADV" and _VALUATION.fullmatch(words) and context.says(_LAND, place)
    if is_of_land and not context.says(_SHARES, place):
        return "BLT.SVV"
    causes = _BY_CAUSE.get(code, ())
    return next((leaf for cause, leaf in causes if context.says(cause, place)), None)


def _by_company(code: str, words: str, codes: frozenset[str]) -> str | None:
    """Say what a general request comes to beside the others."""
    if code == "FIN.ADV" and _VALUES.match(words) and codes & {"IPR.PAT", "IPR.TMK", "IPR.LIC"}:
        return "IPR.LIC"
    if code == "FIN.ADV" and _VALUATION.fullmatch(words) and "BLT.SVV" in codes:
        return "BLT.SVV"
    if code == "INS" and "DIS.DBT" in codes:
        return "INS.ECI"
    if code == "LNG" and any(other.startswith("NOT") for other in codes):
        return "LNG.LTR"
    is_of_markets = codes & {"FIN.IPO", "FIN.BND"} and not any(c[:4] == "LEG." for c in codes)
    return "LEG.FIN" if code == "LEG" and is_of_markets else None


def _notary(context: _Context, code: str, place: int) -> str:
    """Say who notarises: it turns on where the document is made, and where it is used."""
    is_mainland = _IN_THE_MAINLAND.search(context.folded) is not None
    is_hong_kong = _IN_HONG_KONG.search(context.folded) is not None and not is_mainland
    if is_hong_kong or context.says(_IN_HONG_KONG, place):
        return "NOT.CAA" if context.is_for_the_mainland else "NOT.NTP"
    return "NOT.NTO" if is_mainland else code


def _is_answered(code: str, codes: set[str]) -> bool:
    return any(
        other != code and other.startswith(prefixes)
        for general, prefixes in _GENERAL
        if general == code
        for other in codes
    )


def _is_told(folded: str, code: str, mention: Mention, codes: set[str]) -> bool:
    left = before(folded, mention.start)
    if len(codes) > 1 and not code.startswith(("NOT", "LNG")) and _FOR_USE.search(left):
        return True
    if _answers(_SAME, code, codes):
        return True
    words = folded[mention.start : mention.end]
    if any(
        light.fullmatch(words) and other != code and other.startswith(remedies)
        for light, remedies in _LIGHT
        for other in codes
    ):
        return True
    if (
        code == "DIS.DBT"
        and not _RECOVERS.search(words)
        and any(other.startswith(_PAID_OTHERWISE) for other in codes)
    ):
        return True
    if code == "FIN.LON" and len(codes) > 1 and _FOR.search(left):
        return True
    is_told = _answers(_TOLD, code, codes) and _ASKED.search(left) is None
    return is_told and _ASKS_ITSELF.search(words) is None


def _answers(
    table: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...], code: str, codes: set[str]
) -> bool:
    return any(
        code in told and any(other not in told and other.startswith(remedies) for other in codes)
        for told, remedies in table
    )
