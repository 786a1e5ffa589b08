"""What the words around a name do to it: ruling out, listing, and where a phrase ends.

Every pattern is tried on a short window of folded text beside one name, so the time a reading
takes grows with the text and with nothing else.
"""

import re

WINDOW = 90
_PHRASE_END = re.compile(r"[,，;；:：!！?？。、\n()（）\[\]【】\"“”「」《》]|\.(?=\s|$)|[—…]")
_SENTENCE_END = re.compile(r"[!！?？。;；\n]|\.(?=\s|$)")

# What may stand between a negation and the name it rules out, in English.
_FILLERS = (
    r"(?:need|needed|needs|want|wanted|require|required|requiring|looking|look|seeking|seek|"
    r"interested|considering|consider|including|include|covering|cover|going|go|involve|involving|"
    r"help|assistance|support|work|with|in|into|to|for|from|of|on|at|by|about|any|a|an|the|further|"
    r"more|additional|other|another|new|extra|separate|external|outside|hire|hiring|use|using|"
    r"engage|engaging|appoint|retain|pay|recommend|suggest|propose|introduce|introducing|send|"
    r"refer|give|quote|pitch|offer|price|after|me|us|our|your|have to|want to|be|being|do|doing|get|getting|start|starting|"
    r"handle|touch|pursue|pursuing|necessarily|at this stage|right now|yet another|please|"
    r"services? (?:of|for)|(?:kind|type|sort|form) of)"
)
# A-not-A is a question: 要不要, 需不需要, 使唔使.
_ZH_NEGATIONS = (
    r"(?:不包括|不包含|不含|(?<!要)不要|(?<!去)不去|(?<!考虑)不考虑|不涉及|(?<!做)不做|(?<!在)不在|"
    r"(?<!想)不想|不打算|不进入|(?<!需)(?<!需要)不需要?|不必|(?<!用)不用|(?<!找)不找|(?<!打)不打|"
    r"(?<!搞)不搞|(?<!选)不选|(?<!是)不是|并非|而非|无需|无须|毋须|毋需|无意|无意向|(?<!使)唔使|"
    r"(?<!洗)唔洗|(?<!要)唔要|(?<!去)唔去|(?<!需)唔需要?|唔包|(?<!系)唔系|(?<!考虑)唔考虑|"
    r"(?<!想)唔想|(?<!好)唔好|(?<!打)唔打算?|(?<!做)唔做|(?<!揾)唔揾|(?<!请)[不唔]请|(?<!聘)[不唔]聘|冇需要|冇必要|"
    r"没必要|没有必要|没需要|无必要|暂不|暂无|别找|别给|不接受|不委托|不愿意?|不希望|不准备|"
    r"(?<!走)不走|不再|不诉诸|拒绝|免去|免除|省去|省掉|千万别|请别|请勿|切勿|勿|"
    r"(?<=[,。;!、\s])别(?!的|处|人|墅|国)|^别(?!的|处|人|墅|国)|"
    r"排除|剔除|避开|避免|撇除|撇开|(?<![东西南北中是])非(?!常|洲|法))"
)
_ZH_FILLERS = (
    r"(?:再|去|到|在|于|喺|做|搞|打|找|请|揾|聘请|聘|委托|任何|另外|额外|考虑|涉及|进行|提供|包括|需要|有|的|"
    r"嘅|我们?|我哋|一上来就|一开始就|马上|立即|立刻|急着|上|直接|轻易|贸然|随便|先|就|给|帮|帮手|帮忙|畀|俾|推荐|推介|引荐|介绍|"
    r"安排|使用|用|走|办理?|搞埋|单独|重新|什么|其他|其它|其他的|更多|还|又|同时|多|来|要|想|这|那|些|个|"
    r"该|动不动就|配|新的?|(?:在|喺|于)[^,。;不]{1,5}?)"
)
_RULED_OUT_BEFORE = re.compile(
    r"(?:\b(?:not|never|no|non|don't|do not|doesn't|needn't|don ?t|won't|except(?:ing)?|excluding|"
    r"excludes?|other than|apart from|rather than|instead of|without|avoid(?:ing)?|nor|neither|"
    r"no longer|skip|skipping|spare us|hold off|forget about|leave out|leaving out|minus|refuse|decline)"
    rf"(?: {_FILLERS})*:?[ -]|"
    rf"{_ZH_NEGATIONS}{_ZH_FILLERS}{{0,8}}(?:服务)?[:]?\s?)$"
)
_NOT_AN_EXCLUSION = re.compile(
    r"(?:\bnot (?:only|just|limited to|merely|yet|sure|certain|clear|simply|least|to mention)\b"
    r"[^.;\n]*|\b(?:why not|whether or not|if not)\b[^.;,\n]*|"
    r"(?:不只是?|不仅仅?是?|不光是?|不单是?|唔止|不限于|不知道?|不清楚|不确定|不懂|唔知|唔识|是不是|"
    r"系唔系|要不要|要唔要|需不需要|使唔使|用不用)[^,。;\n]*|"
    # What an enterprise has not got is not what it refuses.
    r"\b(?:have|has|had|there is|there are|with) no (?!in\b|for\b|need\b)[^.;,\n]*)$"
)
_EXCEPT_BEFORE = re.compile(r"(?:除了|除去|除开|扣除|除)[^，。；,.;\n]{0,20}$")
_OUTSIDE_AFTER = re.compile(r"[^，。；,.;\n]{0,20}?(?:之外|以外|外)(?P<rest>[^。；.;\n]{0,12})")
_BESIDES = re.compile(r"[，,]?\s*+(?:我们|我司|本公司|公司|我哋)?\s*+(?:还|也|亦|同时|更|仲)")
# Where a negation behind a name ends its clause, or goes on with a verb that is about the name.
_ENDS = (
    r"(?=[了的吧啊呢嘛啦喇嚟,。;、:!?()\s]|$|管|理|推荐|考虑|再|谈|碰|介绍|找|揾|做|办|你|您|贵|在)"
)
_RULED_OUT_AFTER = re.compile(
    r"(?:(?:方面|服务|部分|部份|一项|一环|呢块|这块|这一块|的话|顾问|律师|公司|事宜|问题|工作|这类|那类|这种|之类|等|𠮶啲|呢啲)*"
    r"(?:[,]?\s*(?:就|都|则|我们|我司|我哋|暂时|目前|暂|一律|一概|统统|通通|全部|绝对|完全|可以|也|均|今次|这次|本次|此次|已经|大家)){0,4}"
    r"(?:(?:暂时|暂且|目前|暂|先|现阶段|今年|这次|本次|今次|眼下)+(?:不|唔)(?:做|搞|考虑|请|找|揾|办|要|碰|打算|需要|需|处理|委托)|"
    r"除外|(?:不|唔)(?:谈|倾|搞|适用|合用|感兴趣)(?=[,。;!\s]|$)|(?:用不着|用唔着|使唔着|没兴趣|冇兴趣|谢绝|免谈)|"
    r"不(?:考虑|包括|在内|需要|在(?:本次|这次|此次|今次)?(?:范围|考虑|此列|之列)|予考虑|列入)|唔(?:考虑|包|需要)|[不唔](?:劳烦|麻烦|归我|关我)|"
    rf"(?:不[要去做用搞必]|不必要|唔[去要使洗做搞]|无需|毋须|免){_ENDS}|免了|跳过|省略|略过|算了)|"
    r" (?:services?|work|help|support|advice|part|side|advisers?|advisors?|consultants?)?"
    r" ?(?:(?:is|are|would be|will be)(?: (?:also|both|all|currently|definitely|strictly))?"
    r" (?:excluded|out of scope|out\b|not (?:really )?(?:what we (?:seek|want|need|are after)|needed|required|necessary|wanted|an option|"
    r"part of|in scope|included|of interest|our concern|applicable|on the list)|ruled out|off the table|unnecessary)|"
    r"excluded\b|not (?:needed|required|wanted|included|necessary|applicable)\b|(?:can|may) (?:be (?:skipped|left "
    r"out|ignored|omitted)|stay out)|"
    r"(?:we )?(?:do not|don't|will not|won't) (?:need|want|require)(?=[.,;)]|$)|(?:out|aside)(?=[.,;)]|$))|"
    r"(?: (?:services?|work|help|support|advice))? ?[:(-] ?(?:no\b|not (?:needed|required|wanted)\b))"
)
# What the enterprise has or does itself is not asked for, and not refused either.
_OURS = (
    r"\b(?:our|the|my)(?: own)?(?: [\w&'-]+){0,3}? (?:hq|headquarters|head office|group|team|lawyers?|counsel|accountants?|auditors?|parent|"
    r"office|staff|bank|landlord|employer|developer|forwarder|colleagues?|department|people|main contractor|contractor)"
)
_HANDLES = (
    r"(?:handles?|does|do|takes? care of|deals? with|looks? after|covers?|manages?|arranges?|sees? to|"
    r"prepares?|keeps?)"
)
_OF_IT = r"(?:(?:the|all|our|its|this|that|their|own|any|of) )"
_WE = r"(?:我们|我司|我方|我哋|本公司|公司|集团|总部|自己|自家|本身|内部|国内|香港总部)"
_HAD_BEFORE = re.compile(
    r"(?:\b(?:we've|i've|we|i|our \w+|company|group|they|it|and|but|already|also|there)"
    r"(?: (?:already|currently|do|now|also|each))* (?:have|had|has|'ve|got|have got|hired|engaged|"
    r"appointed|retained|work with|use|employ|finished|completed|done|obtained|hold)"
    r" (?:already )?(?:(?:got|hired|engaged|appointed|retained|chosen|found|done|finished|completed|"
    r"obtained|secured|arranged) )?(?:(?:a|an|the|our|own|in-house|inhouse|internal|good|regular|"
    r"existing|local|full|trusted|longtime|usual|retained|long-standing|house|their|some|its|"
    r"global|group|hk|hong kong|chinese) )+|"
    r"\balready (?:have|has|got|hired|engaged|appointed|retained|done|completed|filed|obtained|"
    r"finished|covered by|with) (?:(?:a|an|the|our|own|in-house|internal|all|of) )*|"
    r"\b(?:our|my) (?:own|in-house|inhouse|internal|existing|current|usual|regular) |"
    rf"{_OURS} (?:will |can |shall |would |is going to |already |itself )*{_HANDLES} {_OF_IT}*|"
    r"(?:已有|已经有了?|[名旗]下有|有自己的?|自有|现有的?|已聘请?|已委托了?|已请了?|已经找好了?|已找到了?|"
    r"内部有|本身有|自己有|有固定的?|长期合作的?|原有的?|已拿到|已取得|已获得?|已办理?好?|已完成了?|已做了?|"
    r"已经做了|已经做过|已经完成|已经办了|已经拿到|已经取得|已经请了|已经聘了|已经委托|有咗|已经有咗|"
    r"已经揾咗|自己嘅|做咗|搞掂咗|搞定了|"
    r"自己(?:会|可以|能|来)?(?:搞掂|搞定|做|办理?|处理|负责|解决)|自行(?:办理|处理|负责|解决|完成)|(?<!想)(?<!要)(?:法务|同事|团队|财务|总部)自己)"
    r"(?:了|一[家个名位间]|自己的|自己|的|专门|专职|当地|本地|长期|合作的|固定的?|常年|嘅){0,8})$"
)
_HAD_AFTER = re.compile(
    r"(?:(?:方面|服务|部分|这块|这一块|的话|顾问|律师|公司|事宜|问题|工作|团队|手续|文件|报告|部分呢){0,4}"
    r"(?:[和及与同、](?:施工|安装|采购|监理|装修|生产|运营|制造))?"
    rf"[,]?\s*(?:就|都|则|由|均|的事|是){{0,4}}{_WE}{{0,4}}(?:会|可以|能|来|就|都|也)*"
    r"(?:已有|已经有|已经请|已经找|已聘|已委托|已经委托|已经办|已办|已完成|已经完成|已做|已经做|已拿到|"
    r"已取得|已经拿到|已经搞|(?:已经?|早已|早就|都)(?:定(?:了|下|好|咗)|聘|选定|敲定|签约|签好|委任|到位|落实|确定|指定|齐备|办妥|谈好|"
    r"统保|投保|买(?:了|好|咗)?|揾(?:好|到|咗)|找好|找到|请(?:了|好|咗)|解决|另(?:行|外)?(?:安排|委托|聘))|已经?(?:外包|外判)|另(?:行|外)?有(?:安排|人)|"
    r"(?:我们|我哋|我司)?用(?:回|返)?(?:我们|我哋|我司|自己|自家|集团|总部|公司|内部)|有专人|自理|自备|自聘|另(?:议|谈|说|计|案处理)|"
    r"自己(?:会|来|能|可以)?(?:做|搞|处理|负责|办|解决|有人?|写|译|翻|请)|"
    r"自行(?:处理|解决|办理|负责|完成|安排)?|"
    r"内部(?:解决|处理|负责|有人|团队|法务)|有人(?:负责|做|跟)|有团队|有了|搞定了?|搞掂|做完|办完|办好|(?:以后|之后|稍后|日后|到时|将来|迟啲|(?:第?[二三四2-4]|下一?)(?:期|阶段|步|轮)|明年|后年|下半年|下个?年度?|后期|等[^,。;]{1,10}?)(?:先|再)?(?:再)?(?:讲|说|谈|算|处理|考虑|做|看|睇|搞|请|倾)|"
    r"做好了|安排好|(?:已|已经)?(?:由|交由|交给|有|一直由|都由)(?:我们|我司|国内|德勤|毕马威|安永|普华|四大|律师|会计师|代理|本公司|本集团|公司|法务|内部|总部|集团|财务|别人|其他|另一|另外|另有|现有|当地|园区|原有|客户|银行|对方|业主|香港|总包|分包|承包商|承建商|房东|发展商|保险|母公司|"
    r"合作方|买方|卖方|同事|专人|老板|股东)[^,。;]{0,8}?(?:负责|处理|统一|统保|承担|自理|自聘|聘|做|跟|办|买|投保|安排|搞|提供|承保))|"
    r"(?: (?:services?|work|side|part|matters?|report|team|stuff|things))?,?"
    r" (?:(?:is|are|was|were|will be|has been|have been)(?: (?:already|all|now|being|also|both|"
    r"currently|fully))*"
    r" (?:in good hands|handled|done|covered|managed|taken care of|in place|sorted|arranged|completed|finished|"
    r"filed|in-house|in house|engaged|appointed|ready|under control|dealt with|looked after|"
    r"prepared|obtained|with (?:ey|pwc|kpmg|deloitte|another|our (?:usual|own)))|"
    r"(?:we|our (?:own )?\w+(?: \w+)?) (?:can |will |already |do |shall |would )*"
    r"(?:handles?|do|does|covers?|manages?|have|has|prepare|take care|arrange|keep|deal|look after|"
    r"did|prepared)\b(?: (?:it|that|this|them))?(?: (?:ourselves|in-house|in house|internally|already|"
    r"ourself))?|"
    r"(?:can|will|may|should|must) (?:wait|follow later|come later)\b|comes? later\b|"
    r"already (?:done|in place|completed|filed|handled|covered|sorted|obtained|have|engaged|retained|appointed|"
    r"hired|chosen|arranged|settled|bought|booked|signed|found|on board)|"
    r"(?:stays?|remains?|sits?|lies|is|are) with (?:our|the|another|my)\b|"
    r"(?:handled |done )?in-house\b|ourselves\b|by our (?:own|in-house|internal)))"
)
# Somebody sees to it: as good as "not needed". Not what is put off, nor a paper that is in hand.
_SETTLED_BEFORE = re.compile(
    rf"(?:{_OURS} (?:will |can |shall |would |is going to |already |itself )*{_HANDLES} {_OF_IT}*$)|"
    r"(?:\balready (?:have|has|got|hired|engaged|appointed|retained|chosen)(?: (?:an?|the|our|own))*|"
    r"(?:已聘请?|已经?请|已经?委托|已经聘|已经?找好|已经?找到|(?:自己|自行)[^,。;]{1,4})"
    r"(?:了|咗|一[家个名位间])*) ?$"
)
_NOT_SETTLED = re.compile(
    r"以后|之后|稍后|日后|到时|将来|迟啲|另议|另谈|另说|另计|另案|等|明年|后年|半年|下个|下年|下一|期|阶段|拿到|取得|wait|later|obtained|"
    r"ready|prepare|filed|^ ?ourselves"
)
_LINK = re.compile(r" ?(?:/|、|和|及|与|或|跟|同|以及) ?|,? (?:and|or|nor) (?:the |in |any )?")
_COMMA = re.compile(r", ?(?:the )?")


