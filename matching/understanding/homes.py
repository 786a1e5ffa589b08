"""Where the enterprise is at home: said outright, or implied by how it describes itself."""

import re

# Groups of services for enterprises of Greater China: there a bare "Foshan tile maker" is the
# writer, while "Vietnamese distributor" is the other side.
LIKELY_HOMES = frozenset({"CN", "HK", "MO", "TW"})

ENTERPRISE = (
    r"(?:co\.|buying office|company|companies|manufacturer|enterprise|group|start-?up|exporter|trader|business|maker|"
    r"producer|developer|sme|brand|investor|corporation|conglomerate|retailer|co|corp|ltd|limited|"
    r"fintech|biotech|soe|family office|trading house|shipowner|wholesaler|holding|studio|ngo|"
    r"seller|printer|grower|farm|mill|carrier|airline|forwarder|designer|processor|team|buyer|"
    r"workshop|foundry|winery|hotel|hospital|restaurant|university|school|lab|platform)s?"
)
_COMPANY = rf"(?:{ENTERPRISE}|(?:firm|importer|supplier|contractor|factory|bank|fund|operator)s?)"
ZH_COMPANY = (
    r"(?:公司|企业|集团|厂家|工厂|厂商|制造商|生产商|开发商|承包商|贸易商|供应商|出口商|工程局|厂|行|民企|国企|"
    r"品牌|机构|基金|银行|平台|船东|船公司|家族办公室|家办|老板|卖家|商家|个体户|工作室|商会|餐饮|外贸|"
    r"团队|创业者|电商|初创|上市公司|研究院|研究所|合作社|财团|承建商|发展商|[车药国民房外央电光]企|厂客|买家|网店|店|"
    r"[泵机鞋服陶矿船农药纸铝钢灯塑糖茶酒]业|业主方|商(?=[:，,。]))"
)
WE = r"(?:我们|我司|我公司|本公司|本企业|本集团|敝公司|敝司|我方|我哋|我厂|本厂|我集团|我|咱们|咱)"
# Words of a description, but none that leads on to another place.
DESCRIBING = (
    r"(?: (?!(?:to|in|into|for|with|at|of|from|and|that|which|by|against|needs?|is|are)\b)"
    r"[a-z0-9&'/-]+)"
)

