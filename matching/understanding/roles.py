"""What the words around a place make of it: a target, a later phase, a law, a mere mention.

Every pattern is tried on what stands beside one name within its sentence. A weak role counts only
where the text names no better target, so "our US customers" is a place to ask about when nothing
else is, and otherwise a description.
"""

import re
from enum import StrEnum

from matching.understanding.contexts import PlaceInText
from matching.understanding.exclusions import is_dropped, is_left_out, is_outside, is_served
from matching.understanding.homes import LIKELY_HOMES
from matching.understanding.regions import takes_the_rest
from matching.understanding.scope import is_ruled_out

PROVIDER = (
    r"(?:law firm|firm|lawyer|counsel|solicitor|barrister|attorney|accountant|auditor|adviser|"
    r"advisor|consultant|consultancy|arbitrator|mediator|agent|agency|agencie|provider|"
    r"practitioner|sponsor|broker|securities house|insurer|expert|surveyor|translator|interpreter|notary|notarie|advocate|outsourcer|vendor|freelancer)s?"
)
ZH_PROVIDER = (
    r"(?:律师事务所|律所|律师行|律师|大律师|事务所|会计师|审计师|顾问|中介|代理机构|服务商|服务机构|仲裁员|核数师|会计师行|会计师楼|"
    r"调解员|机构来做|外判商|外包商|外包公司|外包团队|咨询机构|供货商|承办商|咨询公司|翻译公司|测量师|专家|所(?=不|,|，|。|$))"
)
_SIDE = (
    r"(?:buyer|customer|client|supplier|distributor|partner|employer|investor|shareholder|owner|"
    r"vendor|seller|debtor|counterparty|importer|retailer|contractor|subcontractor|dealer|tenant|"
    r"landlord|borrower|licensee|franchisee|agent|reseller|wholesaler|producer|manufacturer|"
    r"trader|respondent|claimant|party|side|competitor|company|firm|group|parent|lender|bank)"
)
_ZH_SIDE = (
    r"(?:客户|客人|买家|买方|卖家|卖方|供应商|合作方|合作伙伴|业主|经销商|代理商|分销商|进口商|股东|投资方|投资者|"
    r"投资人|合伙人|债务人|承包商|分包商|甲方|乙方|对手|伙伴|母公司|船东|雇主|一家公司|公司|集团|企业|厂商|商人|株式会社|会社|方)"
)
_LAW_LEFT = re.compile(
    r"(?:\b(?:governed by|subject to|choice of|chose|chosen|choosing|applies|apply|applying|"
    r"governing law(?: is| of|:| -| being| will be)?|law of the contract(?: is|:)|proper law(?: is|:)?|"
    r"construed (?:in accordance with|under)|law (?:is|of):?)(?: the)?(?: laws? of)?(?: the)? |"
    r"\blaws of(?: the)? )$"
)
_UNDER_LEFT = re.compile(
    r"\b(?:contract|agreement|clause|deed|terms?|mou|spa|sha|loan|charterparty|bond)s?\b[^.;]{0,40}"
    r"\b(?:under|in|by)(?: the laws? of)?(?: the)? $"
)
_LAW_RIGHT = re.compile(r"^(?:'s)?(?: governing| substantive| contract)? laws?\b")
_LAW_RIGHT_ALONE = re.compile(
    r"^(?:'s)?(?: |-)(?:laws?(?: |-)(?:govern\w*|appl\w+|is (?:the )?(?:governing|chosen|applicable)|"
    r"as (?:the )?governing|contracts?|agreements?|clause|spa|sha|charter ?part(?:y|ies)|bills? of lading|loan|facility|bond|deed|governed|mou|guarantee|policy|lease|terms)|governing law)\b"
)
_ZH_LAW_LEFT = re.compile(
    r"(?:适用(?:法律?)?(?:为|是|的是|:)?|准据法(?:为|是|选|约定为|:)?|(?:管辖|管限|适用)法律?(?:为|是|:)|"
    r"法律适用(?:为|是)?|约定(?:适用)?|受|选择?|以|按)$"
)
_ZH_LAW_RIGHT = re.compile(
    r"^(?:的)?(?:法律?|普通法)(?!院|庭|规|人|定|务|国|系|语|兰|律师|律服务|律意见|律顾问|律事务)"
)
_ZH_STRICT_LAW_RIGHT = re.compile(
    r"^(?:的)?(?:法律?)?(?:为|是|作为?)(?:准据法|适用法|管辖法|管限法)|"
    r"^法律?(?:管辖|管限|管治)|^法(?:[，,。;]|$)"
)
# "English law, London seat." says what governs the contract.
_CLAUSE_START = re.compile(r"(?:^|[,;:(])\s*$")
_LAW_CLAUSE = re.compile(r"^(?: |-)law\s*(?:[.,;)]|$)")
_JUDGMENT_RIGHT = re.compile(
    r"^(?:'s)?(?: |-)?(?:(?:high|supreme|district|commercial|court|arbitral|arbitration|seated|"
    r"final|international|cietac|hkiac|siac|people's)[ -]){0,4}"
    r"(?:judgments?|judgements?|awards?|rulings?|decrees?)\b|"
    r"^[^，。；,.;\n]{0,10}?(?:作出|做出|下)?的?(?:有[个份]|拿到|取得|赢了?)?(?:生效|胜诉|终局|民事|仲裁)*(?:判决|裁决|裁定)(?:书|后|[(]|了|$|[，,。]|的|在|，|需|要|拿)"
)
_JUDGMENT_LEFT = re.compile(
    r"\b(?:judgments?|judgements?|awards?)(?: \w+)? (?:in|from|of)(?: the)? $"
)
_LATER_LEFT = re.compile(
    r"(?:\b(?:later(?: on)?(?! this)|eventually|subsequently|afterwards?|in (?:the )?(?:near )?future|"
    r"(?:in )?phase (?:2|two|ii|3|three|iii)|(?:second|third|next|later) (?:phase|stage|step)|possibly|"
    r"potentially|perhaps|maybe|might|may(?: also)?|could also|down the (?:road|line|track)|"
    r"and then|then (?:to|into|move|expand|go|enter|look)|followed by|next year|year after|after that|"
    r"thereafter|longer[- ]term|in the long run|once (?:that|this) is done|"
    r"if (?:it|that|this|all|things) (?:goes|go|works?) [a-z]+)\b[^.;]{0,45}"
    r"|(?:(?:之后|此后|往后|后续|随后|将来|未来(?![一二两三四五六七八九十几半\d])|日后|今后|下一步|下一?阶段|二期|"
    r"第二期|第二[阶步]段?|第二年|后期|远期|长远|稍后|迟啲|迟些|迟点|再(?:考虑|看|拓展|进军?|去|扩|到|做|"
    r"开|布局|推)|可能|或许|或者会|视情况|有机会|明年(?:再|可能|考虑|或|打算再|才)|后年|下半年再|顺利的?话|"
    r"以后|然后)[，,]?)[^，。；,;]{0,14}|"
    r"(?<![事首优最争率])先(?![生进前锋])[^。；;\n]{1,20}[，,](?:其次|跟住|跟着|接着|随后|再|后|次之)(?:是|系|到|去|做|轮到|搞)?|"
    r"\bfirst\b[^.;\n]{0,40}(?:,| and|-|–|>) ?then(?: on to| in| to)?(?: the)? )$"
)
_LATER = (
    r"(?:later(?: on)?(?! this| than)|eventually|afterwards?|next year|the year after|"
    r"in (?:the )?(?:second|next|later|2nd|third) (?:phase|stage|step)|in phase (?:2|two|ii)|"
    r"as (?:an? |the )?(?:second|next|later) (?:step|phase|stage|market)|"
    r"(?:at|in) a later (?:stage|date|phase)|down the (?:road|line)|to follow|maybe|possibly|perhaps|"
    r"(?:comes?|come in|will come|will) (?:later|next|follow)|(?:can|could|may|will|must|has to) (?:wait|come later)|"
    r"(?:is|are|would be|will be|might be|may be|could be|to be)(?: for| in)? (?:the |our |an? )?(?:phase (?:two|2|ii|three)|"
    r"(?:second|next|2nd|third) (?:phase|step|stage|stop|market|round|year)|for next year|for later|next|after that)|"
    r"(?:is |are )?(?:only )?a (?:later|second|possible) (?:step|phase|stage|market|option))"
)
_LATER_RIGHT = re.compile(
    rf"^(?: market| office| entity)? (?:[a-z]+ )?{_LATER}\b(?! (?:also |then |even )?(?:in|to|into|for)\b)|"
    rf"^(?:, ?| ?\(){_LATER}\s*(?:[.;)]|$)|"
    r"^(?: market| office| entity)? (?:may|might|could|will|would|can|to) (?:follow|come (?:next|later|after)|be next)\b|"
    r"^(?:那边|市场|的话|则|方面|等)*(?:之后|以后|稍后|迟啲|迟些|日后|将来|下一步|明年)(?:先|才|再)?(?:做|考虑|谈|看|搞|算|说|讲)|"
    r"^(?:那边|市场|的话|则|方面|等)*(?:放?到?)?(?:再说|再看|再考虑|后续|明年再|二期|以后再|之后再|下一步|"
    r"稍后|迟啲|(?:是|作为|放在|列为)(?:二期|第二[阶步]|下一?步|后期)|可能(?:会)?(?:之后|后面|晚))"
)
# "Thailand first, Malaysia next year", 泰国先做，新马明年: only where something comes first.
_FIRST = re.compile(
    r"(?<![事优最争率])先(?![生进前锋])[^。；;\n]{0,24}$|首[先选站][^。；;\n]{0,24}$|\bfirst\b[^.;\n]{0,60}$|今年[^。；;\n]{0,24}$|\b(?:this year|now)\b[^.;\n]{0,60}$"
)
_AFTERWARDS = re.compile(
    r"^(?:那边|市场|方面|等|两国|两地|三国)*(?:就|则|要|放|留|排|系|是)?(?:到|待|等|喺|在)?(?:明年|后年|下年|来年|出年|下半年|次年|明后年|第?二[批轮期阶步]段?|之后|以后|随后|稍后|其后|"
    r"迟啲|迟些|迟点|次之|其次|在后|押后|延后|后做|慢慢来|慢慢嚟)(?=\s*(?:[，,。;)]|$))|"
    r"^(?: markets?)?(?: in| from|:)? (?:afterwards?|after|second|next|20\d\d|q[1-4](?: 20\d\d)?|next (?:year|quarter|spring|summer|autumn)|the year after)(?=\s*(?:[.,;)]|$))"
)
_COMPARED_LEFT = re.compile(
    r"(?:\b(?:like (?:we did |our [a-z ]{0,20}|the one )?(?:in )?|similar to (?:[a-z ]{0,30} in )?|"
    r"same as (?:[a-z ]{0,20} in )?|as (?:we (?:did|do|have done) )in |unlike |"
    r"compared (?:to|with) (?:[a-z ]{0,20} in )?|just as in |modelled on )(?:the )?|"
    r"(?:类似于?|参照|参考|正如|好似|不同于|相比|相较于?|像|比照)(?:我们|我司)?(?:在|喺)?)$"
)
_PAST_LEFT = re.compile(
    r"(?:\b(?:previously|formerly|in the past|last year|used to|years? ago|"
    r"already (?:have|had|set up|established|registered|incorporated|operate|present|done|run|own|in)|"
    r"have already [a-z]+|our (?:previous|last|earlier|former|first|past) [a-z ]{0,20}|did|"
    r"experience (?:from|with our))\b[^.;]{0,40}|"
    r"(?:之前|以前|此前|去年|前年|上次|曾经?|早前|过去|早年|原来|前几年|早几年|多年前|九十年代|历年来?|多年来|向来|已经?在|已于|现有)[^，。；,;]{0,12})$"
)
_OWN_PROVIDER = re.compile(
    r"(?:\b(?:our|existing|current|previous|former)(?: own)?|(?:我们的?|原来的?|以前的?|之前的?|现有的?|那家|那间)) ?$"
)
_PROVIDER_RIGHT = re.compile(
    rf"^(?:-based|-qualified)? (?:[a-z][a-z-]* ){{0,2}}?{PROVIDER}\b|^(?:的|本地|当地|那边|籍)?{ZH_PROVIDER}"
)
_PROVIDER_BEFORE = re.compile(
    rf"\b{PROVIDER}[^.;]{{0,25}}\b(?:from|based in|headquartered in|outside|of)(?: the)? $"
)
_PREFERRED_LEFT = re.compile(
    r"(?:\b(?:prefer\w*|ideally|must be|should be|has to be|have to be|only|rather|bonus|plus|"
    r"open to|ok with|fine with|happy with|either|independent|with)\b[^.;]{0,25}|"
    r"(?:最好|优先|倾向|偏好|必须|须|要求|仅限|只要|只限|希望)(?:是|为|由|用|系|找)?[^，。；,;]{0,4})$"
)
_QUALIFIED = re.compile(
    r"^(?:-| )(?:qualified|trained|educated|admitted|licensed|registered|certified|born|national|"
    r"nationals|citizen|citizens|passport|nationality|members?|resident)\b|^(?:籍|执业资格|牌照律师|执照律师)"
)
_QUALIFIED_LEFT = re.compile(
    r"\b(?:qualified|admitted|licensed|trained|educated)(?: to practi[sc]e)?(?: both)? in(?: the)? $|"
    r"\b(?:with|has|have|having|an?|own) (?:own |local |an? )?(?:offices?|presence|network|branch|branches|desk)"
    r"(?: [a-z]+)? (?:in|across|both in)(?: the)? $"
)
_DESCRIBED_RIGHT = re.compile(
    r"^(?:-| )?(?:listed|owned|funded|invested|backed|controlled|style|standard|speaking|born|"
    r"ipo'd)\b|^(?:上市公司|上市企业|人(?![民力事工员口才])|式|风格|口味|独资企业的?|话|腔)"
)
_LISTED_LEFT = re.compile(
    r"\b(?:listed|traded|quoted)(?: (?:company|group|issuer))?(?: (?:on|in|at))(?: the)?(?: main board of(?: the)?)? $"
)
_LISTED_ZH_RIGHT = re.compile(r"^(?:主板|创业板)?(?:已)?上市(?:的)?(?:公司|企业|集团)")
_PLURAL_CUSTOMERS = re.compile(
    r"^(?:n|s)?(?:-based)?(?: and [a-z]+)? (?:[a-z-]+ )?(?:customers|clients|users|consumers|buyers|guests|"
    r"shoppers|tourists|visitors|readers|students)\b|"
    r"^(?:的|那边的?)?(?:消费者|用户|游客|顾客|玩家|客户群)"
)
_PLURAL_LEFT = re.compile(
    r"\b(?:our|their|mostly|mainly|many|some)(?: [a-z]+)?(?: [a-z]+ and)? $|(?:我们的?|主要)$"
)
# Beside a place of Greater China these describe who acts, not where.
_PEOPLE = re.compile(
    r"^(?: [a-z-]+){0,2} (?:workers|staff|engineers|expats|expatriates|employees|directors?|"
    r"technicians|managers?|nationals|citizens|specialists|passports?|goods|products|made|parts|"
    r"equipment|machinery|brands?|capital|money|investors?|parent|shareholders?|origin|style|"
    r"company|companies|contractors?|manufacturers?|enterprises?|firms?|soes?|sellers?|exporters?|"
    r"side|suppliers?)\b|"
    r"^(?:的)?(?:员工|工人|工程师|籍|公民|专家|技术人员|护照|管理人员|派遣|外派|产|货|制造|品牌|母公司|总部|总公司|"
    r"股东|投资者|投资人|企业|公司|集团|供应商|厂家|工厂|卖家|老板|团队|同事|技工|劳务|出口(?!管制|退税|信用|许可)|资本|方$|方[，,面与和])"
)
_FAIR_RIGHT = re.compile(
    r"^[^.;,，。；\n]{0,20}?(?:\b(?:fair|expo|exhibition|trade show|summit|conference|forum|"
    r"(?:fintech|tech|fashion|design|maritime|art|arbitration|energy|legal) week)\b|展会|展览会?|"
    r"博览会|交易会|论坛|峰会|展(?![开示业望现厅品]))"
)
_FAIR_LEFT = re.compile(
    r"\b(?:fair|expo|exhibition|show|summit|conference|forum)s?(?: (?:is|held|taking place|this \w+))? (?:in|at) $"
)
_BY_THEN = re.compile(r"\b(?:before|ahead of|in time for|prior to|by|until|after|at the latest)\b")
_ZH_BY_THEN = re.compile(r"(?:展会?|展览会?|博览会|交易会|论坛|峰会)(?:开幕|开始)?(?:之|以)?[前后]")
_ORIGIN_LEFT = re.compile(
    r"(?:\b(?:export\w*|ship\w*|import\w*|sourc\w+|goods|made|manufactured|produced|moving|relocat\w+|"
    r"sent|send|coming|freight|logistics)(?: [a-z]+){0,4} from(?: the)? |\bmade in |\bfrom(?: the)? |"
    r"(?:从|由|自|经))$"
)
_ORIGIN_RIGHT = re.compile(
    r"^(?:[^.;,，。；\n]{0,14}?(?: to | into |到|至|往|发往|运往|出口到?|发到?|运到?|寄到?|-> ?|→)|"
    r"^(?:港|口岸|码头|机场|仓库?|市)?(?:出口|发货|起运|直发|工厂直|开出|开船|出发|出运|启运|发运|装船|装运|起飞|离港|发出|寄出|上船|开航|走货|走船|出货))"
)
_ROUTE_RIGHT = re.compile(
    r"^(?:市|港)?(?:到|至|发往|运往|飞|-> ?|→|出口到|销往|[—-](?=[\u4e00-\u9fff]))|"
    r"^(?: port)? to (?=[a-z]+(?: [a-z]+)?(?:[,.;]|$| port| by | route| via | freight| shipment))"
)
_FROM_LEFT = re.compile(
    r"(?:起运|装货|启运|装运|出发|发货|始发)(?:港|地|口岸)(?:为|是|系|:|在|喺)?$|"
    r"\b(?:from|fob|exw|fca|(?:loaded|loading|load) (?:at|in)|departing|departs|leaving|leaves|port of loading(?: is)?:?|pol:?)(?: the)? $"
)
# 除外 of a kind: the place is settled and nothing is asked there.
_DONE_RIGHT = re.compile(
    r"^ (?:is|has been|was|are|side is)(?: already| all)? (?:done|covered|completed|handled|registered|"
    r"finished|sorted|taken care of|ok|fine)\b|"
    r"^(?:那边|这边|方面|的)*(?:已经?|早就?)(?:做好|办好|完成|搞定|有人|有了|做完|办完|注册好|处理好)"
)
_SEAT_OF_SHELL = re.compile(
    r"(?:注册地(?:为|是|在)?|注册(?:在|于|地)|\b(?:registered|incorporated) in (?:the )?)$"
)
_SHELLS = frozenset({"KY", "VG", "BM", "WS", "SC"})
_INTRODUCED_LEFT = re.compile(r"(?:推荐|介绍|找|揾|请)(?:任何)?$")
_DECISION = re.compile(r"\b(?:award|judgment|judgement)|判决|裁决")
_SWALLOWED = re.compile(r"english[ -]|(?=\baward|\bjudg|判决|裁决)")
_LATER_STILL = re.compile(
    r"^[^。；;\n]{0,26}(?:再说|再做|再谈|再看|再考虑|再定|另议)(?=[，。,;]|$)"
)
_CUSTOMERS_LEFT = re.compile(
    r"(?:客户|客人|客源|用户|买家)(?:主要|多数|大多|大部分|基本|都|全)*(?:是|系|来自|在|喺|嚟自|位于|分布在|分布喺|遍布|集中在|集中喺)(?:(?![现想要拟需]|打算|计划|准备|今次|这次)[^。；\n]){0,15}$|"
    r"(?:产品|货品|货物|货|商品|成品)?(?:主要|一直|长期|平时|大多|多数|远|全部|历来|大部分)(?:都)?(?:出口|外销|销|卖|供)(?:到|往|去|至|给)?$|"
    r"(?:主要|现有|传统|原有|最大)(?:的)?(?:出口|海外|销售)?市场(?:是|系|为|在|喺|:)$|"
    r"\b(?:mainly|mostly|chiefly|largely|usually|normally|so far|until now|currently) (?:export\w*|sell\w*|ship\w*|suppl\w+)(?: [a-z]+){0,3} (?:to|in|into)(?: the)? $|"
    r"\b(?:export|sell|ship|supply)(?: [a-z]+){0,3} (?:mainly|mostly|chiefly|largely) (?:to|in|into)(?: the)? $|"
    r"\b(?:our|main|existing|current) (?:main |export |biggest |largest |existing )?markets? (?:is|are)(?: in)?(?: the)? $|"
    r"\b(?:customers|clients|buyers)(?: are| is| sit| live)?(?: mostly| mainly| all| largely| chiefly)?(?: come)?(?: in| from)(?: the)? $"
)
# "Georgia, not the US state" names what is not meant.
_STATE_OF = re.compile(r"^ state\b(?!-| owned| department)|^(?:的)?[那这]?个?州(?=[，,。]|$)")
_KNOWN_LEFT = re.compile(
    r"(?:熟悉|了解|懂|擅长|做过|\b(?:experienced? (?:in|of|with)|familiar with|knows?) )$"
)
_COMPETITOR_RIGHT = re.compile(
    r"^(?: and [a-z]+)? (?:[a-z]+ )?(?:competitors?|rivals?|brands)\b|^(?:的|同行)?(?:竞争对手|竞品|同行|对手)"
)
_NOTHING_THERE = re.compile(
    r"^(?:那边|这边)?(?:并|还|暂)?(?:没有|没|无)(?:任何)?(?:业务|公司|办公室|实体|子公司|机构)"
)
_DESTINATION = re.compile(
    r"(?:出口(?:到|至|往)?|卖(?:到|给)|发往|运往|\b(?:exports?|exporting|shipments?|orders?|sales?|sell|selling|"
    r"ship|shipping|deliver\w*) (?:[a-z]+ ){0,3}?(?:to|from|into|for)(?: an?| the)? )$"
)
_SENT_LEFT = re.compile(
    r"(?:[送运寄发带拿搬](?:去|到|往|至)|\b(?:ship|send|bring|take|carry|export)(?:ping|ing)?(?: [a-z]+){0,5} to(?: an?| the)? )$"
)
_TITLE_OF_STATE = re.compile(r"^ ?(?:embassy|consulate|大使馆|使馆|领事馆|领馆)")


