"""Limits on who may be proposed, in the text's own words, and what those words must not become."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_WHO = (
    r"(?:(?:law |accounting |audit |consult\w+ |translation )?(?:firms?|compan(?:y|ies)|practices?|offices?|chambers)|"
    r"lawyers?|counsel|solicitors?|barristers?|attorneys?|advis[eo]rs?|consultants?|providers?|agents?|"
    r"arbitrators?|mediators?|experts?|accountants?|auditors?|teams?|partners?|translators?|"
    r"interpreters?|professionals?|agenc(?:y|ies)|vendors?|surveyors?|engineers?|contractors?|banks?|brokers?|insurers?|"
    r"members?|(?:securities )?houses?|groups?)"
)
_NAME = r"(?:[a-z][a-z&'-]*)"
# Where nothing with a hyphen follows: a chain of hyphens is one name, not each way to cut it.
_WHOLE_NAME = r"(?:[a-z][a-z&'-]*+)"
_NO_LIMIT = (
    r"(?!(?:law|only|just|accounting|tax|legal|audit|other|longer|more|yet|need|big|small|idea|new|"
    r"such|consulting|a|the|any|much|sure|looking|seeking|asking) )"
)
_ZH_WHO = (
    r"(?:律师事务所|律师楼|律师行|律所|律师|会计师事务所|会计师行|会计师楼|会计师|事务所|公司|机构|团队|仲裁员|调解员|"
    r"顾问|中介|代理|服务商|供应商|施工队|经纪人?|所|行(?!业|动|政|使|为)|大状|大律师|人选|人士|合伙人)"
)
_ZH_NO = (
    r"(?:不要|不找|不用|不考虑|不接受|不选|不想(?:找|要|用)|不需要|不能(?:是|为|用)|不得(?:是|为)|谢绝|拒绝|拒|排除|别(?:找|推荐|给我)|"
    r"请勿(?:推荐|介绍)?|勿(?:推荐|荐)?|唔要|唔揾|唔考虑|唔好(?:揾|介绍|用|系)?|唔使(?:揾)?|唔接受|不是|非)"
)
_ZH_ONLY = r"(?:只要|只能(?:是|为|系|用|找)?|只可(?:是|系|用)?|只接|只找|只考虑|只接受|仅限|仅接受|仅考虑|限于|必须(?:是|为|要)?|须(?:是|为)?|一定要(?:是|系)?|要求(?:是|为)|净系要|只限|最好是|优先(?:考虑)?)"
_ZH_LAST_NO = (
    r"(?:就|都|一律|恕|也|亦)*(?:不要|不考虑|不行|不可以?|不接受|唔要|唔得|唔考虑|唔接受|免谈|免问|除外|勿扰)"
    r"(?=[，。；！,.;!\s]|$)"
)
_STOP_EN, _STOP_ZH = r"[^.,;:!?()\n]", r"[^，。；：！？、,.;:!?()\n]"


class Limit(StrEnum):
    """What kind of limit it is, which decides what its words still mean to the need.

    REFUSED: a kind of provider that is not wanted, by nationality, size or brand: a place in it is
    neither target nor excluded, and a profession in it is not refused as a service.
    WANTED: where the provider must be from, what it must have done: the places and services in it
    count only where the need names none besides.
    QUALITY: anything else about the provider; its words keep their meaning.
    """

    REFUSED = "refused"
    WANTED = "wanted"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Constraint:
    """A limit: what kind, and where it stands in the folded text."""

    limit: Limit
    start: int
    end: int


_PATTERNS: tuple[tuple[Limit, re.Pattern[str]], ...] = tuple(
    (limit, re.compile(pattern))
    for limit, pattern in [
        (
            Limit.WANTED,
            rf"\b(?:no|not|non|avoid|never|without|rather than|please no|don't want|do not want|not looking for)"
            rf"(?: to be| be| (?:a|an|any|the|another|from)){{0,4}}[ -]{_NO_LIMIT}{_NAME}(?:[ -]{_NAME}){{0,2}}?"
            rf"(?:[- ](?:based|owned|qualified|licen[sc]ed|registered|headquartered))? {_WHO}\b(?: please)?",
        ),
        (
            Limit.WANTED,
            rf"\b(?:must|should|has to|have to|needs? to|shall|can only|may only)(?: not)? be (?:an? |the )?"
            rf"{_NAME}(?:[ -]{_NAME}){{0,3}}? {_WHO}\b",
        ),
        (
            Limit.WANTED,
            rf"\b(?:only|strictly|exclusively) (?:an? )?{_NO_LIMIT}{_WHOLE_NAME}(?:[ -]{_WHOLE_NAME}){{0,2}}? {_WHO}\b|"
            rf"\b(?!no |not ){_WHOLE_NAME}(?:[ -](?!no ){_WHOLE_NAME}){{0,2}}? {_WHO} (?:only|preferred|required|is a must|a must)\b",
        ),
        (
            Limit.WANTED,
            r"\b(?:qualified|admitted|licen[sc]ed|registered|called|certified) (?:to practi[sc]e )?"
            rf"(?:in|under|by) (?:the )?{_NAME}(?: {_NAME}){{0,2}}|"
            rf"\b{_NAME}[- ](?:qualified|licen[sc]ed|admitted|registered|certified|accredited) {_WHO}\b|"
            rf"\bmust be (?:signed|certified|stamped|sealed|approved) by {_STOP_EN}{{3,60}}",
        ),
        (
            Limit.WANTED,
            r"(?:\b(?:no|not|non|avoid|without|other than|except|excluding|only|must be|prefer(?:ably)?|from)"
            r"(?: (?:a|an|any|the|one|of|from)){0,4}[ -])?"
            r"\b(?:big[- ](?:four|4|five)|top[- ](?:four|ten|tier|10|4)|magic circle|red circle|white[- ]shoe|"
            rf"bulge[- ]bracket|kpmg|deloitte|pwc|ernst (?:&|and) young)(?:[- ](?:{_WHO}))?(?: (?:only|please))?\b",
        ),
        (
            Limit.WANTED,
            rf"\b(?:no|not|avoid|without|prefer(?:ably|red)?|only|looking for|want|must be|need|an?)"
            r"(?: (?:a|an|any|the|to)){0,4} (?:small(?:er)?|boutique|mid[- ]?(?:sized?|tier)|medium[- ]sized|large|"
            r"big|huge|international|global|multinational|listed|state[- ]owned|independent|one[- ]man|solo)"
            rf"(?: or (?:small|medium|mid)[- ]?(?:sized)?)?(?: {_NAME})? {_WHO}\b(?: please| only)?",
        ),
        (
            Limit.WANTED,
            r"\b(?:no|without|avoid|not through|not via) (?:any )?(?:\w+ )?(?:agents?|middle ?m[ae]n|intermediar\w+|"
            r"brokers?|barristers?|freelancers?|individuals?|part-timers?|touts?)\b(?: please)?",
        ),
        (
            Limit.WANTED,
            # 不要律师 refuses a service; 不要内地律所 a kind of firm.
            rf"{_ZH_NO}(?!{_STOP_ZH}{{0,8}}(?:注册|设立|成立|开设?)公司){_STOP_ZH}{{1,10}}?{_ZH_WHO}|{_ZH_NO}(?:再)?(?:推荐|介绍|找|揾|通过|经)?"
            r"(?:中介|经纪人?|掮客|个人)",
        ),
        (
            Limit.WANTED,
            rf"(?:{_ZH_NO}|{_ZH_ONLY})(?:再)?(?:找|用|选|揾)?(?:国际)?四大(?:会计师事务所|所|行)?|"
            r"四大(?:会计师事务所|所|行|除外|优先|背景)|"
            r"(?:红圈|魔圈|内资|外资|精品|大型?|小型?|中小型?|头部)(?:所|律所|行|事务所|机构)(?:优先|即可|最好|除外|都得)?|"
            r"中介勿扰|非诚勿扰|(?:规模|人数)(?:要|须|必须|不低于|不少于|最少|起码)[^，。；,;\n]{0,10}(?:人|以上|以下|大|小)",
        ),
        (
            Limit.WANTED,
            rf"(?:{_ZH_ONLY}|{_ZH_NO})(?:一[家间个位名])?(?:(?!我)[^，。；：！？、,.;:!?()\\n]){{0,10}}?(?:籍|背景|资格|资质|牌照)(?:的|嘅)?{_STOP_ZH}{{0,4}}?{_ZH_WHO}?|"
            rf"{_ZH_ONLY}(?:一[家间个位名])?(?:(?!我)[^，。；：！？、,.;:!?()\\n]){{0,8}}?(?:本地|当地|香港|内地|中资|外资|英资|华资|本土)(?:的|嘅)?{_STOP_ZH}{{0,4}}?{_ZH_WHO}|"
            rf"(?:香港|内地|本地|当地|中资|华人|英国)?{_ZH_WHO}(?:优先|除外|免谈)",
        ),
        (
            Limit.WANTED,
            rf"(?:同|与|和|跟)[^，。；,;\n]{{1,14}}?(?:没有|无|冇|不存在)(?:任何)?(?:关联|关系|利益冲突|往来|利害关系)|"
            rf"(?:没有|未曾|未|从未|冇|无)(?:代理|服务|代表|受聘|做)过{_STOP_ZH}{{1,16}}|独立于{_STOP_ZH}{{1,14}}|"
            r"无利益冲突|没有利益冲突|冇利益冲突",
        ),
        (
            Limit.WANTED,
            rf"\b(?:independent (?:of|from)|(?:not|never) (?:affiliated|connected|associated|linked) (?:with|to)|"
            rf"no (?:conflicts?|ties|links?|relationship|connections?|affiliation)(?: of interest)?(?: (?:with|to))|"
            rf"(?:has|have|who|that) (?:not|never) (?:acted|worked|audited|advised|represented)){_STOP_EN}{{0,50}}|"
            rf"\bno {_WHO} (?:that|who|which) {_STOP_EN}{{1,50}}",
        ),
        (
            Limit.WANTED,
            rf"\b(?:(?:must|should) have |who (?:has|have) |that (?:has|have) |having |has |have |with )?"
            r"(?:(?:at least|minimum|min\.?|over|more than) )?(?:\d{1,2}\+?|five|ten|three|fifteen|twenty)"
            rf"(?: or more)?\+? years?'?(?: of)?{_STOP_EN}{{0,40}}?\b(?:experience|practice|standing|pqe|call)\b"
            rf"(?: (?:in|with|of){_STOP_EN}{{1,40}})?",
        ),
        (
            Limit.WANTED,
            rf"\b(?:(?:must|should|to) have |who (?:has|have) |that (?:has|have) |having |has |with )(?!been )"
            rf"(?:\w+ ){{0,3}}?(?:experience|track record|handled|done|advised|worked|acted|experienced|expertise)"
            rf"\b{_STOP_EN}{{0,60}}|\bexperienced in {_STOP_EN}{{1,40}}|\b{_NAME}(?: {_NAME})? experience "
            r"(?:required|preferred|needed|essential|is a must|a must|a plus)\b",
        ),
        (
            Limit.WANTED,
            rf"(?:要|须|必须|最好|需|希望)?(?:有|具备|具有)?(?:至少|起码)?(?:\d{{1,2}}|[一二三五两十]{{1,3}})年(?:或)?(?:以上)?(?:的|嘅)?"
            rf"{_STOP_ZH}{{0,12}}?(?:经验|执业|从业|资历)|"
            rf"(?:要|须|必须|最好|需|希望|曾|找|揾)?(?:有|具备|具有){_STOP_ZH}{{1,16}}?经验(?:的|嘅)?{_ZH_WHO}?|"
            rf"(?:要|须|必须|最好|需|希望|找|揾|曾经?)?(?:做|办|处理|代理|打|搞|服务|承办|参与)(?:过|咗){_STOP_ZH}{{1,18}}?(?:的|嘅)(?:{_ZH_WHO})|"
            rf"(?:要|须|必须|最好|需|希望|曾经?)(?:做|办|处理|代理|打|搞|服务|承办|参与)过{_STOP_ZH}{{1,14}}",
        ),
        (
            Limit.WANTED,
            # The refusal comes last: 只做住宅的不要, 四大不考虑, 中国籍的不行.
            rf"(?:(?:只|光|仅|没|冇|未)(?:做|办|搞|接|在)过?{_STOP_ZH}{{1,14}}?(?:的|嘅)(?:{_ZH_WHO})?|"
            rf"[\u4e00-\u9fff]{{1,4}}籍(?:的|嘅)?(?:{_ZH_WHO})?|(?:国际)?四大|(?:大|小|本地|国际)(?:所|行)|"
            rf"{_STOP_ZH}{{2,16}}(?:律师事务所|律师行|律所|事务所|测量师行|会计师行|中介|代理行?){_STOP_ZH}{{0,10}}，?恕?){_ZH_LAST_NO}|"
            r"(?:这|那|该|呢|嗰)[家间](?:公司|所|行)?(?:就)?(?:不要|唔好|别|勿|请勿)(?:再)?(?:推荐?|介绍|找|揾)了?|"
            rf"{_ZH_NO}(?:没有?|冇|未)(?:做|办|搞)过{_STOP_ZH}{{1,10}}的?(?:{_ZH_WHO})?",
        ),
        (
            Limit.WANTED,
            rf"{_ZH_WHO}(?:均|都|一律)?(?:须|必须|要(?!求)|需要?)(?:在|有|持有?|具备?){_STOP_ZH}{{2,14}}|"
            rf"(?:须|必须|要|需要?)有{_STOP_ZH}{{1,10}}(?:作品|业绩|案例|认可|资质|资格|牌照|分所|办公室|同事)|"
            r"(?:要|揾|找)(?:国际|本地|外资|中资)(?:行|所)",
        ),
        (
            Limit.WANTED,
            rf"\b(?:big|large|small|international|local|foreign)(?: [a-z]+){{0,2}} {_WHO} (?:are|is) not "
            r"(?:what we want|wanted|welcome|acceptable|considered|ok|an option)|"
            rf"\b{_WHO} [^.,;:!?()\n]{{0,50}}(?:can ?not|can't|must not|may not|should not|will not|won't) be "
            r"(?:used|proposed|considered|appointed|accepted|recommended)",
        ),
        (
            Limit.QUALITY,
            rf"\b(?:on|of) (?:the |an? )?(?:[a-z]+ )?(?:panel|list|roster)(?: of {_STOP_EN}{{1,20}})?|"
            r"\b(?:panel members?|[a-z]+ panel (?:members?|arbitrators?|mediators?))\b|"
            rf"\b[a-z]+(?: or [a-z]+)? members? only\b|"
            rf"\b(?:female|woman|women|male)(?: {_NAME})? {_WHO}\b|"
            r"\b(?:iso|cnas|hkas|ukas)[ -]?\d*[- ]accredited\b|\bnot employed by [^.,;\n]{1,30}",
        ),
        (
            Limit.QUALITY,
            r"女性?(?:律师|仲裁员|调解员|顾问|合伙人|翻译)|(?:在|列入)[^，。；,;\n]{0,14}?(?:名册|名录|名单)(?:内|上|的|中)?|"
            rf"(?:有|持|具备|具有)(?:相关|有效)?{_STOP_ZH}{{0,10}}?(?:牌照|执照|资质|认可资格|执业证|执业资格)(?:的|嘅)(?:{_ZH_WHO})?|持牌(?:的|嘅)?{_ZH_WHO}",
        ),
    ]
)
_LOCAL = re.compile(rf"\blocal (?:{_NAME} )?{_WHO}\b")
# "no lawyer yet", "we don't have a firm" say what is missing, not what is refused.
_MISSING = re.compile(
    r"(?:\b(?:have|has|had|got|there (?:is|are)|with)(?: \w+)? ?|\b(?:we|i|they|it)(?: are| is| am|'re|'m|'s) |有|冇|没)$"
)
_REFUSAL = re.compile(
    r"(?:please )?(?:no|not|non|avoid|never|without|rather than|other than|except|excluding|don't|do not)\b|"
    rf"(?:must|should|has to|have to|needs? to|shall|can only|may only) not\b|{_ZH_NO}|中介勿扰|非诚勿扰|"
    r".*(?:除外|免谈|不要|不考虑|不行|不可以?|不接受|唔要|唔得|唔考虑|唔接受|免问|勿扰)$|"
    r".* (?:are|is|be|not|n't)\b.*\b(?:want|wanted|welcome|acceptable|considered|used|proposed)$"
)


def find_constraints(folded: str) -> tuple[Constraint, ...]:
    """Return the limits on who may be proposed, in the order of the text, none overlapping."""
    found = [
        _constraint(limit, match)
        for limit, pattern in _PATTERNS
        for match in pattern.finditer(folded)
        if _MISSING.search(folded[max(0, match.start() - 14) : match.start()]) is None
    ]
    kept: list[Constraint] = []
    for constraint in sorted(found, key=lambda one: (one.start, -one.end)):
        if kept and constraint.start < kept[-1].end:
            continue
        kept.append(constraint)
    return tuple(kept)


def _constraint(limit: Limit, match: re.Match[str]) -> Constraint:
    words = match.group()
    start = match.start() + len(words) - len(words.lstrip())
    kind = Limit.REFUSED if _REFUSAL.match(words.lstrip()) else limit
    return Constraint(kind, start, match.start() + len(words.rstrip()))


def constraint_spans(folded: str) -> tuple[tuple[int, int], ...]:
    """Return the places in a folded text whose words limit the provider."""
    return tuple((one.start, one.end) for one in find_constraints(folded))


def is_within(start: int, end: int, spans: Iterable[Constraint], *limits: Limit) -> bool:
    """Tell whether a mention lies within a limit of one of these kinds."""
    return any(one.limit in limits and one.start <= start and end <= one.end for one in spans)