_ARTICLE_BEFORE = re.compile(
    rf"\b(?:we are|we're|were|i am|i'm|i represent|we represent|as|on behalf of|acting for|"
    rf"company is|i run|we run|i own|we act for|we act as|client is|our client is)(?: also)?"
    rf"(?: (?:an?|the))?{DESCRIBING}{{0,3}} $"
)
_COMPANY_AFTER = re.compile(rf"^(?:[- ]based)?(?:[ -][a-z0-9&'-]++){{0,4}}? {_COMPANY}\b")
_STRONG_BEFORE = re.compile(
    rf"(?:\b(?:we are|we're|i am|i'm|company is)(?:(?: (?:an?|the))?{DESCRIBING}{{0,4}} {_COMPANY})?"
    r"(?: (?:now|currently|also))?"
    r"(?: (?:based|located|headquartered|registered|incorporated|domiciled))?"
    r"(?: (?:in|from|out of))?(?: the)? |"
    r"\b(?:our|my|the company's|company) (?:headquarters|head office|hq|home base)"
    r"(?: (?:is|are))?(?: (?:based|located))? (?:in|at) |"
    r"\b(?:our|the) (?:group|company|firm|business|family|team|parent(?: company)?|main office|office|"
    r"holding company|founder)(?: is| are| sits)(?: [a-z]+)? (?:in|at) |"
    r"\bwe (?:come|operate) from |"
    rf"{WE}(?:都)?(?:是|为|系)(?:一?[家间个])?(?:来自|位于|总部在|总部设[于在]|总部位于|在|嚟自)?|"
    rf"{WE}(?:来自|位于|设于|设在|注册[于在]|扎根|坐落于|总部[设位]?[于在]|总部)|"
    r"(?:^|[，,])\s*公司(?:位于|设于|注册[于在])|"
    r"(?<![域区太把将洲])(?:总部|总公司|母公司|总写字楼|总办公室|总办事处|厂址|注册地|公司注册地)(?:设立?|坐落|位|注册|是)?[于在:]?)$"
)
_ZH_DESCRIBED_BEFORE = re.compile(
    rf"(?:{WE}(?:是|为|系)[^，。；,.;\n]{{0,15}}(?:的|[家间])|(?:{WE}|本人|现|谨)(?:代表|作为))$"
)
_ZH_DESCRIBED_AFTER = re.compile(rf"^(?:的|市|省)?[^，。；,.;\n]{{0,10}}?{ZH_COMPANY}")
_ZH_AT_BEFORE = re.compile(rf"(?:^|[，,])\s*(?:(?:{WE}的?)?公司|{WE}|本人)(?:目前|现)?(?:在|喺)$")
_ZH_AT_AFTER = re.compile(
    r"^(?:市|省|特区|这边|那边|本地|[\u4e00-\u9fff]{2}[镇区县]?)?\s*(?:$|[，,(])"
)
# 我司苏州，注塑行业; 我司(澳门)有一批公证书; EPC contractor (Nanning, Guangxi).
_BESIDE_BEFORE = re.compile(
    rf"(?:(?:{WE}|公司|企业|集团|厂|业主方)(?:[,，]| ?\([^)]{{0,6}})?|"
    rf"\b(?:{_COMPANY}|us|we|team)(?: \([^)]{{0,20}}|,))\s*$"
)
_BESIDE_AFTER = re.compile(r"^(?:市|省)?(?:注册|设立|成立)?(?:[，,。.;；)]|\s*$)")
# "headquartered in" tells of the writer only where the sentence is about the writer.
_SEATED_BEFORE = re.compile(
    rf"(?:^\s*|^\s*(?:our|the|an?)?{DESCRIBING}{{0,4}} ?{ENTERPRISE},?"
    r"(?: (?:that|which|is|currently|also))* |\bwe(?: are)?,? )"
    r"(?:headquartered|based|registered|incorporated|domiciled) in (?:the )?$"
)
_HEADQUARTERED_BEFORE = re.compile(rf"\b{ENTERPRISE},? (?:headquartered|based) in $")
_POSSESSIVE_BEFORE = re.compile(rf"(?:\b(?:our|my) (?:own )?|{WE}的?)$")
_POSSESSIVE_AFTER = re.compile(
    r"^(?:(?:-based)? (?:[a-z-]+ )?(?:company|headquarters|head office|hq|parent|group|"
    r"holding company|holdco|co\b|listed company|enterprise)\b|(?:的)?(?:总部|总公司|母公司|公司|集团))"
)
_OWN_SITE_AFTER = re.compile(
    r"^(?:-based)? (?:[a-z-]+ ){0,3}(?:factory|plant|headquarters|office|business|team|side|firm|"
    r"startup|sme|brand|bank|chain|shops?|stores?|restaurants?|clinic|school|studio|workshop|mill|yard|shipyard|farm)\b|^(?:的|市|这边的?)?(?:工厂|厂|总部|企业|店|团队)"
)
_OWN_SITE_BEFORE = re.compile(
    r"(?:(?:^|[.,;(\n] ?|\b(?:our|my|the|with|own|have|from|and) )(?:an? |own |main |our )?"
    r"(?:[a-z]+ )?(?:factory|plant|hq|headquarters|head office|production|manufacturing|facility)"
    r"(?: is| are| located| based)* in |"
    rf"(?:{WE}的?|^|[，,。])(?:[间个家]|呢间)?(?:自有|主要)?(?:工厂|厂房|厂子|厂|生产基地|总部|公司|主体|运营主体|经营主体)"
    r"(?:都|就|目前|现)?(?:设|位|开)?(?:在|于|喺)|"
    rf"{WE}(?:在|喺)|(?:公司|企业|集团|厂)[，,](?:总部|工厂|人|现)?(?:在|位于|设在))$"
)
_WE_MAKE_BEFORE = re.compile(
    r"\b(?:we|i) (?:make|produce|manufacture|design|assemble|process|grow|build|export|operate|run|own|"
    r"manage|sell|ship)(?: (?!subsidiar|branch)[a-z-]+){1,6} (?:in|from|out of) $|"
    r"\b(?:we|i) (?:supply|trade|distribute|farm|catch|raise|cast|weave|print|pack|refine|roast|brew|repair|recycle|breed|mine|offer|provide|"
    r"mainly export|mainly sell|work|trade|deal)(?: [a-z-]+){0,6} (?:from|out of) $"
)
_OWN_SITE_BEHIND = re.compile(
    r"^(?:市|省)?(?:[^，。；,.;\n]{0,8}(?<![分子孙属])(?:工厂|公司|厂|企业|店)(?!法|注册|设立|登记)|"
    r"\s*(?:[，,。.;)]|$))|^ *(?:[.,;)]|$| and\b)"
)
# 把产能从东莞转移到越南: what moves has been at home.
_WE_RIGHT_BEFORE = re.compile(rf"{WE}$")
_WE_DO_AFTER = re.compile(r"^(?:市|区)?(?:做|开|经营|搞|有|这边)")
_WE_FROM_BEFORE = re.compile(r"\bwe(?:'re| are)(?: an?| the)?(?: [a-z]+){1,3} from $")
# A first clause that begins with the writer, and not with a paper or a debtor.
_ZH_OPENING_NOUN = re.compile(
    r"^(?:的|市)?[^，。；,.;:在去到的欠\n]{0,6}(?:公司|厂|网店|店|集团|企业|船东|商|企|社)"
    r"(?!注册|欠|违约|拖|的|营业|年审|审计|秘书|做账|报税|开户|章程|股权|文件|标|务|业|品|赖|倒闭|清盘|破产|裁决|判决)"
)
_SEATED_AFTER = re.compile(r"^(?:-| )(?:based|headquartered)\b")
_SELLER_BEFORE = re.compile(
    r"\b(?:seller|manufacturer|exporter|company|team|contractor|maker|group|trader|supplier) from $"
)
# "I'm in Bangkok now" tells where somebody is, and of a place abroad not more.
_AM_IN = re.compile(r"\b(?:i am|i'm)(?: now| currently)? in $")
_MOVED_BEFORE = re.compile(
    r"(?:\b(?:production|capacity|factory|manufacturing|plant|lines?|assembly|operations)"
    r"(?: [a-z]+){0,3} (?:out of|from)(?: the)? |"
    r"(?:产能|工厂|生产线|生产|厂|产线|供应链|基地)[^，。；,.;\n]{0,4}(?:从|由|自))$"
)
_FIRST_WORDS = re.compile(rf"^\s*(?:an?|the|some|several|for an?|one)?{DESCRIBING}{{0,2}} ?$")
_GOING = (
    r"(?:needs?|seeks?|wants?|plans?|planning|seeking|looking|intends?|would|expanding|requires?|"
    r"setting|entering|exporting|borrowing|buying|selling|building|raising|operating|making|hopes?|investing|bidding|building|wishes|going|with|here|"
    r"considering|preparing|hiring|acquiring|selling|requests?|invites?|asks?|asking)\b"
)
_FIRST_FROM = re.compile(
    rf"^\s*(?:[a-z-]+)?{DESCRIBING}{{0,4}} ?{ENTERPRISE} (?:from|based in|in|out of) (?:the )?$"
)
_ENTERPRISE_AFTER = re.compile(
    rf"^(?:-based|-headquartered)?{DESCRIBING}{{0,4}}? {ENTERPRISE},? {_GOING}"
)
_ZH_WILL = r"[，,]?(?:现|正|目前|近期|正在|也)?(?:想|拟|计划|要|打算|准备|希望|欲|出海|赴|走出去|需|求|找|揾|诚聘)"
# "We are a Hong Kong toy designer": whatever the noun.
_WE_ARE_BEFORE = re.compile(rf"\b(?:we are|we're|i am|i'm) an?(?: {{0}}{DESCRIBING})? $")
_WE_ARE_AFTER = re.compile(r"^(?:-based\b| [a-z])")
# 寧波廠客想喺智利, 长沙工程机械，今年要: a first clause that names nobody else.
_ZH_OPENING_AFTER = re.compile(
    r"^(?:的|市|省)?[^，。；,.;:\n的在去到做审查办设开用于与和及同跟都、]{0,8}"
    r"(?:[，,](?:今年|明年|现|目前|近期|正)?)?(?:我们|公司)?(?:想|拟|计划|打算|准备|希望|欲|要(?!求))"
)
_ZH_START = re.compile(r"^\s*$")
_ZH_ENTERPRISE_AFTER = re.compile(
    rf"^(?:的|市|省)?[^，。；,;的]{{0,10}}?{ZH_COMPANY}(?={_ZH_WILL})"
)
_ZH_SOME_BEFORE = re.compile(r"^\s*(?:作为)?(?:某|一?[家间]|有[家间])(?:来自|总部位于|位于)?$")
_ZH_SOME_AFTER = re.compile(rf"^(?:的|市|省)?[^，。；,;]{{0,12}}?{ZH_COMPANY}")
# A fragment that only says who writes: "Shenzhen drone maker.", 佛山陶瓷企业，, 香港船东。
_FRAGMENT_BEFORE = re.compile(
    rf"(?:^|[,，;；:：(]|\b(?:as|for) )\s*(?:an?|the|{WE}|这边|这里|作为|船东|业主方|我方)?\s*$"
)
_FRAGMENT_AFTER = re.compile(
    rf"^(?:-based)?{DESCRIBING}{{0,4}}? {_COMPANY}(?: of (?:about )?[a-z0-9 -]{{2,40}})?(?:\s*(?:[.,;:!?(/)\n-]|$)|,? {_GOING})|"
    rf"^(?:的|市|省|特区|本地|当地|这边|地区)?(?:一?[家间个])?[^，。；,.;:在去做到\n]{{0,12}}?"
    rf"{ZH_COMPANY}(?:\s*[，,。.！!？?；;、:(]|\s*$|{_ZH_WILL})"
)
_SHORT_FORM_BEFORE = re.compile(rf"(?:^|[，,。;:(]|{WE}|[是为系家间某名位一]|作为|代表)\s*$")
_OWN_PAPERS_AFTER = re.compile(
    r"^(?:一?[家间])?(?:公司|企业|厂)(?:的)?(?:营业执照|注册文件|注册证书|章程|董事会决议|文件|授权书|授权委托书|审计报告|资料)"
)
_BARE_BEFORE = re.compile(r"(?:^\s*|[，,] ?)(?:from )?$")
_BARE_AFTER = re.compile(
    r"^(?:[市省区]|(?!上市|注册|设立|开户|公司|律师|仲裁|诉讼|审计|市场|物流|签证|本地|开业|建厂)[\u4e00-\u9fff]{2}[区县镇市]?)?(?:[，,]|\.?\s*$)"
)