# A document's or a decision's place of issue.
_ISSUED_LEFT = re.compile(
    r"\b(?:certificates?|documents?|papers?|diplomas?|licen[cs]es?|degrees?|deeds?)(?: \w+)? (?:from|issued in|issued by)(?: the)? $"
)
_ASIDE_RIGHT = re.compile(r"^[^，。；,.;\n]{0,12}(?:之外|以外)(?:再|还|另|也)")
_YEAR_LEFT = re.compile(
    r"(?:\b(?:in|since|back in) |(?:^|[^\d]))((?:19|20)\d\d)(?:年|,|\b)(?:(?!这次|今次|本次|此次|现在|this time|now\b)[^。；.;\n]){0,25}$"
)
_PAST_RIGHT = re.compile(
    r"^(?:那边|市场)?(?:我们|公司|也)?(?:以前|之前|去年|前年|早前|曾经?|早年|过去)[^，。；,;]{0,6}过(?![程户渡境关])"
)
_YEAR_RIGHT = re.compile(r"^[^，。；,.;\n]{0,30}?\b(?:in|since) ((?:19|20)\d\d)\b")
_REFUSED_LEFT = re.compile(
    r"\b(?:must|should|may|can)(?:not| not) be(?: an?| the| from| based in)* $"
)
_CHINESE_MATTERS = re.compile(
    r"^ (?:law|court|customs|tax|market|export control|regulat|visa|trademark|patent|judgment|award|embassy|authorit|"
    r"government|subsidiary|entity|listing|stock)"
)


