"""How urgent a need is: by its deadline, and by what it says of its hurry."""

import re

from matching.understanding.types import Deadline, Urgency

CRITICAL_DAYS = 7
HIGH_DAYS = 30
_LOW = re.compile(
    r"\b(?:no (?:great |big |particular |real )?(?:hurry|rush|urgency)|not (?:in a (?:hurry|rush)|"
    r"(?:very |so |that |particularly |at all )?urgent|rush\w*)|non-urgent|isn't urgent|"
    r"take (?:your|the) time|whenever (?:convenient|you can)|no (?:fixed )?(?:deadline|time pressure)|"
    r"(?:timing|timeline|schedule) is (?:flexible|relaxed|loose|open)|flexible (?:on )?(?:timing|timeline)|"
    r"in no (?:hurry|rush)|at your (?:leisure|convenience)|long[- ]term plan)\b|"
    r"(?:不|唔)(?:太|算|是很|是|系好|系|用|需要|必|使)?(?:着急|紧急|急|赶时间|赶)|慢慢(?:来|嚟|做|谈|倾)|"
    r"(?:时间|進度|进度)(?:上)?(?:比较|很|好)?(?:充裕|充足|宽松|灵活|不限|够)|没有?(?:什么)?时间(?:限制|要求)|冇时间限制|"
    r"没有?急(?:事|需)|不赶|无需加急|不(?:用|需要?)加急|有空(?:再|先)"
)
_CRITICAL = re.compile(
    r"\b(?:emergenc\w+|under attack|aground|capsiz\w+|(?:is |are |now )sinking|on fire|immediate(?:ly)?|right (?:now|away)|at once|straight ?away|(?:very|extremely|most|"
    r"super|really|so) urgent(?:ly)?|asap today|now or never|critical(?:ly)? urgent|drop everything|"
    r"(?<!what we )(?:need\w*|want\w*) [^.;:,!?\n]{6,40} now\b(?! only))|"
    r"(?<!不用)(?<!唔使)(?:立刻|立即|立马|马上|即刻|即时|实时(?!监|数|通)|十万火急|火急|万分紧急|万急|特急|非常急|非常紧急|"
    r"十分紧急|超急|急死|救命|救急|紧急求助|事态紧急|刻不容缓|火烧眉毛|(?:现在|而家|依家|宜家)就(?:要|得|需)|搁浅(?:了|喺|在)|触礁|着火|起火|正在下沉|应急(?:团队|响应|处置|救援|小组|人员)|(?:正在|刚刚?)被(?:攻击|入侵|扣))(?!上市|起)"
)
_HIGH = re.compile(
    r"\b(?:urgent(?:ly)?|asap|a\.s\.a\.p\.?|as soon as (?:possible|you can|practicable|feasible)|as quickly as possible|at the earliest|"
    r"quickly|rush(?: job)?|hurry|in a hurry|pressing|time[- ]sensitive|time is (?:short|tight|of the "
    r"essence|running out)|tight (?:deadline|timeline|schedule)|expedite[d]?|soonest|promptly|fast[- ]track)\b|"
    r"尽快|尽早(?!见面|面谈|沟通)|尽速|从速|加急|紧急|紧迫|急(?:需|寻|找|求|聘|用|招|征|购|订|揾|请|租)|很急|好急|急(?=[!！,，。:：;；]|$)|急急|好赶|赶时间|时间(?:很|比较|好)?(?:紧|赶)|"
    r"越快越好|愈快愈好|快啲|快点|迫切|着急|早日(?=办|完|解)|趁早|抓紧|速(?=联|回|办|复|寻)|急件|急单|在急|较急|比较急|有点急|有啲急"
)


def read_urgency(
    folded: str, deadline: Deadline | None
) -> tuple[Urgency, tuple[tuple[int, int], ...]]:
    """Grade how urgent a need is.

    Args:
        folded: the folded text.
        deadline: as read from it, or None.

    Returns:
        The grade, and where in the folded text it is said in words; no place where only the
        deadline tells, or nothing does. Critical: seven days or fewer, or an emergency; high:
        thirty days or fewer, or said to be urgent; low: said to be in no hurry.
    """
    days = deadline.days if deadline is not None else None
    low = [match.span() for match in _LOW.finditer(folded)]

    def said(pattern: re.Pattern[str]) -> tuple[tuple[int, int], ...]:
        # "not urgent" is no urgency.
        return tuple(
            match.span()
            for match in pattern.finditer(folded)
            if not any(start < match.end() and match.start() < end for start, end in low)
        )

    critical, high = said(_CRITICAL), said(_HIGH)
    if critical or (days is not None and days <= CRITICAL_DAYS):
        return Urgency.CRITICAL, critical
    if days is not None and days <= HIGH_DAYS:
        return Urgency.HIGH, high
    if low and not high:
        return Urgency.LOW, tuple(low)
    return (Urgency.HIGH, high) if high else (Urgency.NORMAL, ())