_WORK_BEFORE = re.compile(
    r"(?:\b(?:in|into|within|across|throughout|under|at|between)(?: the| both)? |"
    r"(?:在|于|喺|进入|落户|对|向|(?:仲裁|开庭|上市|注册|登记|使用|目的)地(?:点|是|为|:)?))$"
)
_OWN_PLACE_BEFORE = re.compile(
    r"(?:\bour (?:own )?(?:[a-z]+ )?(?:attorneys?|lawyers?|counsel|accountants?|auditors?) in |"
    r"\b(?:factory|plant|office|hq|headquarters|team|warehouse|base|based|we|company|group|are|"
    r"is|am|located|registered|incorporated|domiciled|shareholders?|parent|colleagues|staff|born|"
    r"importer|exporter|buyer|seller|trader|maker|manufacturer|lessor|supplier|contractor|consignor|"
    r"shipper|issued|signed|insured|notari[sz]ed|certified|executed|born|parent company|"
    r"business|entity|listed|hosted|stored|made|patents?|trade ?marks?|(?:have|has|hold|held|own) (?:a |an |our )?(?:licen[cs]e|registration|certificate|account|utility model)s?|produced|manufactured|director|boss|founder|owner|back|suppliers?)"
    r"(?: is| are)?(?: located| based)? (?:in|at)(?: the)? |"
    r"\b(?:with|have|has|run|runs|own|owns|operate|operates|our)(?: [a-z0-9-]+){0,3} (?:shops?|stores?|outlets?|branches|clinics?|restaurants?|warehouses|sites|schools?|hotels?|plants?|factories|farms?|salons?|showrooms?)(?: (?:in|across) [a-z ]{2,24} and (?:one|two|three|four|five|\d+|another|some|a few)(?: more)?)? (?:in|across)(?: the)? |"
    r"(?:公司|工厂|总部|厂|厂房|团队|我们|我司|我哋|母公司|办公室|注册|设立?|同事|员工|老板|股东|位|人|生产|口商|货主|发货人|卖家|买家|贸易商|制造商|供应商|承包商|单位|企业|"
    r"注册了|商标|专利|投保|签发|出具|签署|保险|户籍|法人|经办人|收货人|产地|母公司|集团|仓)"
    r"(?:现|目前|都|就|也|全|主要)?(?:部|设|位|开|注册|办公|运营|经营)?(?:在|于|喺)|(?:实际|日常|主要)(?:办公|运营|经营)(?:地)?(?:在|于|喺))$"
)
_REGIME_AFTER = re.compile(
    r"^ (?:[a-z-]+ ){0,2}?(?:law|tax|taxation|profits tax|salaries tax|customs|courts?|regulat\w+|"
    r"licen[cs]e\w*|stock exchange|ipo|listing|main board|filing|compliance|subsidiary|branch|"
    r"visas?|trade ?marks?|side|entity|office)\b(?! compan)|"
    r"^(?:的|本地|当地)?(?:稀土|技术|新)?(?:法律|税|出口管制|反垄断|外汇|数据|公司法|"
    r"上市(?!公司|企业|集团)|海关|法院|利得税|印花税|商标|主板(?!上市公司)|审计|子公司|分公司|那边|方面|分部|"
    r"办事处|附属公司|牌照|签证|工签|ipo)|^(?:这边|这里|呢边)(?:的|嘅)(?:公司秘书|秘书|审计|做账|报税|税|律师|银行|户口|牌照|签证)"
)

