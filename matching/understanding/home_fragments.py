"""Terse ways in which a text says where its writer is: "Tile maker in Foshan.", 公司:上环."""

import re

from matching.understanding.homes import WE

# What a need asks for; a fragment that ends in one of these names the work and not the writer.
_SERVICE_NOUN = (
    r"(?:[a-z]+(?:tion|sion|(?:ge|st|le|ee|ss|gn|dg|y|ru?it|ure|uct)ment|(?<!trad)(?<!pack)ing|ed|ance|ence|ship)|"
    r"legal|approval|trial|renewal|liability|security|law|tax|audit|visas?|permits?|licen[cs]es?|"
    r"court|case|claim|trade ?marks?|patents?|contracts?|accounts?|secretary|reports?|advice|help|support|search|"
    r"check|survey|dispute|arbitration|office space|lawyers?|counsel|solicitors?|notar\w+|auditors?|"
    r"accountants?|consultants?|advis[eo]rs?|interpreters?|translators?|brokers?|surveyors?|agents?|"
    r"agency|agencies|experts?|mediators?|arbitrators?|attorneys?|law firms?|lab|laboratory|bank|insurer|"
    r"setup|set-up|kyc|vat|ipo|listing|fair|expo|hearing|debtors?|defendants?|respondents?|buyers?|customers?|"
    r"clients?|distributors?|suppliers?|partners?|tenants?|landlords?|subsidiar\w+|branch|branches|jv|joint venture|"
    r"wfoe|project|property|flat|land|staff|employees?|warehouse space|goods|judge?ments?|awards?|counterpart\w*)"
)
_WORD = (
    r"(?!(?:we|i|our|my|they|he|she|it|you|need|needs|want|wants|wanted|looking|look|seek|seeks|seeking|require|"
    r"requires|required|find|help|how|what|which|who|can|could|please|is|are|was|were|has|have|had|to|"
    r"into|set|open|opening|buy|buying|hire|hiring|register|registering|sue|enforce|apply|applying|get|"
    r"urgent|urgently|asap|and then|in|at|from|against|with|by|not|no|any|introduce|recommend|enter|entering|"
    r"selling|exporting|shipping|planning|going|moving|expanding|hello|hi|dear|thinking|considering)\b)"
    r"[a-z0-9&'/+.-]+,? "
)
_NOUNS_LEFT = re.compile(
    rf"^\s*(?:an? |the |for an? )?(?:{_WORD}){{0,7}}?(?:(?!{_SERVICE_NOUN},? )[a-z0-9&'/+-]+),? (?:based |located |registered )?"
    r"(?:in|from|at|near|outside|out of)(?: the)? $"
)
_NOUNS_RIGHT = re.compile(
    r"^(?: city| province| district)?\s*(?:$|[.,;:(\n]| - |-{1,2} |,? (?:here|needs?|wants?|seeks?|asks?|asking|is|has|plans?|"
    r"looking|seeking|would|hopes?|wishes|with|planning|going|exporting|selling|opening|entering)\b)"
)
_GOODS_LEFT = re.compile(r"^\s*(?:an? |the |from )?$")
_GOODS_RIGHT = re.compile(
    rf"^(?: (?!{_SERVICE_NOUN}\b)(?!(?:co|and|or|to|in|for|is|was|needs?|wants?|company)\b)[a-z0-9&'/-]+){{1,4}}\s*(?:[.;:\n]|$)"
)
_AGENT_RIGHT = re.compile(
    rf"^(?:-based)?(?: [a-z0-9&'/-]+){{0,4}}? (?!{_SERVICE_NOUN}\b)(?!(?:order|transfer|paper|letter|offer|matter|number|water|power|"
    r"register|computer|summer|winter|customer|partner|officer|worker|labour|director|investor|factor|sector)s?\b)"
    r"(?:[a-z]{3,}(?:er|or|ist)|licensee|vatp|start-?up|smes?|house)s?(?: of [a-z0-9 -]{2,40})?\s*(?:[.,;:(\n]|$)"
)
_OWN_LEFT = re.compile(
    r"\b(?:our|my|we have an?|we run an?|we own an?|i run an?|i own an?|i have an?)"
    r"(?: (?!(?:new|next|first|second|planned|future|overseas|other|proposed|local|former|old|foreign)\b)[a-z0-9&'-]+){0,3}"
    rf" (?!{_SERVICE_NOUN} )[a-z0-9&'-]+ (?:in|at|near|outside|from)(?: the)? $"
)
_SEAT_LEFT = re.compile(
    r"(?:\b(?:hq|headquarters?|head office|home office|main office|office|company|firm|factory|location|based|base|"
    r"parent)(?:'s| is| are)? ?: ?|"
    r"\b(?:hq|headquarters?|head office|home base|main office|parent)(?:'s| is| are)?(?: in| at)? |"
    rf"\b(?:we are|we're|i am|i'm|i represent|we represent|on behalf of|writing for|this is)(?: also)?(?: (?:an?|the|one of the))? "
    rf"(?:(?!(?:interested|keen|ready|able|about|preparing|due|trying|working|setting|being)\b){_WORD}){{1,10}}"
    r"(?:(?:based|located|headquartered) )?(?:in|from|near|outside|out of)(?: the)? |"
    r"\b(?:because|as|since|where|while|but|and|the|our|its|whose|;)(?: [a-z]+)? (?:shareholder|owner|parent(?: company)?|ultimate owner|beneficial owner|founder|holding company|holdco)s?"
    r"(?: is| are|,| sits?| lives?)(?: an?| the| all)?(?: (?!from\b|in\b)[a-z-]+){0,4} (?:in|from|at)(?: the)? |"
    r"(?:公司|企业|工厂|厂|总部|办公室|地址|地点|所在地|办公地|公司地点|公司地址|坐标|厂址|单位|我司|我们|我) ?: ?|坐标)$"
)
_CHINESE_SEAT_LEFT = re.compile(
    rf"(?:(?:{WE}|公司|集团|家族|厂|创办人|老板)(?:[^，。；,;\n]{{0,6}}\d\d+年?[^，。；,;\n]{{0,4}}?)?(?:在|于|喺)|"
    rf"{WE}(?:是|系|为)(?:一?[家间个])?(?:注册|设立?|成立|总部|位|开)(?:设|位)?(?:在|于|喺))$"
)
_CHINESE_SEAT_RIGHT = re.compile(
    r"^(?:市|区|镇)?(?:本地)?(?:起家|成立|创立|创办|开业|扎根|白手|发迹|经营|开厂|设厂|做|开|有[一两三几]?[间家])|^(?:的|嘅)(?:一?[家间])?"
    r"(?:公司|企业|集团|厂)"
)
# 做车厘子进口的，在嘉兴。 喺荔枝角，做珠宝。 人在柳州。
_CLAUSE_LEFT = re.compile(
    r"(?:^|[，,。:)])\s*(?:人|厂|公司|工厂|我|我们|我哋|店|总部|公司总部|家|本人|铺)?(?:都|就|现|目前)?(?:在|喺|位于|来自|嚟自)$"
)
_OWN_CLAUSE_LEFT = re.compile(
    rf"(?:^|[，,。])\s*{WE}(?:的|嘅)?(?:呢|这)?[间家个]?"
    r"(?:(?!想|要|拟|打算|准备|希望|计划|分公司|子公司|客户|供应商|项目|对手|买家|代理|需|找|揾|去|到)[^，。；,;\n的]){0,8}(?:在|于|喺)$"
)
_TRADE_RIGHT = re.compile(r"^(?:开|做|经营|搞|设)[^，。；,;\n]{1,8}(?:的|嘅)\s*(?:[，,。]|$)")
_CLAUSE_RIGHT = re.compile(
    r"^(?:[市区镇县省]|[\u4e00-\u9fff]{1,2}[区县镇市])?\s*(?:$|[，,。](?:做|经营|搞|开|主营|主要做|专做|卖)|[。.]|[，,]?\)?$|[，,])"
)
# 港产护肤品牌, "HK parent", "Hong Kong licence".
_KIND_LEFT = re.compile(r"(?:^|[.,;(/:]|\bwith an?|\bwith|\bour|\bthe|\ban?)\s*$")
_KIND_RIGHT = re.compile(
    r"^(?:-| )(?:parent|hq|headquarters|head office|holdco|holding|topco|licen[cs]ed?|registered|incorporated|"
    r"licensee|based|entity|group|family)(?: (?:company|co|firm|group|business|entity))?\s*(?:[.,;:)/]|$)"
)
_PAPERS_LEFT = re.compile(
    r"(?:^|[，,。])\s*(?:我|我们|我司|我哋|手上|手头|现)?(?:有|持有?|拿着?|攞住)?(?:一?[份套批张堆]|几份|一些|啲)?$"
)
_PAPERS_RIGHT = re.compile(
    r"^(?:一?[家间])?(?:公司|有限公司|企业|厂)(?:的|嘅)?(?:营业执照|商业登记|注册文件|注册证书|章程|董事会决议|文件|授权书|"
    r"授权委托书|审计报告|资料|证明书?|决议|股东名册|良好存续证明|周年申报表)"
)
_ABROAD = re.compile(
    r"\b(?:overseas|abroad|foreign (?:countries|markets)|(?:several|some|many|various|multiple|a few|other|african|european|"
    r"asian|arab|gulf|latin american) countries|outside (?:of )?china|global(?:ly)?|internationally)\b|"
    r"海外|境外|国外|外国|出海|多国|几个国家|各国|全球"
)