def is_history(left: str) -> bool:
    """Tell whether the words before a place speak of customers or of what is past."""
    return bool(_CUSTOMERS_LEFT.search(left) or _PAST_LEFT.search(left))


def is_counterparty(right: str) -> bool:
    """Tell whether the place is that of another party: "Thai distributor", 新加坡的合作方."""
    return bool(_COUNTERPARTY_RIGHT.match(right))


_COUNTERPARTY_RIGHT = re.compile(
    rf"^(?:-(?:based|owned|flag\w*))?(?: [a-z-]+){{0,2}}? {_SIDE}(?:'s|s')?\b(?! (?:law|formation|registration|secretar))|"
    rf"^(?:的|那边的?|籍|当地|本地|一家|某)?{_ZH_SIDE}(?!法|注册|设立|登记|章程|秘书)"
)


class Role(StrEnum):
    """What a place is to the need, as far as the words beside it tell."""

    HOME = "home"
    PERHAPS_HOME = "perhaps_home"
    TARGET = "target"
    COUNTERPARTY = "counterparty"  # a target, unless the assets or the work are elsewhere
    DESTINATION = "destination"  # of goods: a target, unless another state's regime is asked about
    WEAK = "weak"  # a target where nothing else is
    GOVERNING = "governing"  # of a contract's law or a decision: secondary, and never more
    SECONDARY = "secondary"  # a target where nothing else is, not even a weak one
    EXCLUDED = "excluded"
    MENTIONED = "mentioned"