_CHINESE_ENTERPRISE = re.compile(
    rf"^(?:[- ](?:owned|invested|funded))?{DESCRIBING}{{0,3}}? (?:{ENTERPRISE}|contractor|factory)\b|"
    r"^(?: permanent)? (?:resident|family|(?:fund|asset|wealth) manager|lessor|assembler|clinic)s?\b|"
    r"^(?:永久性?)?(?:居民|市民|人(?=[，,。喺在想]))|"
    r"^(?:的|市|省)?[^，。；,.;在去到喺\n]{0,6}?(?:公司|企业|集团|工厂|厂|厂商|民企|国企|商会|承包商|贸易商)"
)

_ENTERPRISE_FROM = re.compile(
    rf"\b(?:sub)?(?:{ENTERPRISE}|contractor) (?:from|out of) $|"
    r"\b(?:investors?|owners?|shareholders?|founders?|directors?|sponsors?) (?:(?:are|is|come|comes|all) )+from $"
)
_JOINED_BEFORE = re.compile(r"(?:同埋|以及|加上|加|连同|[+&]) ?$")
_JOINED_AFTER = re.compile(r"^ ?(?:同埋|以及|加上|连同|[+&])")


def is_home(left: str, right: str) -> bool:
    """Tell whether the words around a place say outright that the writer is at home there."""
    if right.startswith("'s "):
        return False
    return bool(
        _STRONG_BEFORE.search(left)
        or (_ARTICLE_BEFORE.search(left) and _COMPANY_AFTER.match(right))
        or (_ZH_DESCRIBED_BEFORE.search(left) and _ZH_DESCRIBED_AFTER.match(right))
        or (_ZH_AT_BEFORE.search(left) and _ZH_AT_AFTER.match(right))
        or _SEATED_BEFORE.search(left)
        or _HEADQUARTERED_BEFORE.search(left)
        or (_WE_ARE_BEFORE.search(left) and _WE_ARE_AFTER.match(right))
    )