def phrase_ends(folded: str) -> list[tuple[int, int]]:
    """Split folded text into phrases, `[start, end)`, at punctuation and line breaks."""
    return _split(folded, _PHRASE_END)


def sentence_ends(folded: str) -> list[tuple[int, int]]:
    """Split folded text into sentences, `[start, end)`; a semicolon ends one too."""
    return _split(folded, _SENTENCE_END)


def before(folded: str, start: int) -> str:
    """Return what precedes a name within its sentence, `WINDOW` characters at most."""
    window = folded[max(0, start - WINDOW) : start]
    ends = list(_SENTENCE_END.finditer(window))
    return window[ends[-1].end() :] if ends else window


def after(folded: str, end: int) -> str:
    """Return what follows a name within its sentence, `WINDOW` characters at most."""
    window = folded[end : end + WINDOW]
    stop = _SENTENCE_END.search(window)
    return window[: stop.start()] if stop else window


def is_ruled_out(folded: str, start: int, end: int) -> bool:
    """Tell whether the words beside a name rule it out: "not in X", 不去X, 除X外, "X excluded"."""
    left, right = before(folded, start), after(folded, end)
    if _RULED_OUT_BEFORE.search(left) and not _NOT_AN_EXCLUSION.search(left):
        return True
    if is_ruled_out_behind(folded, end):
        return True
    if _EXCEPT_BEFORE.search(left):
        outside = _OUTSIDE_AFTER.match(right)
        # 除了越南外，还要泰国 asks for both.
        return outside is not None and not _BESIDES.match(outside["rest"])
    return False


