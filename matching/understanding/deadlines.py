"""By when a need is wanted: the moment in a text that its words make a deadline."""

import re
from collections.abc import Sequence
from datetime import date

from matching.understanding.relative_times import LEAD_EN, LEAD_ZH, find_relative, lead_before
from matching.understanding.times import Moment, find_moments
from matching.understanding.types import Deadline

_BEFORE = re.compile(
    r"(?:\b(?:before|prior to|ahead of|in time for|earlier than)"
    r"(?: (?:the|our|its|this|next|[a-z-]{1,30} (?:fair|expo|meeting|summit)[a-z ,]{0,30}? in)){0,4}|"
    r"\b(?:before|in time for|ahead of) [^.;!?\n,]{0,45}? (?:in|on|of|next|this)|赶在) ?$"
)
_CHINESE_BEFORE = re.compile(
    r" ?(?:之前|以前|前(?!后|往|景|期|年|提|海|台|置))|"
    # 9月东博会前: before what takes place in that month.
    r"(?:的|在)?[^，。；,.;!！?？\n]{0,14}?(?:会|展|节|赛|峰会|论坛|博览会|交易会|大会|开幕|开馆)(?:开幕|召开|举行|开始)?(?:之前|以前|前)"
)
_STRONG_BEFORE = re.compile(
    r"(?:\b(?:by|within|until|till|no later than|not later than|latest(?: by| on)?|at the latest|due(?: date)?"
    r"(?: is| on| by| in)?|deadline(?: is| of| on| for [a-z ]{1,20})?|on or before|"
    r"need(?:ed|s)?(?: it| this| them| everything| an answer)? (?:by|on|in|for)|"
    r"expir\w+(?: on| in)?|clos(?:es|ing|e)(?: date)?(?: is| on| in| by)?|"
    r"(?:hearing|trial|auction|closing|completion|signing|submission|bid opening|board meeting|tender|"
    r"filing|meeting|opening|launch|go[- ]live|deadline|date|start(?:s|ing)?|begin\w*|ready|open|live|"
    r"sign|take place|held|listing|complete[d]?|finish(?:ed)?|done|deliver(?:ed|y)?|submit(?:ted)?|"
    r"file[d]?|close[d]?|arrive\w*|ship\w*|scheduled|planned|fixed)(?: date)?(?: (?:is|are|on|in|by|for|from|"
    r"at|set|scheduled|fixed|due|starts?|within))*|cut-?off|target(?:ing|ed)?(?: is| date)?|eta)[: ]*"
    r"(?:the |this |around |about |approximately |coming )*|"
    r"(?:截止|截标|截至|最迟|最晚|最慢|不迟于|不晚于|迟于|期限|限期|务必|必须|必需|须|请|要|希望|争取|计划|目标|预计|打算|拟|"
    r"时间|到期日?|死线|交付|开庭|开标|开业|上线|投产|聆讯|庭审|定|排期|排咗|排在|日期)(?:日期|日子?|时间)?(?:是|为|系|:|到|于|在|喺|定)* ?"
    r"(?:大约|约)?)$"
)
_STRONG_AFTER = re.compile(
    r" ?(?:,|，)?(?:之内|以内|内(?!地|部|容)|截止|截标|截|到期|期满|期限|开庭|聆讯|庭审|开标|为限|为止|要(?!求)|就要|须|必须|得(?!知)|"
    r"交|完成|搞定|搞掂|办好|办妥|出(?:报告|结果|方案)|提交|递交|开业|上线|投产|落水|开会|签约|出货|发货|拿(?:证|到|下|照)|取(?:得|证)|领证|获批|批下|下证|到位|落地|(?:要)?办(?:下|成|完)|deadline\b|latest\b|"
    r"at the latest|is the deadline|hearing|at latest|cut-?off)"
)
# In a month such a thing happens; on a day it is what everything must be ready for.
_EVENT_AFTER = re.compile(
    r" ?(?:,|，)?(?:开庭|聆讯|庭审|开标|开业|上线|投产|落水|开会|签约|出货|发货|hearing)"
)
_REJECTED_BEFORE = re.compile(
    r"(?:\b(?:since|dated|(?:signed|issued|received|made|given|delivered|obtained|registered|established|"
    r"(?:was|were|been|got) [a-z]+ed|arrested|detained|seized|arrived|collapsed|aground|sank|held up|stopped|raided|frozen|hit|"
    r"founded|incorporated|started|began|expired|ended|concluded|acquired|closed|passed)(?: (?:it|us|on|in|"
    r"back|by us|as))*|from(?: about)?|as (?:of|at)|last|past|previous|ago|after|following|earlier|early|"
    r"every|each|per|for(?: the)?|in force|effective|entered into force|between|not|until last)"
    r"(?: the| about| around)* ?|"
    r"(?<!截)(?:自从|自|从|至今|去年|上个?|签于|签订于|成立于|订立于|签署于|过去|近|最近|曾|已经|已于|已|拖欠|拖足|拖咗|拖了|"
    r"欠了|欠咗|每|逢|等|合同是|合约是|之前在|早在|去年|前年|生效于|满|超过|有效期|为期|租期))$"
)
_FROM_START = re.compile(r"(?:start\w*|begin\w*) from(?: the)? ?$")
_REJECTED_AFTER = re.compile(
    r" ?(?:以来|(?:早上|上午|中午|下午|凌晨)?(?:被|遭|刚|突然|发生|起火|出事|搁浅|触礁|沉没)|[^，。；,.;!?\n前内]{1,10}(?:被(?:捕|扣|抓|拘|查|盗|骗|冻|封|偷|刑拘)|遭)|签(?:署|订|了|的|咗)?(?!约)|成立|收到|的?(?:合同|合约|发票|判决|裁决|函|信|新闻|通知书?)|ago\b|至今|"
    r"(?:之|以)?后(?!要|就|完成)|起(?!诉|草)|开始(?:生效|实施|施行)|生效|实施|施行|(?:of|after) (?!the reference)|"
    r"(?:of |'s )?(?:contract|agreement|invoice|judg|award|letter|onwards)|账期|帐期|"
    # The year's end is a day, the year-end audit is a service.
    r"[ -]?(?:audit\w*|accounts?\b|statements?\b|financials?|bonus|reports?\b|stock-?tak\w*|book\w*|review)|"
    r"的?(?:审计|核数|结算|奖金|双薪|决算|盘点|汇算|财报|报表)|(?:放)?数期)"
)
_ONLY_FROM = re.compile(
    r"(?:\bonly\b[^.;!?\n]{0,40} (?:on|from|after|by|in|until)(?: the)?|\bnot\b[^.;!?\n]{0,40} (?:until|before)"
    r"(?: the)?|(?:要|得|须)等?到?) ?$"
)
_ONLY_THEN = re.compile(r" ?(?:之后|以后|后)?(?:才|先至|先可以|先有|先得)")
# Another plant that opens next year does not hold up this work.
_LATER_PHASE = re.compile(
    r"\b(?:later phase|next phase|phase (?:2|two)|revisit|later on|not in scope)\b|"
    r"到时|届时|再(?:谈|说|讲|考虑|做|倾)|投产|开业|二期|第二阶段"
)
# Two weeks before the fair on 1 May; 开标日(8月26日)前一周; 11月30日签约，须提早一个月.
_LEAD_TO = re.compile(
    rf"\b(?P<lead>{LEAD_EN}) (?:before|prior to|ahead of|in advance of|earlier than) [^.;!?\n]{{0,40}}$"
)
_LEAD_FROM = re.compile(
    rf" ?\)?(?:的|之)?[^，。；,;.!！?？\n]{{0,8}}?前(?:至少|最少|最迟)? ?(?P<lead>{LEAD_ZH})(?!内|后)|"
    rf"[^。；;.!！?？\n]{{0,24}}?(?:提早|提前|早)(?:至少|最少|起码)? ?(?P<early>{LEAD_ZH})|"
    rf"[^.;!?\n]{{0,30}}?\b(?P<advance>{LEAD_EN}) (?:in advance|beforehand|earlier|ahead|before(?= ?(?:$|[.,;!?\n])|hand| that| then))"
)
_SET_FOR = re.compile(
    r"\b(?:fixed|set|scheduled|listed|booked|planned|due|down|slated|arranged|called) for(?: the)? ?$"
)
# Work that is to begin on a day is wanted by then.
_WANTED_FROM = re.compile(
    r"\b(?:need|want|seek|look|requir|resident|available|on site|onsite|wanted)\w*\b[^.;!?\n]{0,60} from(?: the)? $"
)
# "Our manager was detained in Manila on Friday" tells of the Friday that was.
_HAPPENED = re.compile(
    r"\b(?:was|were|got) (?!(?:fixed|listed|scheduled|set|planned|given|told|asked|ordered|required|adjourned|moved|postponed)\b)"
    r"[a-z]+(?:ed|en|ght|ld|zen)\b(?:(?! (?:by|before|until|to|for|within|and|but)\b)[^.;!?\n]){0,30}?(?: on)? ?$"
)
_FAR_DAYS = 300
_LEFT, _RIGHT = 64, 40
_SENTENCE_END = re.compile(r"[!！?？。;；\n]|\.(?=\s|$)")