# 我司(日照的油脂进口商)与…
_IN_BRACKETS_LEFT = re.compile(rf"{WE} ?\((?:一[家间个]|在|位于|来自|总部[设位]?[在于]?)*+$")
_IN_BRACKETS_RIGHT = re.compile(r"^[^()。；;\n]{0,16}\)")
# An adviser writes for somebody: the home is the client's.
_CLIENT_LEFT = re.compile(
    r"(?:(?:代表|代|替|受|为|帮)(?:我[的哋们])?(?:客户)?(?:一[家间个]|某|该|间)?(?:总部[设位]?[在于]|来自|位于)?|(?:客户|当事人|委托人)(?:是|系|为|:)(?:一?[家间个]|某)?)$|"
    r"\b(?:on behalf of|acting for|act for|writing for|asking for|representing|represent|advising|instructed by|"
    r"(?:my|our) clients?(?: is| are|,|:))(?: (?:my|our) client,?)?(?: an?| the| some)? $"
)
_CLIENT_RIGHT = re.compile(
    r"^(?:的|市|省)?[^，。；,.;\n]{0,10}?(?:公司|企业|集团|厂|客户|商人?|团队|家族|基金|银行|机构)|"
    r"^(?:-based)?(?: [a-z0-9&'/-]+){0,4}? (?:company|companies|group|manufacturer|maker|firm|enterprise|client|family|fund|bank|business|trader|"
    r"exporter|importer|chain|developer|contractor|producer|startup|start-up|investor|factory|brand|retailer|soe)s?\b"
)
_ADVISER_RIGHT = re.compile(
    r"^(?:的|一[名位个家间])?(?:执业|独立|商业|企业|税务|法律|财务|投资|移民)?(?:顾问|律师行?|律师事务所|律所|会计师行?|代理人?|中介|秘书公司|咨询公司|经纪)|"
    r"^(?:-based|-qualified)?(?: [a-z]+){0,2}? (?:solicitor|lawyer|barrister|attorney|law firm|accountant|consultant|consultancy|adviser|advisor|agent|intermediary|broker)s?\b"
)
_ADVISER_LEFT = re.compile(
    r"\b(?:i am|i'm|we are|we're)(?: an?| the)?(?: [a-z]+){0,2} (?:solicitor|lawyer|barrister|attorney|law firm|accountant|consultant|consultancy|adviser|advisor|agent|intermediary|broker)s? (?:based )?(?:in|from) $"
)


