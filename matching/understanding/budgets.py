"""Which amount in a text is the budget for fees, which is another amount, and which is neither."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from matching.understanding.currencies import currency_of
from matching.understanding.money import Amount, find_amounts
from matching.understanding.types import Budget, BudgetBasis, OtherAmount

# What the money is for is said by the nearest of these words.
_BUDGET = (
    r"(?:\b(?:budget\w*|bugdet|buget|budegt|budjet|bud?ge?t|fees?|legal cost|costs? (?:should|must|to|under|within|below|no more)|"
    r"spend(?:ing)?|willing to pay|(?:can|could|will|would) (?:only )?(?:pay|offer|afford|spend|do)|"
    r"(?:is|are) available|afford|ball ?park|(?:happy|willing|prepared|ready|expect(?:ing)?|able) to (?:pay|spend|go)|(?:can|could) (?:go|stretch)(?: up)? to|(?:we|i)(?: \w+n't| will| would| can| could| cannot)?(?: not)?(?: only)? pay|pay(?:ing)? (?:up to|max|no more|at most|around|about)|quot\w+|(?!^)pric(?:e|ing)|retainers?|"
    r"price range|set aside|allocat\w+|earmarked|we (?:only )?have|rates?|lump[- ]sum|flat[- ]fee|"
    r"(?:cap|ceiling|limit|max(?:imum)?) (?:for|on) (?:everything|all|both|this|it|fees?|services?|the (?:whole|lot|job|work))|"
    r"fixed[- ]fee|spending limit|all[- ]in|honorarium|remuneration)\b|"
    r"批(?:准|下来?)?(?:了|的|咗|嘅)*(?:额度|上限|金额)|预算|费用|律师费|顾问费|服务费|代理费|办理费|咨询费|翻译费|月费|年费|费率|使费|收费|出价|报价|价格|价钱|价位|"
    r"酬金|经费|开支|花费(?!了|咗)|花(?!了|咗|过|费)|愿意?(?:付|出|支付|俾|给)|(?:可以|只能|最多|准备|打算|计划|愿意)(?:支付|付|出|花|俾|给|用)|"
    r"俾得起|够(?:不够|唔够|吗|么|嘛)|(?<!标的)(?<!标)(?<!售)价(?=[:：]|格|位)|包干|一口价|全包|埋单|(?<![经消自])费(?=[用]?(?:约|大|在|不|上|最|预|控|为|是|每|:|$))|(?<!授信)(?<!额度)(?<!贷款)(?<!投资)(?<!融资)(?:上限|封顶)|"
    r"(?:老板|领导|总部|董事会|公司|财务|上头)(?:只|已经?|就)?(?:批|给|俾)(?:了|咗|出)?(?!我|他|准)|拨款|顾问预算|成本控制)"
)
_OTHER = (
    r"(?:\b(?:transfer[- ]pricing|(?:upward |downward |tax )?adjust(?:ment|ments|ed)|cost us|^price|repairs?|demurrage|ransom|earn(?:s|ed|ing)?|wages?|medical|over a|"
    r"contracts? (?:(?:was|is|has|have|been|already|just|now|recently) ?)*(?:signed|won|awarded|concluded)|"
    r"(?:won|signed|awarded|landed|secured) (?:an? |the |our )?(?:\w+ ){0,2}?(?:contract|tender|bid|order|project)|matured|default(?:ed|s)?|"
    r"(?:land|purchase|sale|selling|unit|contract|market|asking|offer|share|strike|bid) prices?|"
    r"(?:project|plant|factory|building|construction|machine\w*|land|equipment) costs?|rent(?:al|s)?|"
    r"(?:contractor|supplier|vendor|seller|builder)'?s? (?:quot\w+|prices?|offers?|bids?)|royalt\w+|"
    r"licen[cs]e fees?|spent|paid|charged|stock|inventory|sukuk|debentures?|offering|placement|mortgage\w*|grants?|"
    r"claim\w*|counter-?claim\w*|disput\w+|ow(?:e|es|ed|ing)\b|unpaid|outstanding|overdue|"
    r"arrears|receivables?|invoic\w+|debts?|loans?|borrow\w*|lend\w*|financ\w+|credit (?:line|facility)|"
    r"facility|fin(?:e|es|ed)\b|penalt\w+|assess\w+|back[- ]tax\w*|tax bill|taxes due|duty|duties|"
    r"deals?|transactions?|invest\w*|capex|project (?:value|cost|size|worth|sum)|worth|valued?|"
    r"contract (?:value|price|sum|amount)|contract (?:is|of|worth)|turnover|revenues?|sales|"
    r"registered capital|capital|paid-up|valuation|acqui\w+|purchas\w+|buying|bought|buy|rais(?:e|ing)|"
    r"(?<!budget )(?<!fee )amount(?:ing|s)?|ipo|bonds?|notes?|guarantees?|letters? of credit|l/c|lc|damages|loss(?:es)?|award\w*|judg(?:e?)ment|"
    r"deposit|goods|shipment|cargo|ask(?:s|ed|ing)? for|demand\w*|sued?|suing|seiz\w+|frozen|stuck|"
    r"insured|sum insured|market cap|funding|fund\b|equity|stake|shares|principal|payment of|"
    r"refus\w+ to pay|salary|salaries|property|order of|orders|export\w*|import\w*|series [a-d]|"
    r"compensation|settlement|refund|withh\w+)|"
    r"每[张笔宗票批]?单|每[笔宗票批]|合同已签|签了|签咗|签下|中标|拿下|接到|接咗|出口(?:到|至|往|了|咗)|调整|调增|花费了|花费咗|花过|违约金|诉请|维修费|修理费|修船费|医药费|医疗费|运费|滞期费|滞箱费|拖车费|救助费|赎金|勒索|垫付|对方要|每[柜箱船吨]|租|"
    r"许可费|特许费|加盟费|底价|索赔|索偿|申索|追数|地价|楼价|屋价|房价|房款|尾数|想融|拟融|要融|再融|收了|收咗|付了|付过|俾咗|花了|花咗|用了|已付|已花|已支付|被坑|标的|争议|涉案|欠|拖欠|货款|尾款|余款|货值|应收|债|贷|融资|集资|募资|罚|补税|补缴|税款|核定|追缴|追讨|"
    r"评税|投(?=了|咗|过|资)|(?<!预算)(?<!费用)金额|投资|投入|项目(?:金额|总额|造价|规模)|合同(?:额|金额|价|总价|总额|标的)|合约(?:额|金额|价)|工程款|工程(?:额|总额)|"
    r"造价|营业额|营收|年销|销售额|产值|注册资本|注册资金|资本|资本金|实缴|交易|收购|并购|对价|作价|估值|发行|损失|蚀|赔|"
    r"裁决|判决|判|保证金|定金|订金|押金|质保金|保额|总值|市值|价值|规模|股权|增资|入股|年薪|月薪|薪|工资|佣金|订单|出口额|进口额|"
    r"货|扣押|冻结|被扣|被骗|诈骗|索要|起诉|被告|本金|额度|授信|保函|信用证|退税|税额|税金|补偿|遗产|采购|买|售价|租金|卖)"
)
# Right behind an amount these say what it measures; before it they may say what is paid for.
_MEASURED = re.compile(
    r"[ -]?(?:的|级)?(?:(?:arbitration|dispute|case|lawsuit|litigation|project|contract|plant|factory|"
    r"tender|transaction|company|business|portfolio|building|hotel|park|mine|refinery|mill|solar|wind|power|deal|facility|bond|loan|fund|development|railway|highway|bridge|hospital)\b|"
    r"[^,，。;；预费]{0,4}(?:仲裁|案|纠纷|争议|官司|项目|工程|合同|厂房|工厂|酒店|园区|订单|生意|公司|企业))"
)
_CUE = re.compile(rf"(?P<budget>{_BUDGET})|(?P<other>{_OTHER})")
_INVESTMENT_BUDGET = re.compile(
    r"(?:\b(?:investment|project|construction|capex|acquisition|m&a|purchase|building|marketing) "
    r"|(?:投资|项目总|工程|建设|建厂|收购|并购|采购|设备|装修|广告))$"
)
# What was paid once is no budget.
_PAST = re.compile(
    r"\b(?:last (?:year|time|month)|previous(?:ly)?|earlier|in the past|used to|already|so far)\b|"
    r"去年|前年|上次|上回|上年|旧年|以往|以前|早前|之前(?:找|请|揾|的)|原来|已经?"
)
# Paid, spent or signed: said right behind an amount.
_DONE_AFTER = re.compile(
    r"[,，]? ?\(?(?:整|左右)?(?:(?:我们|我方|我司|客户|对方|业主)?(?:已经?|早已|都已|均已)(?:全部|全数|先|一次)?(?:付|缴|交|花|支付|结清|收|汇|转)|付(?:清|咗|了|过)|缴清|"
    r"(?:(?:was|were|is|are|has|have|been|already|all|now|fully) ){1,4}(?:paid|spent|settled|charged|invoiced|wired|transferred))"
)
# Facts about the enterprise or its counterparty say less than what is at stake.
_BACKGROUND = re.compile(
    r"turnover|revenue|sales|registered capital|paid-up|exports?|imports?|valuation|market cap|"
    r"营业额|营收|年销|销售额|产值|注册资本|注册资金|实缴|出口额|进口额|估值|市值|总值"
)
_FEE_OF = re.compile(r"(?:费|fees?|预算|budget)")
_SENTENCE_END = re.compile(r"[!！?？。;；\n]|\.(?=\s|$)")
_CLAUSE_END = re.compile(r"[,，、()（）\[\]【】—…]|\.(?=\s|$)| - ")
_ASIDE_END = re.compile(r"[,，、()（）—]")
_NAMED_AFTER = re.compile(r"(?:[的嘅]?(?:预算|费用|律师费|顾问费)|(?:total )?(?:budget|fees?)\b)")
_TOTAL = re.compile(
    r"\b(?:total|overall|altogether|in all|grand total)\b|合计|总共|总计|一共|合共|加埋|总预算|总费用"
)
_FOR_WORK = re.compile(
    r" (?:for|to cover) (?:(?:the|this|all|both|your|legal|professional) )*"
    r"(?:everything|all|both|lot|whole|work|job|services?|fees?|phase|stage|case|matter|audit|advice|filing)\b"
)
_FOR = re.compile(r" (?:for|to cover) ")
_WINDOW = 60
_FAR_WINDOW = 140
_AFTER_WINDOW = 30

_BASES: tuple[tuple[BudgetBasis, str, str], ...] = (
    (
        BudgetBasis.PER_MONTH,
        r"\b(?:for )?(?:per|a|each|every) (?:calendar )?(?:month|mth)\b|/ ?(?:month|mth|mo)\b|\bmonthly\b|"
        r"\bp\.?m\.?(?= |$)|\bpcm\b|每个?月|/ ?个?月|一个?月|按月|毎月",
        r"月费|每个?月|按月|\bmonthly\b|\bper month\b|月度",
    ),
    (
        BudgetBasis.PER_JURISDICTION,
        r"\b(?:for )?(?:per|a|each|every) (?:country|jurisdiction|market|state|territory)\b|"
        r"/ ?(?:country|jurisdiction|market)\b|[每/一] ?个?(?:国家|国|地区|市场|司法管辖区|法域|地)",
        r"每一?个?(?:国家|国|地区|市场|司法管辖区|法域|地)|单[国个]国?家?|"
        r"\b(?:per|each|every) (?:country|jurisdiction|market)\b",
    ),
    (
        BudgetBasis.PER_DOCUMENT,
        r"\b(?:for )?(?:per|a|each|every) (?:\w+ )?(?:document|doc|copy|certificate|set|deed|file|report|page|"
        r"contract|piece)s?\b|/ ?(?:document|doc|copy|certificate|page|set|report)\b|"
        r"[每/一] ?[份件本页套张]|单份|\beach(?=$|[.])",
        r"[每单一][份件本页套张]|\b(?:per|each|every) (?:document|doc|copy|certificate|report|page)s?\b",
    ),
    (
        BudgetBasis.PHASE_1,
        r"\b(?:for|in|on) (?:the )?(?:phase (?:1|one|i)\b|first (?:phase|stage)|stage (?:1|one)\b|"
        r"initial phase)|\(?\b(?:phase (?:1|one|i)\b|first phase|stage (?:1|one)\b)",
        r"\b(?:phase (?:1|one|i)\b|first (?:phase|stage)|stage (?:1|one)\b|initial phase)|"
        r"首期|第?一期|第一阶段|首阶段|第一步|前期",
    ),
)
_BASIS_AFTER = [(basis, re.compile(after)) for basis, after, _ in _BASES]
_BASIS_BEFORE = [(basis, re.compile(before)) for basis, _, before in _BASES]
_FIRST_PHASE = _BASIS_BEFORE[-1][1]
_LATER_PHASE = re.compile(
    r"\b(?:then|later|second|phase (?:2|two|ii)|stage (?:2|two)|afterwards)\b|后续|后面|第?二期|第二阶段|之后|再"
)
_FLUFF = re.compile(
    r"(?:\b(?:total|in total|all in|only|please|or|ok|max|per|month|about|is|fine|around|thanks?|"
    r"the|a|for|everything|hkd|rmb)\b|总共|一共|合计|左右|以内|之内|全部|搞定|搞掂|元|内|我们|可以|的|"
    r"[\s:.()/*+~-])+"
)
_SALARY = re.compile(
    r"^[^,，。;；\n]{0,6}(?:per (?:person|head|hour|mark|class|item|hr)|/(?:人|小时|hour|hr|h)|每人|一个人|每小时)"
)


class Purpose(StrEnum):
    """What an amount is for."""

    BUDGET = "budget"
    OTHER = "other"
    ALONE = "alone"


@dataclass(frozen=True, slots=True)
class Money:
    """The amounts of a need that mean something to matching.

    Attributes:
        budget: the amount that is the budget, or None; basis: what it pays for.
        is_alone: no word says that it is the budget, but it stands there as nothing else.
        other: the first amount that is something else, or None.
        is_contradictory: the budget is said to be at least more than it is said to be at most;
            then there is none.
    """

    budget: Amount | None = None
    basis: BudgetBasis = BudgetBasis.TOTAL
    is_alone: bool = False
    other: Amount | None = None
    is_contradictory: bool = False


def read_money(folded: str) -> Money:
    """Find the budget and the other amount of a need.

    An amount is the budget if the nearest word about money in its sentence says so, or if it is
    paid per month, document or country. An amount with no such word is no budget, unless it
    stands alone between two commas ("Thai trade mark, RMB 20k").
    """
    amounts = [a for a in find_amounts(folded) if not _is_after_no_word(folded, a)]
    purposes = [_purpose(folded, amounts, place) for place in range(len(amounts))]
    budgets = [place for place, purpose in enumerate(purposes) if purpose is Purpose.BUDGET] or [
        place for place, purpose in enumerate(purposes) if purpose is Purpose.ALONE
    ]
    others = [place for place, purpose in enumerate(purposes) if purpose is Purpose.OTHER]
    at_stake = min(
        others, key=lambda place: (_is_background(folded, amounts, place), place), default=None
    )
    other = amounts[at_stake] if at_stake is not None else None
    if not budgets:
        return Money(other=other)
    chosen = min(budgets, key=lambda place: (_rank(folded, amounts, place), place))
    floors = [amounts[place] for place in budgets if amounts[place].is_floor]
    caps = [amounts[place] for place in budgets if amounts[place].is_cap]
    if len(floors) == len(caps) == 1 and floors[0].sign in (caps[0].sign, "元", "$", None):
        if floors[0].low > caps[0].high:
            return Money(other=other, is_contradictory=True)
        both = replace(
            caps[0],
            start=min(floors[0].start, caps[0].start),
            end=max(floors[0].end, caps[0].end),
            low=floors[0].low,
            is_range=True,
        )
        return Money(both, _basis(folded, amounts, chosen), other=other)
    return Money(
        amounts[chosen],
        _basis(folded, amounts, chosen),
        purposes[chosen] is Purpose.ALONE,
        other,
    )


def _is_background(folded: str, amounts: Sequence[Amount], place: int) -> bool:
    """Whether the last word about an amount is one about size, not about what is at stake."""
    floor = amounts[place - 1].end if place else 0
    cues = [
        match.group()
        for match in _CUE.finditer(_clause_before(folded, amounts[place].inner, floor))
    ]
    return bool(cues) and _BACKGROUND.search(cues[-1]) is not None


def _rank(folded: str, amounts: Sequence[Amount], place: int) -> int:
    """Order budgets: what is called the total, any other, what one person or one hour costs."""
    amount = amounts[place]
    floor = amounts[place - 1].end if place else 0
    if _TOTAL.search(_clause_before(folded, amount.inner, floor)):
        return 0
    return 2 if _SALARY.match(folded[amount.end : amount.end + _AFTER_WINDOW]) else 1


def as_budget(
    amount: Amount, basis: BudgetBasis, home: str | None, places: tuple[str, ...]
) -> Budget:
    """Turn an amount into the budget, its currency told by the text or by the home."""
    currency, is_inferred = currency_of(amount.sign, home, places)
    minimum, maximum = amount.bounds
    return Budget(minimum, maximum, currency, basis, amount.is_approximate, is_inferred)


def as_other_amount(amount: Amount, home: str | None, places: tuple[str, ...]) -> OtherAmount:
    """Turn an amount into one that is no budget; of a range it is the higher number."""
    currency, is_inferred = currency_of(amount.sign, home, places)
    return OtherAmount(amount.high, currency, amount.is_approximate, is_inferred)


def _is_after_no_word(folded: str, amount: Amount) -> bool:
    """Whether an amount has neither sign nor unit nor a word about money right before it."""
    if amount.sign is not None:
        return False
    left = _clause_before(folded, amount.inner, 0)
    if amount.has_unit:
        right = folded[amount.end : amount.end + _AFTER_WINDOW].lstrip(" (,")
        if any(pattern.match(right) for _, pattern in _BASIS_AFTER) or _NAMED_AFTER.match(right):
            return False
        if amount.is_cap and _is_alone(left, _clause_after(folded, amount.end, len(folded))):
            return False
        if any(pattern.search(left[-6:]) for _, pattern in _BASIS_BEFORE) and amount.is_cap:
            # 每月两万以内
            return False
        return _CUE.search(_sentence_before(folded, amount.inner, 0)) is None
    cues = list(_CUE.finditer(left))
    return not cues or cues[-1]["budget"] is None or len(left) - cues[-1].end() > 12


def _purpose(  # noqa: PLR0911 a line for each sign, the strongest first
    folded: str, amounts: Sequence[Amount], place: int
) -> Purpose | None:
    amount = amounts[place]
    floor = amounts[place - 1].end if place else 0
    ceiling = amounts[place + 1].start if place + 1 < len(amounts) else len(folded)
    clause = _clause_before(folded, amount.inner, floor)
    bare = _clause_before(folded, amount.start, floor)
    right = _clause_after(folded, amount.end, ceiling)
    if _DONE_AFTER.match(folded, amount.end):
        return Purpose.OTHER
    cue = _last_cue(clause)
    if cue is None and _MEASURED.match(right):
        return Purpose.OTHER
    if cue is None and _TOTAL.search(clause):
        return Purpose.BUDGET
    if cue is None and (match := _CUE.search(right)) is not None:
        cue = Purpose.BUDGET if match["budget"] else Purpose.OTHER
    if cue is not None:
        return cue
    previous = amounts[place - 1] if place else None
    is_pair = previous is not None and (
        (previous.is_floor and amount.is_cap) or (previous.is_cap and amount.is_floor)
    )
    if is_pair and amount.start - floor <= 3:
        # "at least 20k, at most 30k" is one budget.
        return _purpose(folded, amounts, place - 1)
    if _has_basis(clause, right) or (amount.is_cap and amount.sign is not None):
        # "to collect unpaid invoices, US$5k max": nobody sets a limit on what he is owed.
        return Purpose.ALONE
    said = _last_cue(_sentence_before(folded, amount.inner, floor, _FAR_WINDOW))
    if not bare.strip() and amount.sign is not None and _FOR.match(right):
        return said if said and not _FOR_WORK.match(right) else Purpose.ALONE
    if said is None and _is_alone(bare, right):
        return Purpose.ALONE
    return said or (Purpose.OTHER if amount.sign is not None else None)


def _has_basis(left: str, right: str) -> bool:
    stripped = right.lstrip(" (,")
    return any(pattern.match(stripped) for _, pattern in _BASIS_AFTER) or any(
        pattern.search(left) for _, pattern in _BASIS_BEFORE
    )


def _is_alone(left: str, right: str) -> bool:
    return all(_FLUFF.fullmatch(side) is not None for side in (left, right) if side.strip())


def _last_cue(words: str) -> Purpose | None:
    found: Purpose | None = None
    for match in _CUE.finditer(words):
        is_budget = match["budget"] is not None and not (
            match["budget"].startswith(("budget", "预算"))
            and _INVESTMENT_BUDGET.search(words[: match.start()])
        )
        is_budget = is_budget and not _PAST.search(_last_clause(words[: match.start()]))
        found = Purpose.BUDGET if is_budget else Purpose.OTHER
    return found


def _last_clause(words: str) -> str:
    ends = list(_CLAUSE_END.finditer(words))
    return words[ends[-1].end() :] if ends else words


def _basis(folded: str, amounts: Sequence[Amount], place: int) -> BudgetBasis:
    amount = amounts[place]
    floor = amounts[place - 1].end if place else 0
    ceiling = amounts[place + 1].start if place + 1 < len(amounts) else len(folded)
    right = _clause_after(folded, amount.end, ceiling)[:_AFTER_WINDOW]
    said = _sentence_before(folded, amount.inner, floor)
    for basis, pattern in _BASIS_AFTER:
        if (match := pattern.search(right)) is not None:
            # "Quote per country, max 1,200 each": what each is was said before.
            is_each = match.group() == "each"
            return (is_each and _said_basis(said)) or basis
    left = _clause_before(folded, amount.inner, floor)[-_AFTER_WINDOW:]
    for basis, pattern in _BASIS_BEFORE:
        if pattern.search(left):
            return basis
    is_first_phase = _FIRST_PHASE.search(said) and not _LATER_PHASE.search(said)
    return BudgetBasis.PHASE_1 if is_first_phase else BudgetBasis.TOTAL


def _said_basis(words: str) -> BudgetBasis | None:
    return next((basis for basis, pattern in _BASIS_BEFORE if pattern.search(words)), None)


def _clause_before(folded: str, start: int, floor: int) -> str:
    return _last_clause(_sentence_before(folded, start, floor))


def _clause_after(folded: str, end: int, ceiling: int) -> str:
    window = folded[end : min(ceiling, end + _WINDOW)]
    stop = _SENTENCE_END.search(window)
    window = window[: stop.start()] if stop else window
    # "(max)" and ", all in" belong to the amount; a further clause does not.
    stop = _ASIDE_END.search(window)
    return window[: stop.start()] if stop else window


def _sentence_before(folded: str, start: int, floor: int, size: int = _WINDOW) -> str:
    window = folded[max(floor, start - size) : start]
    ends = list(_SENTENCE_END.finditer(window))
    return window[ends[-1].end() :] if ends else window