def role_of(folded: str, place: PlaceInText, *, year: int) -> Role:
    """Give the role of a place that is not the writer's home.

    Args:
        folded: the folded text.
        place: the place and its surroundings.
        year: the year of writing; what happened in an earlier one is past.
    """
    word, left, right, code = place.word, place.left, place.right, place.code
    if word.startswith(("english ", "english-")) or (
        place.mention.sectors and _DECISION.search(word)
    ):
        # The name has swallowed what tells its part: "English law", "HKIAC award".
        right = " " + _SWALLOWED.split(word, maxsplit=1)[-1] + right
    if _is_out(folded, place):
        is_rest = (place.is_region and takes_the_rest(left, right)) or is_served(folded, right)
        is_aside = (_is_provider(left, right) and not is_rest) or _STATE_OF.match(right) is not None
        return Role.MENTIONED if is_aside else Role.EXCLUDED
    for role, applies in (
        (Role.DESTINATION, _is_sent_to_fair),
        (Role.MENTIONED, _is_mere_mention),
        (Role.GOVERNING, _is_governing),
        (Role.SECONDARY, _is_later),
        (Role.WEAK, _is_weak),
    ):
        if applies(left, right, code):
            return role
    if _LATER_STILL.match(place.closed_right):
        return Role.SECONDARY
    is_field = place.is_region and _KNOWN_LEFT.search(left) is not None
    if is_field or _is_past(left, right, year) or _is_description(word, right, code):
        return Role.WEAK
    if _DESTINATION.search(left):
        return Role.DESTINATION
    return Role.COUNTERPARTY if is_counterparty(right) else Role.TARGET