def read_deadline(folded: str, on: date) -> tuple[Deadline, Moment] | None:
    """Find by when a need is wanted.

    A moment is a deadline where the words around it say so ("by", 前, 截止), where it is counted
    from today ("within 30 days", 两周内), or where it is a coming day that nothing makes a date of
    something past. Of several deadlines the earliest counts.

    Returns:
        The deadline, `days` from `on`, and where it was read; None where there is none.
    """
    strong: list[tuple[date, Moment]] = []
    weak: list[tuple[date, Moment]] = []
    moments = _moments(folded, on)
    led = [lead for moment in moments if (lead := _lead(folded, moment, on)) is not None]
    strong.extend((lead.on, lead) for lead in led)
    for moment in moments:
        if any(lead.start <= moment.start < lead.end for lead in led):
            continue
        left, right = _around(folded, moment)
        if _is_rejected(moment, left, right):
            continue
        is_before = _BEFORE.search(left) is not None or _CHINESE_BEFORE.match(right) is not None
        day = moment.eve if is_before else moment.on
        if day < on:
            continue
        if is_before or moment.is_relative or _is_strong(left, right, moment):
            strong.append((day, moment))
        elif moment.eve == moment.on and not (moment.is_yearless and (day - on).days > _FAR_DAYS):
            weak.append((day, moment))
    candidates = strong or weak
    if not candidates:
        return None
    day, moment = min(candidates, key=lambda pair: (pair[0], pair[1].start))
    return Deadline(day, (day - on).days), moment