def is_had(folded: str, start: int, end: int) -> bool:
    """Tell whether the words beside a service say that the enterprise has it or does it itself.

    "we already have an auditor", 已有审计师, 翻译我们自己做: not asked for, and not refused.
    """
    left = before(folded, start)
    return _HAD_BEFORE.search(left) is not None or (
        _HAD_AFTER.match(after(folded, end)) is not None
    )


def is_settled(folded: str, start: int, end: int) -> bool:
    """Tell whether a service that the enterprise has is said to be seen to: "done by our HR".

    财务尽调已经做完了, "we already have an architect" close the matter; 融资以后再说 puts it off.
    """
    if _SETTLED_BEFORE.search(before(folded, start)) is not None:
        return True
    behind = _HAD_AFTER.match(after(folded, end))
    return behind is not None and _NOT_SETTLED.search(behind.group()) is None


def is_ruled_out_behind(folded: str, end: int) -> bool:
    """Tell whether it is the words after a name that rule it out: "X and Y excluded", X、Y除外."""
    return _RULED_OUT_AFTER.match(after(folded, end)) is not None


def link(folded: str, previous_end: int, start: int) -> str | None:
    """Say how two names follow each other in one list.

    Returns:
        "link" for "and", "or", 、, 和 and the like, "comma" for a bare comma, None where they do
        not stand in one list.
    """
    if not 0 < start - previous_end <= 10:
        return None
    between = folded[previous_end:start]
    if _LINK.fullmatch(between):
        return "link"
    return "comma" if _COMMA.fullmatch(between) else None


def _split(folded: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    start = 0
    for match in pattern.finditer(folded):
        pieces.append((start, match.start()))
        start = match.end()
    pieces.append((start, len(folded)))
    return [(first, last) for first, last in pieces if folded[first:last].strip()]