def _is_out(folded: str, place: PlaceInText) -> bool:
    return (
        is_ruled_out(folded, place.mention.start, place.mention.end)
        or is_left_out(place.left, place.right)
        or is_dropped(place.closed_right)
        or is_served(folded, place.closed_right or place.right)
        or (place.code not in LIKELY_HOMES and is_outside(place.right))
    )


def _is_provider(left: str, right: str) -> bool:
    """Tell whether what is ruled out is a kind of provider, or others than those named."""
    return bool(
        _PROVIDER_RIGHT.match(right)
        or _PROVIDER_BEFORE.search(left)
        or _QUALIFIED.match(right)
        or _REFUSED_LEFT.search(left)
        or (_INTRODUCED_LEFT.search(left) and right.startswith("的"))
        or takes_the_rest(left, right)
    )


def _is_description(word: str, right: str, code: str) -> bool:
    """Tell whether the name only describes who acts: "Chinese boss", 中资银行."""
    if word == "chinese":
        return _CHINESE_MATTERS.match(right) is None
    return len(word) == 1 and code in LIKELY_HOMES and right.startswith(("企", "资", "商"))


def _is_past(left: str, right: str, year: int) -> bool:
    if _PAST_RIGHT.match(right):
        return True
    match = _YEAR_LEFT.search(left) or _YEAR_RIGHT.match(right)
    return match is not None and int(match[1]) < year


