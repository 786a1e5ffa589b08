"""Words that rule out places, beyond those that rule out anything (see `scope`)."""

import re

_LEFT_OUT_BEFORE = re.compile(
    r"(?:\b(?:minus|less|ex-?|barring|save for|save|but not|leave out|leaving out|skip(?:ping)?|forget|"
    r"all but|anywhere but|anything but|no interest in|ruled? out|rules out|stay(?:ing)? away from|"
    r"steer clear of|not considering|aside from|never mind|omitting|(?:some|any)where outside(?: of)?|outside(?: of)? but not in|"
    r"(?:countr(?:y|ies)|places?|jurisdictions?|markets?|venues?|seats?) (?:outside(?: of)?|not including))(?: the)? |"
    r"(?:撇开|不碰|不进|绕开|避免|拒绝|(?:暂时?|先|目前)?不(?:谈|碰|看|提|理|搞|讲)|唔(?:讲|谈|理|睇)|暂不(?:考虑|进入|涉及|做|去)|不包括|不含|不考虑|剔除|排除|去掉|减去|唔要|唔包))$"
)
_NOT_ONLY = re.compile(
    r"\b(?:not (?:only|just|limited)|can(?:no|')t (?:rule|exclude))[^.;]*$|不(?:仅|只|限于)[^，。；,;]*$"
)
_LEFT_OUT_BEHIND = re.compile(
    r"^(?:那边|这边|市场|方面|的话|等国?|附属公司|子公司|分公司|分部|办事处|部分|板块|站|线|业务|外判商|外包商|外包公司|供货商|承办商|就|则|也|都|的|嘅)*(?:先|暂时?|目前|现阶段|现在|这次|本次|今次|一概|一律|已经?|明确|完全|都|也)*"
    r"(?:(?:不|唔)(?:在|喺)(?:今次|这次|本次|此次|我们)?(?:的)?(?:范围|考虑|计划|名单|清单)|不(?:考虑|要|管|去|做|用(?!户)|包括|包含|在内|纳入|作考虑|予考虑|理会|参与|涵盖|复盖|需要|搞|碰|看|理|谈|提(?![货供交醒])|接|推|进|列入|涉及|算|必)|无需|无须|毋须|毋需|冇需要|冇兴趣|没兴趣|没有兴趣|不感兴趣|没必要|除外|免了|"
    r"唔(?:去|要|使|考虑|包|做|算)|排除)|"
    r"^(?: market| office| side| entity| part| leg| subsidiary| company| business| branch| operation| outsourcer| vendor)?s?(?: (?:is|are|was|will be|would be))?(?: \w+ly| now| for now)?"
    r" (?:excluded|out of scope|off the table|off the list|not (?:needed|required|wanted|included|of interest|an option|"
    r"relevant|in scope|covered|necessary|considered|on the list)|ruled out|a no-?go)\b|"
    r"^ ?-? ?no(?:pe)?(?=\s*(?:[.,;)]|$))|"
    r"^ ?\((?:excluded|除外|不含|不包括)\)|^ ?excepted\b|"
    # "UAE not now", "Slovakia is not to be included", "Qatar we do not consider".
    r"^(?: market| office| side| part)?,? ?(?:(?:is|are|was|were|can|will|should|must|may|need|needs|shall)(?: be)?|we|-|–)?(?: (?:also|really|simply))?"
    r" ?(?:not (?:now|yet(?=\s*(?:[.,;)]|$))|at (?:the moment|this (?:stage|time|point)|present)|this (?:time|year|round)|for (?:now|us|the moment)|consider(?:ed|ing)?\b|"
    r"to (?:be )?(?:includ|consider|touch|cover|list|propos)\w*|(?:to |need )?be (?:included|considered|covered|proposed|touched)|"
    r"include\b|part of (?:it|this|the (?:scope|plan|project|list))|on our list|our (?:target|focus|concern|market))|"
    r"(?:do not|don't|dont|will not|won't|does not need to be|need not be|needn't be|did not|didn't) (?:want|need|consider|include|go|touch|cover|look|care|"
    r"included|considered|covered|plan)\b|left out|leave out|skipped|omitted|dropped|no need\b|no longer\b|off[- ]limits|forget it|no thanks?\b)|"
    r"^(?:的|仓库?|海外仓|工厂|厂|公司|市场|那边|这边|客户|渠道|团队|已经?|就|都)*(?:足?够(?:用|多)?了|不缺)(?=[，。,;]|$)|"
    r"^(?:那边|这边|那面)[^，。；,;\n]{0,14}[，,](?:但|不过|我们)?(?:目前|暂时?|现阶段|先|今次|这次)?(?:也|都)?(?:不(?:考虑|去|做|想|打算|碰|看|要)|唔(?:考虑|去|做|想|要))"
)
_EXCEPT_ALL = re.compile(r"除了?$")
_ALL_OTHERS = re.compile(r"^[^，。；,;\n]{0,6}?[，,]?(?:其他|其它|其余|余下|剩下|全部|都|均)")
_DROPPED = re.compile(
    r"^[^。；.;\n]{0,24}?(?:否了|否决|否掉|放弃|作罢|打消|pass掉)|"
    r"^[^。；,.;\n]{0,40}\b(?:ruled (?:it |that )?out|rejected|dropped|discarded|given up|abandoned)\b|"
    r"^[^.;,\n]{0,30}\b(?:done|completed|registered|covered|obtained),? (?:so |and )?(?:not|no) (?:needed|need|required)\b|"
    r"^[^.;\n]{0,60}?(?:,| so| but| and| therefore| hence) ?(?:we )?(?:so |have |therefore )?(?:there is )?(?:no need|not needed|not need|no thanks|"
    r"not interested|not (?:going|wanted|consider\w*|for us|an option)|drop(?:ped)? it|skip it|leave it out|ruled it out|decided against(?: it)?)(?=\s*(?:[.,;)]|$))|"
    r"^[^.,;\n]{0,40}\b(?:decided against|has been ruled out|was ruled out)\b|"
    r"^(?:那边|市场|方面|地区)*(?:因为?|由于|虽然?|太|过于?|较|门槛|成本|政策|风险|工资|关税)[^。；;\n]{0,26}?(?:不予考虑|决定不(?:去|考虑|做|进)|不作考虑|不再考虑|不在考虑之列|不列入考虑|不纳入考虑)|"
    r"^[^，。,;\n]{0,6}(?:已经?|过)[^，。,;\n结案]{0,6}[，,](?:不用[做管理办]?|不需要|不考虑|无需|唔使|唔考虑)(?=[，。,;]|$)"
)


