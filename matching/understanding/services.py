"""Which professional services a text asks for, and which it refuses."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from matching.understanding.lexicon import Mention
from matching.understanding.relations import reconcile
from matching.understanding.scope import (
    after,
    before,
    is_had,
    is_ruled_out,
    is_ruled_out_behind,
    link,
)

_COMPANY = (
    r"(?:company|companies|firm|manufacturer|enterprise|group|start-?up|exporter|importer|supplier|"
    r"trader|business|maker|producer|developer|contractor|factory|bank|sme|brand|provider|platform|"
    r"operator|seller|vendor|retailer|wholesaler|distributor|agency|studio|broker|farm|chain|fintech|"
    r"owner|fund|carrier|shipowner)"
)
_ZH_COMPANY = r"(?:公司|企业|集团|厂家|工厂|厂商|厂|商家|商|平台|品牌|机构|行|店|卖家|老板|船东|团队|央企|国企|民企)"
# What an enterprise says of itself or of another company is no request: "we are a logistics
# company", 我们是一家保险公司; and names that hold a service's name without asking for it.
_DESCRIPTIONS = re.compile(
    r"\b(?:we are|we're|i am|i'm|our company is|as) (?:an?|the) [^,.;:!?\n]{0,60}?"
    rf"\b{_COMPANY}\b|"
    r"\bwe (?:make|sell|produce|manufacture|build|develop|run|operate|export|import|provide|offer|"
    r"trade|supply|distribute) (?!our\b|into\b|to\b|in\b|an? (?:branch|subsidiary|company))"
    r"(?:(?!\b(?:and|but|so|need|want|looking|seek)\b)[^,.;:!?\n]){0,50}|"
    r"(?:我们|我司|本公司|我公司|我方|我哋|我|咱们)(?:公司)?(?:是|为|系)[^，。；！？,;!?\n]{0,30}?"
    rf"{_ZH_COMPANY}(?![^，。；！？,;!?\n]{{0,3}}的法)|"
    r"^\s*(?:某|一[家间]|有[家间])[^，。；！？,;!?\n]{0,20}?(?:公司|企业|集团|厂家|制造商|平台)|"
    r"(?:我们|我司|本公司|我哋|公司|咱们|本人)(?:主要|主营|专门|一直|目前|系|是)*"
    r"(?:做|从事|经营|生产|卖|销售|研发|制造|出口|主营|专营|专注)[^，。；！？,;!?\n找请要想需揾求]{1,12}?"
    r"(?:的|业务|生意|行业|起家|出身|嘅)(?=[，,。;的\s]|$)|"
    r"(?:上市公司|上市企业|上市集团|已上市|香港上市的?|主板上市的|境外上市的|港股上市公司|\blisted (?:company|group|firm|"
    r"developer|issuer|manufacturer|on the)|\b(?:hkex|nasdaq|nyse|sgx|hong kong|hk)[- ]listed\b|"
    r"certificates? of incorporation|incorporation (?:certificates?|documents)|"
    r"公司注册(?:证|文件|资料|号)|注册资本|银行(?:保函|担保|流水|对账|转账|账单|存款)|"
    r"\bbank (?:statement|transfer|details)s?|software company|物流园区?(?=项目|规划|的)|"
    r"\binsurance company\b|保险公司|投资银行部|(?:客户|用户)经理|仲裁地|仲裁条款(?:约定|写|规定|里)|"
    r"合同(?:约定|里写|写明|规定)[^。；;\n]{0,30}仲裁中心|经销商会议|工程款(?=争议|纠纷)|"
    r"海牙(?:公约)?(?:成员|缔约|签约|组织|国)|上市[前后]|物流园区?|诉讼记录|\bbefore (?:going to |we go to )?court\b|工程造价(?=约|为|大概|[\d人港美]))"
)
_COMPANY_BEHIND = re.compile(
    rf"(?:类|型|行业|业务)?的?{_ZH_COMPANY}(?![务室])|(?:[ -](?!for\b|to\b|in\b)[a-z-]+)?[ -]{_COMPANY}s?\b"
)
_ASKS = re.compile(
    r"\b(?:needs?|want|wants|wanted|looking for|look for|seek|seeking|seeks|require|requires|required|"
    r"find|help|hire|recommend\w*|introduc\w+|engage|appoint|any|quote|quotation|how|please|pls|"
    r"assist|someone|somebody|advice|advise|support|who can|would like|interested in|get|arrange|source|search\w*)\b|"
    r"找|请|需|求|要|想|聘|推荐|介绍|帮|揾|揾|委托|寻|物色|拟|计划|打算|希望|办|做|申请|有没有|有冇|怎么|如何|"
    r"边间|哪家|安排|准备|提供|联系|对接|引荐|咨询|协助|代"
)
_SERVICE_BEHIND = re.compile(
    r"(?:方面)?的?(?:服务|顾问|咨询|专家|方案|代理|律师|团队|支持|机构)|"
    r"[ -](?:services?|consult\w+|advis\w+|experts?|agenc\w+|agents?|specialists?|help|support|"
    r"lawyers?|counsel|advice|needed|required|wanted)\b"
)
# Words that name a trade, a thing or a circumstance as often as a service: beside plainer requests
# they count only where the text asks for them.
_WEAK = re.compile(
    r"(?:software|logistics|logistic|transport|shipping|shipments?|warehouses?|storage|industrial parks?|"
    r"industrial zone|data cent(?:re|er)s?|supply chains?|cloud|servers?|website|banks?|finance|"
    r"financing|funding|banking|brands?|branding|promotion|marketing|insurance|insured|loans?|lenders?|investors?|"
    r"buyers?|distributors?|importers?|resellers?|local agents?|sales agents?|business partners?|"
    r"local partners?|trade fairs?|trade shows?|exhibitions?|expo|booth|roadshow|tariffs?|customs|"
    r"jv|joint ventures?|acquisition|merger|licensed|licen[sc]e|patents?|e-?commerce|"
    r"amazon|tiktok|shopee|lazada|online store|it|hr|listing|testing|inspection|certification|"
    r"certified|lab|laboratory|compliance|disputes?|negotiations?|negotiate|fraud|procurement|sourcing|"
    r"carbon|emissions?|dispute|architecture|engineers?|royalty|royalties|fx|foreign exchange|"
    r"compensation|benefits|landscape|topography|working capital|contract dispute|contracts?|"
    r"personal data|privacy|customer data|user data|kyc|real estate|office space|guarantees?|"
    r"personal information|brokers?|freight|trial|legal|tax|taxes|immigration|family offices?|local hires?|local staff|"
    r"bankrupt|insolvent|trade union|collect payments|remittance|bonds?|stock options|"
    r"物流|运输|货运|航运|海运|船运|船务|船员|仓库|仓储|货仓|工业园|产业园|工业园区|产业园区|数据中心|机房|供应链|云|服务器|"
    r"软件|软件公司|物流公司|保险公司|管理系统|信息系统|网站|银行|金融|融资|资金|品牌|推广|宣传|广告|保险|投保|保单|贷款|借款|投资人|投资者|投资方|"
    r"买家|采购商|经销商|代理商|分销商|渠道商|合作伙伴|合作方|合作商|合作对象|展会|展览|展览会|参展|考察|路演|招商|"
    r"关税|海关|合资|合资公司|并购|收购|股权转让|牌照|持牌|许可证|专利|商标|版权|电商|跨境电商|亚马逊|网店|独立站|上市|挂牌|"
    r"检测|检验|认证|合规|纠纷|争议|争端|谈判|协商|碳排放|低碳|减排|环保|外汇|汇率|个人信息|个人资料|用户数据|"
    r"客户资料|客户数据|测量|造价|债券|美元债|土地使用权|买地|工程公司|地块|地形|技术转让|许可费|产能转移|溯源|人权|"
    r"人力|人力资源|签证|移民|保函|保理|信用证|出口退税|租约|协议|薪酬|法律|税务|缴税|税收|汇款|收款|立案|上诉|应诉|"
    r"侵权|欠款|对外投资|境外投资|外商投资|会计准则|漏洞|云端|伺服器|诉讼|仲裁|工会|罢工|公证书|裁决书|仲裁中心|国际仲裁中心|"
    r"技术支持|数字化|信息化|运费|空运|发货|会计|审计|融资租赁|商业秘密|品牌授权|估值)"
)
# "we have auditors, so no need to recommend any": the refusal follows in the next clause.
_NEEDLESS_BEHIND = re.compile(
    r"[^,。;!?\n]{0,14}[,、]?(?:所以|就|因此|暂时|今次|这次|本次|都|也)*(?:不用|唔使|不需要|无需|无须|毋须|毋需|唔需要|不必|唔洗)"
    r"(?:再|另外|另|先)*(?:(?:推荐|推介|介绍)[^,。;\n]{0,4}|理会?|管|考虑|找|揾|揾|处理|安排|你们?|贵方|做|埋|"
    r"换|帮手|帮忙|请)?[了啦喇]?(?=[,。;!\s]|$)|"
    r"[^.;!?\n]{0,50}, ?(?:so )?(?:please )?(?:no need\b|not needed|not required|do not include|"
    r"don't include|leave (?:it|that|them) out|don't need (?:it|that|them|one|any)\b)"
)
# 不仲裁, 唔打官司: a bare "not" is enough before a verb.
_BARE_NOT = re.compile(r"(?<![要是能会得如可需用])[不唔]$")
_IS_VERB = re.compile(
    r"打|起诉|诉讼|仲裁|上市|贷款|融资|做|注册|发债|收购|调解|招聘|翻译|公证|开|设立|上庭|告"
)
_OUR_OWN = re.compile(r"\b(?:our|their|its) $")
_ADVISERS = re.compile(r"(?:auditor|lawyer|banker|bank|accountant|broker|counsel|law firm)s?")
_WAS_DONE = re.compile(r"(?:incorporated|registered|opened|established|formed|set up)\b")
_JUST = re.compile(
    r"\b(?:just|already|have|has|had|we|was|recently)(?: (?:just|already|recently))* $"
)
_REFUSED_PERSON = re.compile(
    r"\b(?:do not|don't|no|not|without|never|avoid)(?: (?:any|a|an|the|more|use|using|want|need|"
    r"looking for|recommend\w*|introduc\w*|send|us|be|your|consider|work|with|big|large|small|global|"
    r"international|local|foreign|big four|big 4|mainland|chinese|overseas|pure|placement|from|of))* ?"
    r"(?:[a-z]+ ){0,2}$|"
    r"(?:不要|别|唔要|请勿|不接受|唔好|不考虑|不找|唔揾|非)[^,，。;\n]{1,12}$"
)
_PROVIDERS = re.compile(
    r"(?:law firms?|lawyers?|solicitors?|attorneys?|accounting firms?|cpa firms?|banks?|agents?|"
    r"local agents?|sales agents?|brokers?|consulting firm|recruiters?|headhunters?|translators?|"
    r"barristers?|大律师|律师|律所|律师事务所|律师行|律师楼|地产代理|物业中介|会计师|会计师事务所|会计师行|会计师楼|经纪|翻译公司|咨询公司|设计院|中介|代理|"
    r"猎头|银行|监理公司|货代|测量师行)"
)


# Somebody who does something here is not being looked for: "the bank requires", 银行会安排.
_ACTS_BEHIND = re.compile(
    r"(?:方面|那边|那里)?(?:会|要求|说|问|建议|告诉|将|通知|同意|不肯|唔肯)|"
    r" (?:wants|requires|required|asks|asked|says|said|told|insists|suggested|agreed|will not)\b"
)
_IS_PAST = re.compile(r"(?:设|开|开设|注册|成立|设立|申请|参加|办|买|招)[了咗过]")


_LACKS = re.compile(
    r"\b(?:have|has|had|there is|there are) no [^,.;\n]*$|(?:没有|冇|无)[^,。;\n]*$"
)


_BY = re.compile(r"由$|\bby (?:our |the |a )?$")
_BANK = re.compile(r"银行|banks?|保险公司")
_MESSENGER = re.compile(r"介绍|推荐|recommend|introduc|send")
_BARRISTER = re.compile(r"barristers?|大律师")


_LONG_NAME = 5


class _Use(Enum):
    ASKED = auto()
    IDLE = auto()
    REFUSED = auto()
    DROPPED = auto()


@dataclass(frozen=True, slots=True)
class Services:
    """The services of a need; `(code, mention)` pairs in the order of the text."""

    wanted: tuple[tuple[str, Mention], ...]
    refused: tuple[tuple[str, Mention], ...]
    is_contradictory: bool


def read_services(
    folded: str, mentions: Sequence[Mention], phrases: Sequence[Mention] = ()
) -> Services:
    """Sort the services named in a text into wanted and refused.

    A refused sector refuses its branch. What the enterprise is, has or does itself is neither. A
    general sector is dropped where something more specific answers for it: "a law firm for a
    merger" asks for mergers, "a lawyer to enforce an award" for enforcement.

    Args:
        folded: the folded text, line breaks kept.
        mentions: the mentions that name sectors, in the order of the text.
        phrases: requests said with words in between, as `find_phrases` gives them; they may
            overlap the mentions.
    """
    named = _merge(folded, mentions, phrases)
    described = bytearray(len(folded))
    for match in _DESCRIPTIONS.finditer(folded):
        described[match.start() : match.end()] = b"\1" * len(match.group())
    spread = _refusals(folded, named)
    uses = [
        _Use.DROPPED
        if all(described[mention.start : mention.end])
        else (_Use.REFUSED if is_refused else _use(folded, mention))
        for mention, is_refused in zip(named, spread, strict=True)
    ]
    refused = _pairs(named, uses, lambda use: use is _Use.REFUSED)
    refused_codes = {code for code, _ in refused}
    asked = _pairs(named, uses, lambda use: use is _Use.ASKED)
    if not any("." in code for code, _ in asked):
        # Only something general is asked for outright: what else is named makes it specific.
        asked = _pairs(named, uses, lambda use: use in (_Use.ASKED, _Use.IDLE))
    wanted = [pair for pair in asked if not any(covers(code, pair[0]) for code in refused_codes)]
    specific = [
        (code, mention)
        for code, mention in refused
        if not any(
            other != code and covers(code, other) and _is_same_sentence(folded, mention, beside)
            for other, beside in refused
        )
    ]
    return Services(
        wanted=tuple(reconcile(folded, wanted)),
        refused=tuple(dict.fromkeys(specific)),
        is_contradictory=any(code in refused_codes for code, _ in asked),
    )


def _is_same_sentence(folded: str, one: Mention, other: Mention) -> bool:
    first, second = sorted((one, other), key=lambda mention: mention.start)
    return second.start <= first.end + len(after(folded, first.end))


def covers(ancestor: str, code: str) -> bool:
    """Tell whether a sector is another one or stands above it."""
    return code == ancestor or code.startswith(f"{ancestor}.")


def _merge(folded: str, mentions: Sequence[Mention], phrases: Sequence[Mention]) -> list[Mention]:
    """Join names and phrases.

    A phrase speaks for itself and for the general names within it; where a name says better which
    leaf of the branch is meant, it speaks for the phrase.
    """
    at: dict[int, list[Mention]] = {}
    for mention in mentions:
        for place in range(mention.start, mention.end):
            at.setdefault(place, []).append(mention)
    silent: set[Mention] = set()
    for phrase in phrases:
        code = phrase.sectors[0]
        touched = {m for place in range(phrase.start, phrase.end) for m in at.get(place, ())}
        if any(_is_rival(other, code) for mention in touched for other in mention.sectors):
            silent.add(phrase)
        # Chinese runs on: 厂房的环境影响评估 values no land. English words stand by themselves.
        if not folded[phrase.end - 1].isascii() and any(_ends_in(m, phrase) for m in touched):
            silent.add(phrase)
        for mention in touched:
            is_within = phrase.start <= mention.start and mention.end <= phrase.end
            if is_within and any(covers(other, code) for other in mention.sectors):
                silent.add(mention)
    joined = [mention for mention in (*mentions, *phrases) if mention not in silent]
    return sorted(joined, key=lambda mention: (mention.start, mention.end))


def _ends_in(mention: Mention, phrase: Mention) -> bool:
    """Tell whether the last word of a phrase is part of a name that says something else."""
    return (
        mention.sectors[0][:3] != phrase.sectors[0][:3]
        and "." in mention.sectors[0]
        and mention.end - mention.start >= _LONG_NAME
        and phrase.start < mention.start < phrase.end <= mention.end
    )


def _is_rival(code: str, other: str) -> bool:
    """Tell whether two leaves share a top sector: the name says better than the phrase which."""
    return code != other and "." in code and code[:3] == other[:3]


def _pairs(
    mentions: Sequence[Mention], uses: Sequence[_Use], is_chosen: Callable[[_Use], bool]
) -> list[tuple[str, Mention]]:
    return [
        (code, mention)
        for mention, use in zip(mentions, uses, strict=True)
        if is_chosen(use)
        for code in mention.sectors
    ]


def _use(folded: str, mention: Mention) -> _Use:
    words = folded[mention.start : mention.end]
    left, right = before(folded, mention.start), after(folded, mention.end)
    is_had_already = mention.sectors[0] not in _SUBJECTS and is_had(
        folded, mention.start, mention.end
    )
    if is_had_already or _is_past(words, left) or _is_somebody_else(words, left, right):
        return _Use.DROPPED
    if _COMPANY_BEHIND.match(right) and not _ASKS.search(left[-40:]):
        return _Use.IDLE
    is_asked = _ASKS.search(left[-24:]) or _SERVICE_BEHIND.match(right)
    return _Use.IDLE if _WEAK.fullmatch(words) and not is_asked else _Use.ASKED


def _is_past(words: str, left: str) -> bool:
    return _IS_PAST.match(words) is not None or (
        _WAS_DONE.match(words) is not None and _JUST.search(left) is not None
    )


def _is_somebody_else(words: str, left: str, right: str) -> bool:
    """Tell whether an adviser is named who is not looked for: "our lawyers", 银行会安排."""
    if _BY.search(left) or (_ADVISERS.fullmatch(words) and _OUR_OWN.search(left)):
        return True
    if not _PROVIDERS.fullmatch(words):
        return False
    is_unwanted = _REFUSED_PERSON.search(left) is not None and not _LACKS.search(left)
    return is_unwanted or _ACTS_BEHIND.match(right) is not None


# What a need may be about: an enterprise that "has" one of these asks for help with it.
_SUBJECTS = frozenset(
    {"DIS.ENF", "DIS.DBT", "IPR.ENF", "TAX.CON", "DAT.SEC", "DIS.LIT", "DIS", "LEG.MAR", "INS.LAD"}
)


def _refusals(folded: str, mentions: Sequence[Mention]) -> list[bool]:
    needless = [_is_needless(folded, mentions, index) for index in range(len(mentions))]
    refused = [
        (no or is_ruled_out(folded, m.start, m.end) or _is_bare_not(folded, m.start))
        and not (_PROVIDERS.fullmatch(folded[m.start : m.end]) and _is_person(folded, m))
        for no, m in zip(needless, mentions, strict=True)
    ]
    links = [None] + [
        link(folded, mentions[i - 1].end, mentions[i].start) for i in range(1, len(mentions))
    ]
    # "no audit, tax or payroll": a bare comma counts in a list that goes on to an "or".
    goes_on = [False] * len(mentions)
    for i in range(len(mentions) - 1, 0, -1):
        follows = i + 1 < len(mentions) and goes_on[i + 1]
        goes_on[i] = links[i] == "link" or (links[i] == "comma" and follows)
    for i in range(1, len(mentions)):
        if refused[i - 1] and goes_on[i]:
            refused[i] = True
    is_behind = False
    for i in range(len(mentions) - 1, -1, -1):
        # X、Y都不用: said after the last, meant of all.
        follows = i + 1 < len(mentions) and goes_on[i + 1]
        is_behind = (
            refused[i] and (needless[i] or is_ruled_out_behind(folded, mentions[i].end))
        ) or (is_behind and follows)
        refused[i] = refused[i] or is_behind
    return refused


def _is_bare_not(folded: str, start: int) -> bool:
    return (
        _IS_VERB.match(folded, start) is not None
        and _BARE_NOT.search(folded[max(0, start - 2) : start]) is not None
    )


def _is_person(folded: str, mention: Mention) -> bool:
    """Tell whether it is somebody who is refused, not a service: 唔要再介绍律师行."""
    return _MESSENGER.search(before(folded, mention.start)[-16:]) is not None or (
        _BARRISTER.fullmatch(folded[mention.start : mention.end]) is not None
    )


def _is_needless(folded: str, mentions: Sequence[Mention], index: int) -> bool:
    """Tell whether the clause behind says that a service is not needed, and means this one."""
    mention = mentions[index]
    right = after(folded, mention.end)
    if _ACTS_BEHIND.match(right):
        return False
    found = _NEEDLESS_BEHIND.match(right)
    if found is None:
        return False
    last = mention.end + found.end()
    return not any(
        mention.end <= other.start < last
        and _BANK.fullmatch(folded[other.start : other.end]) is None
        and not _BY.search(folded[max(0, other.start - 8) : other.start])
        for other in mentions[index + 1 : index + 6]
    )