def _is_sent_to_fair(left: str, right: str, _code: str) -> bool:
    """Tell whether goods go there for a fair: they are goods for the state where it is held."""
    return _SENT_LEFT.search(left) is not None and _FAIR_RIGHT.match(right) is not None


def _is_mere_mention(left: str, right: str, code: str) -> bool:
    if _FAIR_LEFT.search(left) or _FAIR_RIGHT.match(right):
        return bool(_BY_THEN.search(left[-60:]) or _ZH_BY_THEN.search(right[:24]))
    return bool(
        _ASIDE_RIGHT.match(right)
        or _DONE_RIGHT.match(right)
        or (code in _SHELLS and _SEAT_OF_SHELL.search(left))
        or _COMPARED_LEFT.search(left)
        or (_OWN_PROVIDER.search(left) and _PROVIDER_RIGHT.match(right))
        or _LISTED_ZH_RIGHT.match(right)
        or _DESCRIBED_RIGHT.match(right)
        or _LISTED_LEFT.search(left)
        or (code in LIKELY_HOMES and _TITLE_OF_STATE.match(right))
    )


def _is_governing(left: str, right: str, code: str) -> bool:
    if _LAW_RIGHT.match(right) and (_LAW_LEFT.search(left) or _UNDER_LEFT.search(left)):
        return True
    if _LAW_LEFT.search(left) and left.rstrip().endswith(
        ("laws of", "laws of the", "law of", "law:", "law is", "governing law")
    ):
        return True
    if _LAW_RIGHT_ALONE.match(right) or _ZH_STRICT_LAW_RIGHT.match(right):
        return True
    if _CLAUSE_START.search(left) and _LAW_CLAUSE.match(right):
        return True
    if _ZH_LAW_LEFT.search(left) and _ZH_LAW_RIGHT.match(right):
        return True
    return bool(_JUDGMENT_RIGHT.match(right) or _JUDGMENT_LEFT.search(left))