def is_client_from(left: str, right: str) -> bool:
    """Tell whether the enterprise that another writes for comes from there: 代一家陕西公司."""
    return bool(_CLIENT_LEFT.search(left) and _CLIENT_RIGHT.match(right))


def is_adviser_from(left: str, right: str) -> bool:
    """Tell whether an adviser is there: 香港的顾问, "a consultant in Hong Kong"."""
    return bool(_ADVISER_RIGHT.match(right) or _ADVISER_LEFT.search(left))


def states_seat(left: str, right: str) -> bool:
    """Tell whether the words say outright where the writer sits: "HQ Wuxi", 公司:上环."""
    return bool(
        _SEAT_LEFT.search(left)
        or (_CHINESE_SEAT_LEFT.search(left) and _CHINESE_SEAT_RIGHT.match(right))
    )


def describes_writer(left: str, right: str, *, is_first: bool) -> bool:
    """Tell whether a clause without a verb says who writes: "Extruder in Foshan,", "HK parent".

    Args:
        left: what precedes in the sentence.
        right: what follows in the sentence.
        is_first: the sentence is the first of the text.
    """
    return bool(
        (is_first and _NOUNS_LEFT.match(left) and _NOUNS_RIGHT.match(right))
        or (_CLAUSE_LEFT.search(left) and (_CLAUSE_RIGHT.match(right) or _TRADE_RIGHT.match(right)))
        or (_IN_BRACKETS_LEFT.search(left) and _IN_BRACKETS_RIGHT.match(right))
        or (_OWN_CLAUSE_LEFT.search(left) and _CLAUSE_RIGHT.match(right + "。"))
    )


def has_own_there(left: str, right: str, *, is_first: bool) -> bool:
    """Tell whether something of the writer's is there; it counts beside a need elsewhere."""
    return bool(
        _OWN_LEFT.search(left)
        or (
            is_first
            and _GOODS_LEFT.match(left)
            and (_GOODS_RIGHT.match(right) or _AGENT_RIGHT.match(right))
        )
        or (_KIND_LEFT.search(left) and _KIND_RIGHT.match(right))
    )


def is_own_paper(left: str, right: str) -> bool:
    """Tell whether the writer's papers are from there: 有份香港公司的授权书."""
    return bool(_PAPERS_LEFT.search(left) and _PAPERS_RIGHT.match(right))


def speaks_of_abroad(folded: str) -> bool:
    """Tell whether the text asks for something abroad without saying where."""
    return _ABROAD.search(folded) is not None