def opens_with_home(left: str, right: str, *, is_likely: bool) -> bool:
    """Tell whether a first sentence speaks of the enterprise as "a Hong Kong maker wants to"."""
    return bool(
        (_FIRST_FROM.match(left) and is_likely)
        or (_ZH_START.match(left) and _ZH_OPENING_AFTER.match(right) and is_likely)
        or (_FIRST_WORDS.match(left) and _ENTERPRISE_AFTER.match(right))
        or (_ZH_START.match(left) and _ZH_ENTERPRISE_AFTER.match(right))
        or (_ZH_SOME_BEFORE.match(left) and _ZH_SOME_AFTER.match(right))
    )


def is_own_company(left: str, right: str) -> bool:
    """Tell whether it is "our X company" or "our X headquarters"."""
    return bool(_POSSESSIVE_BEFORE.search(left) and _POSSESSIVE_AFTER.match(right))


def is_implied_home(left: str, right: str, word: str) -> bool:
    """Tell whether a place in Greater China is where the writer seems to be.

    Args:
        left: what precedes in the sentence.
        right: what follows in the sentence.
        word: the name itself, folded; one character for a short form.
    """
    if len(word) == 1:
        return right[:1] in ("企", "商", "资", "产") and bool(_SHORT_FORM_BEFORE.search(left))
    return bool(
        word == "本港"
        or (_WE_RIGHT_BEFORE.search(left) and _WE_DO_AFTER.match(right))
        or (_WE_FROM_BEFORE.search(left))
        or (_ZH_START.match(left) and _ZH_OPENING_NOUN.match(right))
        or (_BESIDE_BEFORE.search(left) and _BESIDE_AFTER.match(right))
        or (_POSSESSIVE_BEFORE.search(left) and _OWN_SITE_AFTER.match(right))
        or (_OWN_SITE_BEFORE.search(left) and _OWN_SITE_BEHIND.match(right))
        or _MOVED_BEFORE.search(left)
        or _SEATED_AFTER.match(right)
        or _SELLER_BEFORE.search(left)
        or _WE_MAKE_BEFORE.search(left)
        or (_FRAGMENT_BEFORE.search(left) and _FRAGMENT_AFTER.match(right))
    )


