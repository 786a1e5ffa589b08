"""How services named in one text bear on each other: what answers for what, and what is only told.

"A lawyer to enforce an award against a customer who does not pay" names four services and asks
for one.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property

from matching.understanding.lexicon import Mention
from matching.understanding.relation_tables import LOOKED_AT
from matching.understanding.scope import sentence_ends
from matching.understanding.told import is_answered, is_told

Pairs = Sequence[tuple[str, Mention]]

_VALUATION = re.compile(r"估值|估值报告|评估|资产评估|价值评估|估价|valuations?")
_VALUES = re.compile(r"评估|估值|valu")
_GENUINE_BEHIND = re.compile(r"[^。;\n]{0,8}(?:核实|核验|真伪|真假|查验|验证|verif|genuine)")
_GENUINE = re.compile(
    r"(?:核实|核对|核验|查验|验证|鉴别|辨别|查|核)[^,。;\n]{0,6}(?:真伪|真假|真实性)|(?:真伪|真假)|\b(?:genuine|authentic|authenticity|forged|forgery)\b"
)
_CLAIM_BEHIND = re.compile(r"的?(?:理赔|索赔|赔偿|索偿)| claims?\b")
_LAWYER_BEHIND = re.compile(
    r"(?:方面)?(?:的|嘅|之)?(?:律师|法律)|[ -](?:lawyers?|counsel|law firm)\b"
)
_IN_THE_MAINLAND = re.compile(
    r"内地|大陆|国内|涉外公证|玉林|百色|崇左|防城港|钦州|北海|梧州|贵港|河池|贺州|凭祥|东兴|唐山|保定|包头|洛阳|潍坊|临沂|徐州|盐城|扬州|镇江|金华|湖州|宜昌|襄阳|岳阳|株洲|衡阳|赣州|九江|芜湖|绵阳|"
    r"遵义|海口|三亚|汕头|湛江|江门|肇庆|揭阳|威海|日照|宁夏|银川|青海|西宁|乌鲁木齐|漳州|莆田|龙岩|晋江|舟山|"
    r"河北|山西|辽宁|吉林|黑龙江|贵州|陕西|甘肃|内蒙|新疆|沈阳|大连|哈尔滨|长春|石家庄|太原|贵阳|兰州|常州|南通|绍兴|嘉兴|义乌|台州|烟台|shenyang|dalian|harbin|changsha|kunming|zhengzhou|nanjing|hefei|fuzhou|jinan|changzhou|wuxi|wenzhou|guilin|liuzhou|zhuhai|xi'an|jiangsu|zhejiang|guangdong|guangxi|fujian|shandong|hunan|hubei|henan|hebei|yunnan|sichuan|jiangxi|anhui|liaoning|福建|广东|广西|浙江|江苏|山东|四川|云南|湖南|湖北|河北|河南|海南|江西|安徽|"
    r"泉州|宁波|温州|青岛|大连|济南|郑州|长沙|昆明|合肥|福州|南昌|重庆|西安|无锡|中山|惠州|柳州|桂林|"
    r"suzhou|hangzhou|ningbo|qingdao|nanning|xiamen|dongguan|foshan|chengdu|wuhan|tianjin|深圳|广州|上海|北京|浦东|东莞|佛山|珠海|南宁|厦门|杭州|苏州|南京|天津|成都|武汉|"
    r"mainland|shenzhen|guangzhou|shanghai|beijing|china\b|司法部委"
)
_IN_HONG_KONG = re.compile(r"香港|本港|港[资商企]|hong kong|\bhk\b")
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
    r"(?:用于|用喺|用在|拿到|拿去|拎去|拎返|攞上|攞去|去|在|到|返|回|喺|要求|for use in|used in|in)"
    r"[^,。;\n]{0,14}" + f"(?:{_IN_THE_MAINLAND.pattern})"
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
_LISTINGS = frozenset({"FIN.IPO", "FIN.BND"})
_TAXES = frozenset({"TAX.IND", "TAX.FIL", "TAX.STR", "TAX.TPR"})
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
    pairs = [
        (
            code
            if code == "NOT" and "NOT.CAA" in context.codes
            else _specified(context, code, mention),
            mention,
        )
        for code, mention in pairs
    ]
    codes = {code for code, _ in pairs}
    kept = [
        (code, mention)
        for code, mention in pairs
        if not is_answered(code, codes) and not is_told(folded, code, mention, codes)
    ]
    return list(
        dict.fromkeys(
            (_by_what_is_looked_at(context, mention) if code == "LEG" else code, mention)
            for code, mention in kept
        )
    )


def specify_refused(
    folded: str, refused: Pairs, asked: Pairs, *, is_settled: bool = False
) -> list[tuple[str, Mention]]:
    """Say which leaf is refused where only a profession is named.

    Lawyers refused beside an arbitration would act in it; a certificate of a notary is of the
    notary who can have made it. What is settled elsewhere, rather than refused outright, is a leaf:
    the lawyers of a listing that are engaged already are for its finance.
    """
    context = _Context(folded, frozenset(code for code, _ in (*asked, *refused)))
    is_arbitrated = any(code.startswith("DIS.ARB") for code, _ in asked) or (
        any(code == "DIS.EXP" for code, _ in asked) and _ARBITRATION.search(folded) is not None
    )
    return [
        (
            "LEG.FIN"
            if code == "LEG" and is_settled and not is_arbitrated and context.codes & _LISTINGS
            else _specified_refusal(context, code, mention, is_arbitrated=is_arbitrated),
            mention,
        )
        for code, mention in refused
    ]


def _specified_refusal(
    context: _Context, code: str, mention: Mention, *, is_arbitrated: bool
) -> str:
    if code == "LEG" and is_arbitrated:
        return "DIS.ARB.CNS"
    if code.startswith("INS.") and _CLAIM_BEHIND.match(context.folded, mention.end):
        return "INS.LAD"
    if code == "DIS.LIT" and context.codes & _TAXES:
        return "TAX.CON"
    return _notary(context, code, mention.start) if code == "NOT" else code


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
        return "NOT.VER" if context.says(_GENUINE, place) else _notary(context, code, place)
    if code == "DAT":
        return "DAT.PRV"
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


def _by_what_is_looked_at(context: _Context, mention: Mention) -> str:
    return next((leaf for matter, leaf in LOOKED_AT if context.says(matter, mention.start)), "LEG")