# 新加坡那边已经有事务所在做，剩下两个国家…: seen to where the text goes on to the others.
_SERVED = re.compile(
    r"^(?:那边|这边|方面|市场|那家|那个|𠮶边|公司|子公司|的|嘅)*(?:已经?|早就?|一直|本身|目前)*(?:有|由|请了|请咗|找了|聘了|委托了|揾咗)(?!了?(?:公司|工厂|厂|子公司))[^，。；,;]{1,12}?"
    r"(?:在|紧)?(?:做|跟进|跟|负责|处理|服务|代理|打理|办理?|搞)(?:了|着|紧|开)?(?=[，,。;]|$)|"
    r"^(?:那边|这边|方面|公司)?(?:的|嘅)?(?:事务所|律所|律师|会计师行?|审计师|代理|顾问|中介|团队)(?:已经?|早就?|一直|正)(?:在|有)?(?:做|跟进|跟|负责|处理|代理|打理|办理?)(?:了|着|紧|开)?(?=[，,。;]|$)|"
    r"^(?: side| part| office| entity| one| company| subsidiary)?,? (?:is|are)(?: already| now)?(?: being)? (?:served|handled|looked after|covered|taken care of|managed|done) by\b|"
    r"^,?(?: where)? we (?:already )?(?:have|use|work with|retain|engaged|appointed|hired)(?: already)? (?:an? |our |our own |local )*(?:firm|counsel|lawyer|auditor|accountant|advis[eo]r|agent|provider|"
    r"consultant|someone|people)s?\b"
)
_OTHERS = re.compile(
    r"剩下|余下|其余|其他[两三四五六七八九几]个?|另外[两三四五六七八九几]个?|另[两三四五六七八九几]个|"
    r"\b(?:the (?:other|remaining) (?:two|three|four|five|six|countries|ones|markets|places|entities|companies|subsidiaries)|the rest|the others|remaining)\b"
)
_OUTSIDE = re.compile(
    r"^(?:之外|以外)(?:的|嘅)?(?:其他|其它|另一个?|任何)?(?:离岸|低税)?(?:地方|国家|地区|法域|司法管辖区|司法区|管辖区|市场|离岸地|交易所|城市|地点|选择|仲裁地)"
)


def is_served(folded: str, right: str) -> bool:
    """Tell whether somebody works there already and the text asks about the other places."""
    return _SERVED.match(right) is not None and _OTHERS.search(folded) is not None


def is_outside(right: str) -> bool:
    """Tell whether anywhere but there is meant: 开曼以外的地方."""
    return _OUTSIDE.match(right) is not None


def is_left_out(left: str, right: str) -> bool:
    """Tell whether words that rule out only places do so: "minus X", X暂不考虑, 除X其余."""
    if _NOT_ONLY.search(left):
        return False
    return bool(
        _LEFT_OUT_BEFORE.search(left)
        or _LEFT_OUT_BEHIND.match(right)
        or (_EXCEPT_ALL.search(left) and _ALL_OTHERS.match(right))
    )


def is_left_out_behind(right: str) -> bool:
    """Tell whether it is the words after a name that rule it out."""
    return _LEFT_OUT_BEHIND.match(right) is not None


def is_dropped(right: str) -> bool:
    """Tell whether a place was looked at and given up: 考虑过，但门槛太高，已经放弃."""
    return _DROPPED.match(right) is not None