def is_only_there(left: str) -> bool:
    """Tell whether the writer says to be somewhere, which need not be where the enterprise is."""
    return _AM_IN.search(left) is not None


def is_bare_place(left: str, right: str) -> bool:
    """Tell whether a clause only names a place, or the writer's papers: …，汕头澄海。深圳公司章程"""
    return bool(
        _BARE_BEFORE.search(left) and (_BARE_AFTER.match(right) or _OWN_PAPERS_AFTER.match(right))
    )


def is_work_at_home(left: str, right: str) -> bool:
    """Tell whether a mention of the home asks for work there, and does not only say who writes."""
    if _REGIME_AFTER.match(right):
        return True
    return _WORK_BEFORE.search(left) is not None and _OWN_PLACE_BEFORE.search(left) is None


def is_enterprise_beside(right: str) -> bool:
    """Tell whether the adjective before it describes an enterprise: "Chinese mining company"."""
    return _CHINESE_ENTERPRISE.match(right) is not None


def is_enterprise_from(left: str, right: str) -> bool:
    """Tell whether an enterprise is said to come from there, or is described by it."""
    return _ENTERPRISE_FROM.search(left) is not None or is_enterprise_beside(right)


def is_joined(left: str, right: str) -> bool:
    """Tell whether another name is joined to it by words that make no list elsewhere."""
    return bool(_JOINED_BEFORE.search(left) or _JOINED_AFTER.match(right))


def is_own_place(left: str) -> bool:
    """Tell whether something of the writer's is said to be there: 生产全在X, "staff in X"."""
    return _OWN_PLACE_BEFORE.search(left) is not None


def is_person_from(right: str) -> bool:
    """Tell whether it names a person by where they live: 香港人，想追开发商."""
    return right.startswith(("人", "居民"))