def is_too_late(folded: str, on: date, deadline: Deadline) -> bool:
    """Tell whether what the work needs is said to come only after the deadline."""
    if deadline.on is None:
        return False
    for moment in _moments(folded, on):
        left, right = _around(folded, moment)
        if _LATER_PHASE.search(left + right):
            continue
        if moment.on > deadline.on and (_ONLY_FROM.search(left) or _ONLY_THEN.match(right)):
            return True
    return False


def _moments(folded: str, on: date) -> Sequence[Moment]:
    found = sorted(
        (*find_moments(folded, on), *find_relative(folded, on)),
        key=lambda moment: (moment.start, -moment.end),
    )
    kept: list[Moment] = []
    for moment in found:
        if not kept or moment.start >= kept[-1].end:
            kept.append(moment)
    return kept


def _around(folded: str, moment: Moment) -> tuple[str, str]:
    left = folded[max(0, moment.start - _LEFT) : moment.start]
    ends = list(_SENTENCE_END.finditer(left))
    if ends:
        left = left[ends[-1].end() :]
    right = folded[moment.end : moment.end + _RIGHT]
    stop = _SENTENCE_END.search(right)
    return left, right[: stop.start()] if stop else right


def _lead(folded: str, moment: Moment, on: date) -> Moment | None:
    """Return the moment that lies as long before this one as the words around it say."""
    if moment.is_relative and moment.on == on:
        return None
    left, right = _around(folded, moment)
    start, end = moment.start, moment.end
    if (match := _LEAD_TO.search(left)) is not None:
        words, start = match["lead"], moment.start - len(left) + match.start()
    elif (match := _LEAD_FROM.match(right)) is not None:
        words, end = match["lead"] or match["early"] or match["advance"], moment.end + match.end()
    else:
        return None
    day = lead_before(words, moment.eve if moment.eve == moment.on else moment.on)
    return None if day is None or day < on else Moment(start, end, day, day)


def _is_rejected(moment: Moment, left: str, right: str) -> bool:
    if _REJECTED_AFTER.match(right) is not None:
        return True
    if _SET_FOR.search(left) or (moment.eve == moment.on and _WANTED_FROM.search(left)):
        return False
    if _HAPPENED.search(left):
        return True
    return _REJECTED_BEFORE.search(left) is not None and _FROM_START.search(left) is None


def _is_strong(left: str, right: str, moment: Moment) -> bool:
    is_day = moment.eve == moment.on
    if _STRONG_AFTER.match(right) is not None and (is_day or not _EVENT_AFTER.match(right)):
        return True
    return _STRONG_BEFORE.search(left) is not None and (
        is_day or not left.endswith((" in ", "在", "于", "喺"))
    )