def _is_later(left: str, right: str, _code: str) -> bool:
    return bool(
        _LATER_LEFT.search(left)
        or _LATER_RIGHT.match(right)
        or (_AFTERWARDS.match(right) and _FIRST.search(left))
    )


def _is_weak(left: str, right: str, code: str) -> bool:
    is_likely = code in LIKELY_HOMES
    return bool(
        _FAIR_LEFT.search(left)
        or _FAIR_RIGHT.match(right)
        or _NOTHING_THERE.match(right)
        or _COMPETITOR_RIGHT.match(right)
        or _PAST_LEFT.search(left)
        or _CUSTOMERS_LEFT.search(left)
        or _QUALIFIED.match(right)
        or _QUALIFIED_LEFT.search(left)
        or _PROVIDER_BEFORE.search(left)
        or (_PROVIDER_RIGHT.match(right) and (is_likely or _PREFERRED_LEFT.search(left)))
        or (_PLURAL_CUSTOMERS.match(right) and _PLURAL_LEFT.search(left))
        or (is_likely and _is_origin(left, right))
    )


def _is_origin(left: str, right: str) -> bool:
    return bool(
        _PEOPLE.match(right)
        or _FROM_LEFT.search(left)
        or _ISSUED_LEFT.search(left)
        or _ROUTE_RIGHT.match(right)
        or (_ORIGIN_LEFT.search(left) and _ORIGIN_RIGHT.match(right))
    )
