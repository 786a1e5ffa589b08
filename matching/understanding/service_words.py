"""The words by which `services` tells a request from a description, a refusal or a past event.

All are tried on folded text.
"""

import re

COMPANY = (
    r"(?:company|companies|firm|manufacturer|enterprise|group|start-?up|exporter|importer|supplier|"
    r"trader|business|maker|producer|developer|contractor|factory|bank|sme|brand|provider|platform|"
    r"operator|seller|vendor|retailer|wholesaler|distributor|agency|studio|broker|farm|chain|fintech|"
    r"owner|fund|carrier|shipowner)"
)
ZH_COMPANY = r"(?:公司|企业|集团|厂家|工厂|厂商|厂|商家|商|平台|品牌|机构|行|店|卖家|老板|船东|团队|央企|国企|民企)"
# What an enterprise says of itself or of another company is no request: "we are a logistics
# company", 我们是一家保险公司; and names that hold a service's name without asking for it.
DESCRIPTIONS = re.compile(
    r"\b(?:we are|we're|i am|i'm|our company is|as) (?:an?|the) [^,.;:!?\n]{0,60}?"
    rf"\b{COMPANY}\b|"
    r"\bwe (?:make|sell|produce|manufacture|build|develop|run|operate|export|import|provide|offer|"
    r"trade|supply|distribute) (?!our\b|into\b|to\b|in\b|an? (?:branch|subsidiary|company))"
    r"(?:(?!\b(?:and|but|so|need|want|looking|seek)\b)[^,.;:!?\n]){0,50}|"
    r"(?:我们|我司|本公司|我公司|我方|我哋|我|咱们)(?:公司)?(?:是|为|系)[^，。；！？,;!?\n]{0,30}?"
    rf"{ZH_COMPANY}(?![^，。；！？,;!?\n]{{0,3}}的法)|"
    r"(?:合作的|对方|客户)[^，。,]{0,6}(?:运输|物流|货代|保险|软件|广告|咨询)公司(?=[拖欠不说违的把没扣弄])|"
    r"^\s*(?:某|一[家间])[^，。；！？,;!?\n]{0,12}?(?:律师事务所|律所|律师行|银行|医院|学校|会计师行)(?=[^,，。]{2,})|"
    r"(?:我们|我司|本公司|我公司|我哋|公司) ?\([^()\n要想找请需揾求]{0,40}\)|公司(?:成立|创立|创办|注册)于|成立于\d|"
    r"(?:完成|获得?|拿到|拿了|刚)[^,。;\n要想]{0,6}[a-e天使]轮(?:融资)?|\b(?:raised|closed|completed) [^.,;\n]{0,20}series [a-e]\b|"
    r"\b(?:our side|about us|applicant|who we are|background|client|we) ?: [^.;\n]*|governing law(?: of [^,.;\n]*)?|\bgoverned by [^,.;\n]*|"
    r"适用[^,。;\n]{0,6}法(?=[,。;]|$)|受[^,。;\n]{0,6}法(?:律)?管辖|\b(?:litigation|third[- ]party|arbitration) fund(?:ing|ers?)\b|诉讼(?:资助|融资)|第三方资助|"
    r"(?:insurer|insurance company|underwriter)s?'?s? surveyors?|\bfinanc(?:e|ial) (?:manager|director|controller|officer)s?\b|"
    r"(?:财务|物流|法务|采购|品牌|市场|销售|合规)(?:经理|总监|主管|专员)(?=自己|们|[会都]|已)|仲裁庭(?=[订定要指命裁规])|"
    r"(?:我们|我司|本公司|我公司|我哋)(?:是|系|主要|专门|一直|(?:在|喺|于)[^，。,做]{1,6}){0,3}(?:做|生产|卖|经营)"
    r"[^，。；！？,;!?\n找请要想需揾求]{1,14}?(?=[,，])|"
    r"(?:^|[,，。])(?:做|卖|生产)[^，。；！？,;!?\n找请要想需揾求]{1,10}(?:的|嘅)(?=[,，])|"
    rf"(?:^|(?<=[.!?\n])) ?(?!(?:need|look|find|seek|want|hire|recommend|please|any|which|who|how|is|can|do)\b)"
    rf"(?:[\w'&-]+ ){{1,6}}?{COMPANY}(?: (?:in|from|of|based in) [\w ]{{1,25}}?)?"
    r"(?= (?:looks?|wants?|needs?|seeks?|plans?|intends?|requires?|is looking|here)\b)|"
    r"(?:本公司|我司|敝公司|[本敝]集团|我公司)(?:为|是|系)(?!了|此|拓|开|扩|满|配|进|在|加|降|避|解)[^,;。!?\n要想拟需求找请揾聘]{2,30}(?=[,;。])|"
    r"主营[^,;。!?\n要想拟需求找请揾聘]{1,20}(?=[,;。])|"
    r"(?:我们|我哋|咱们)(?:公司)?(?:是|系)[^,;。!?\n要想拟需求找请揾聘]{2,30}(?=[;。]|$)|"
    rf"^(?!(?:need|look|find|seek|want|hire|recommend|please|any|which|who|how|is|can|do|set|open|register|help|not|no)\b)(?:(?!(?:from|with|by|against|for|of|to|our|an?|the|and)\b)[\w'&/-]+ ){{1,6}}?{COMPANY}(?=[,.;])|"
    r"^\s*(?:某|一[家间]|有[家间])[^，。；！？,;!?\n]{0,20}?(?:公司|企业|集团|厂家|制造商|平台)|"
    r"(?:我们|我司|本公司|我哋|公司|咱们|本人)(?:主要|主营|专门|一直|目前|系|是)*"
    r"(?:做|从事|经营|生产|卖|销售|研发|制造|出口|主营|专营|专注)[^，。；！？,;!?\n找请要想需揾求]{1,12}?"
    r"(?:的|业务|生意|行业|起家|出身|嘅)(?=[，,。;的\s]|$)|"
    r"(?:上市公司|上市企业|上市集团|已上市|香港上市的?|主板上市的|境外上市的|港股上市公司|\blisted (?:company|group|firm|"
    r"developer|issuer|manufacturer|on the)|\b(?:hkex|nasdaq|nyse|sgx|hong kong|hk)[- ]listed\b|"
    r"certificates? of incorporation|incorporation (?:certificates?|documents)|"
    r"公司法务|audit(?:or)? independence|相关税务|\badmiralty(?=,? (?:hk|hong kong|centre|station)\b)|(?<=, )admiralty|"
    r"独立性要求|(?:主要)?客户(?:主要)?(?:为|是|系|包括|遍及)[^,。;\n]*|公司注册(?:证|文件|资料|号)|"
    r"注册资本|银行(?:保函|担保|流水|对账|转账|账单|存款)|"
    r"\bbank (?:statement|transfer|details)s?|software company|物流园区?(?=项目|规划|的)|"
    r"\binsurance company\b|保险公司|投资银行部|(?:客户|用户)经理|仲裁地|仲裁条款(?:约定|写|规定|里)|"
    r"合同(?:约定|里写|写明|规定)[^。；;\n]{0,30}仲裁中心|经销商会议|工程款(?=争议|纠纷)|"
    r"\bhr (?:data|records?|files?|systems?)\b|\bp&i club\b|"
    r"海牙(?:公约)?(?:成员|缔约|签约|组织|国)|上市[前后]|物流园区?|诉讼记录|\bbefore (?:going to |we go to )?court\b|工程造价(?=约|为|大概|[\d人港美]))"
)
COMPANY_BEHIND = re.compile(
    rf"(?:类|型|行业|业务)?的?{ZH_COMPANY}(?![务室])|(?:[ -](?!for\b|to\b|in\b)[a-z-]+)?[ -]{COMPANY}s?\b"
)
ASKS = re.compile(
    r"\b(?:needs?|want|wants|wanted|looking for|look for|seek|seeking|seeks|require|requires|required|"
    r"find|help|hire|recommend\w*|introduc\w+|engage|appoint|any|quote|quotation|how|please|pls|"
    r"assist|someone|somebody|advice|advise|support|who can|would like|interested in|get|arrange|source|search\w*)\b|"
    r"找|请|需|求|要|想|聘|推荐|介绍|帮|揾|揾|委托|寻|物色|拟|计划|打算|希望|办|做|申请|有没有|有冇|怎么|如何|"
    r"边间|哪家|安排|准备|提供|联系|对接|引荐|咨询|协助|代|其[一二三四五六]|[(（][一二三四五六1-6][)）]"
)
SERVICE_BEHIND = re.compile(
    r"(?:方面)?的?(?:服务|顾问|咨询|专家|方案|代理|律师|团队|支持|机构)|"
    r"[ -](?:services?|consult\w+|advis\w+|experts?|agenc\w+|agents?|specialists?|help|support|"
    r"lawyers?|counsel|advice|needed|required|wanted)\b"
)
# Words that name a trade, a thing or a circumstance as often as a service: beside plainer requests
# they count only where the text asks for them.
WEAK = re.compile(
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
    r"检测|检验|认证|仲裁条款|arbitration clauses?|lidar|合规|纠纷|争议|争端|谈判|协商|碳排放|低碳|减排|环保|外汇|汇率|个人信息|个人资料|用户数据|"
    r"客户资料|客户数据|测量|造价|债券|美元债|土地使用权|买地|工程公司|地块|地形|技术转让|许可费|产能转移|溯源|人权|"
    r"人力|人力资源|签证|移民|保函|保理|信用证|出口退税|租约|协议|薪酬|法律|税务|缴税|税收|汇款|收款|立案|上诉|应诉|"
    r"侵权|欠款|对外投资|境外投资|外商投资|会计准则|漏洞|云端|伺服器|诉讼|仲裁|工会|罢工|公证书|裁决书|仲裁中心|国际仲裁中心|"
    r"技术支持|数字化|信息化|运费|空运|发货|会计|审计|融资租赁|商业秘密|品牌授权|估值)"
)
# "we have auditors, so no need to recommend any": the refusal follows in the next clause.
NEEDLESS_BEHIND = re.compile(
    r"[^,。;!?\n]{0,14}[,、]?(?:所以|就|因此|我们|我哋|我司|暂时?|现在|目前|现阶段|而家|眼下|今次|这次|本次|这些|呢啲|以上|两样|全部|都|也){0,6}(?:不用|唔使|不需要|无需|无须|毋须|毋需|唔需要|不必|唔洗|不劳)"
    r"(?:再|另外|另行?|先|重新|为|帮|贵方|平台|你们?)*(?:(?:推荐|推介|介绍|引荐)[^,。;\n]{0,4}|理会?|管|买|投保|要|推|请|聘|约|问|过问|劳烦|麻烦|费神|插手|跟|煩|烦|"
    r"重新?买|考虑|[找揾](?:人|边个|其他人?)?|处理|委托|办理?|补办|参与|介入|负责|安排|你们?|贵方|做|埋|"
    r"换|帮手|帮忙|请|重复|重做|重新做|跟进|操心|费心|安排人?|提供|报价?|重报|代办|代劳|联系|对接)?(?:人|机构|公司|服务)?[了啦喇]?(?=[,。;!)\s]|$)|"
    r"[^,。;!?\n]{0,20},(?:所以|就|我们|我哋|我司|现在|目前|现阶段|暂时?|而家|眼下|今次|这次|本次)*(?:(?:暂|先)?[不唔](?:注册|设|开|做|办|搞|请|找|揾|买|换|考虑|涉及|处理|谈|讲|提|倾)|"
    r"不在(?:本次|此次|这次|今次)?(?:委托|工作|服务|咨询|需求)?(?:的)?(?:范围|此列|之列)(?:之?内)?|不(?:包括|计)在内)(?=[,。;!)\s]|$)|"
    r"[^,。;!?\n]{0,8},(?:所以|就|我们|暂)*(?:不考虑|唔考虑|不予考虑|免谈|免了|不谈|唔倾|算了)(?=[,。;!)\s]|$)|"
    r"[^,。;!?\n]{0,14}[,、]?(?:所以|就|请|唔该)*(?:别|勿|请勿|莫|唔好|不要|不劳)(?:再|另外|另)*"
    r"(?:推荐|推介|介绍|找|揾|安排|重复|费心|提|考虑|推|报价?|发)[^,。;\n]{0,4}(?=[,。;!)\s]|$)|"
    r"[^.;!?\n]{0,60}?(?:,| and| -)? ?(?:so |and |but )?(?:please )?(?:\bno need\b|\bneedn't be (?:repeated|included|covered|introduced|done)\b|\bnot needed|"
    r"\bnot required|\b(?:do not|don't|no need to|needn't|need not) (?:include|quote|propose|offer|send|introduce|suggest|recommend|bother|pitch|cover|price)\b|"
    r"\bleave (?:it|that|them|this) to us\b|\bnot after (?:it|that|them|one)\b|\bleave (?:(?:it|that|them|this) (?:out|aside|alone)|both)|\bneeds? no (?:help|support|review|work|update)\b|"
    r"\bdon't need (?:it|that|them|one|any|more|another)\b|\bnot asking for\b|"
    r"\bno (?:help|support|assistance|further help) (?:is |are )?(?:needed|wanted|required)\b|"
    r"\bnothing (?:more |else |further )?(?:is )?(?:needed|required|wanted)\b|"
    r"\b(?:nobody|no one|none) (?:else )?(?:needs?|has|have|is needed|is wanted|needed|required)\b|"
    r"\bnot looking for (?:another|more|one|any)\b|\bneed not be (?:introduced|included|covered|repeated)|"
    r"\bskip (?:it|that|them|this)\b|\bplease (?:skip|ignore|exclude))"
)
# 不仲裁, 唔打官司: a bare "not" is enough before a verb.
BARE_NOT = re.compile(r"(?<![要是能会得如可需用])[不唔]$")
IS_VERB = re.compile(
    r"通过|打|起诉|诉讼|仲裁|上市|贷款|融资|做|注册|发债|收购|调解|招聘|翻译|公证|开|设立|上庭|告"
)
OUR_OWN = re.compile(
    r"\b(?:our|their|its) $|(?:我们|我哋|我司|我方|公司|对方|佢哋|他们)(?:的|嘅|现任|现有)?的?$"
)
ADVISERS = re.compile(
    r"(?:auditor|lawyer|banker|bank|accountant|broker|counsel|law firm)s?|审计师|核数师|会计师|律师|法律顾问|经纪|银行"
)
WAS_DONE = re.compile(r"(?:incorporated|registered|opened|established|formed|set up)\b")
JUST = re.compile(
    r"\b(?:just|already|have|has|had|we|was|recently)(?: (?:just|already|recently))* $"
)
# Put off, or already tried in vain.
PUT_OFF = re.compile(
    r"(?:将来|日后|以后|未来|迟啲|下一步|后续|长远)[^,。;\n]{0,3}(?:可能|或|会|再|有机会|考虑)[^。;\n]{0,16}$|"
    r"\b(?:may|might|could) (?:later|eventually|one day)[^.;\n]{0,30}$"
)
TRIED = re.compile(
    r" (?:has |have )?(?:failed|broke down|collapsed|went nowhere)\b|,? (?:only )?as (?:a |the )?last resort|[^,。;]{0,2}(?:是最后手段|留到最后|万不得已)|(?:失败|破裂|谈崩|谈唔掂|谈不拢|无果)"
)
REFUSED_PERSON = re.compile(
    r"\b(?:do not|don't|no|not|without|never|avoid)(?: (?:any|a|an|the|more|use|using|want|need|"
    r"looking for|recommend\w{0,12}|introduc\w{0,12}|send|us|be|your|consider|work|with|big|large|small|global|"
    r"international|local|foreign|big four|big 4|mainland|chinese|overseas|pure|placement|from|of))* ?"
    r"(?:[a-z]+ ){0,2}$|"
    r"(?:不要|别|唔要|请勿|不接受|唔好|不考虑|不找|唔揾|非)[^,，。;\n]{1,12}$"
)
PROVIDERS = re.compile(
    r"(?:law firms?|lawyers?|solicitors?|attorneys?|accounting firms?|cpa firms?|banks?|agents?|"
    r"local agents?|sales agents?|brokers?|consulting firm|recruiters?|headhunters?|translators?|"
    r"barristers?|大律师|律师|律所|律师事务所|律师行|律师楼|地产代理|物业中介|会计师|会计师事务所|会计师行|会计师楼|经纪|翻译公司|咨询公司|设计院|中介|代理|"
    r"insurers?|underwriters?|猎头|银行|监理公司|货代|测量师行)"
)


PROFESSION = re.compile(rf"{PROVIDERS.pattern}|engineers?|工程师|顾问|consultants?")
HARM = re.compile(
    r"(?:forced|child|slave) labou?r|modern slavery|强迫劳动|童工|(?:patent )?infring"
)
EVIL = re.compile(
    r"(?:forced|child|slave) labou?r|modern slavery|double tax(?:ation)?|(?:us |eu |un )?sanctions|"
    r"(?:patent |trade ?mark )?infring\w+|money laundering|bribery|corruption|fraud|data (?:leak|breach)\w*|"
    r"强迫劳动|童工|双重征税|双重课税|(?:美国)?制裁|(?:专利|商标)?侵权|洗钱|贿赂|舞弊|泄露|汇率风险|汇兑损失|工伤"
)
AVOIDS = re.compile(
    r"(?:\b(?:avoid\w*|without|free of)(?: \w+){0,2} |(?:避免|避开|防止|规避|别|唔好)[^,。;\n]{0,6})$"
)
LACKS_HARM = re.compile(
    r"(?:\b(?:no|not|free of)(?: \w+){0,2} |(?:没有|无|冇|不用|不使用)[^,。;\n]{0,6})$"
)
# Somebody who does something here is not being looked for: "the bank requires", 银行会安排.
ACTS_BEHIND = re.compile(
    r"(?:方面|那边|那里)?(?:要(?:份|求|我|睇|看|个|一份|先)|话|会|要求|说|问|建议|告诉|将|通知|同意|不肯|唔肯)|"
    r" (?:wants|requires|required|asks|asked|says|said|told|insists|suggested|agreed|will not)\b"
)
# "last year we met at the fair": told of what was done then.
LONG_AGO = re.compile(
    r"(?:去年|前年|上年|上个?月|上次|上星期|上周|曾经?|早年|当年|往年)[^,。;\n要想需请]{0,12}$|"
    r"\b(?:last (?:year|month|week|spring|summer|autumn|winter)|years ago|previously|formerly|once)\b[^.;\n]{0,30}$|"
    r"\bwe met [^.;,\n]{0,40}$"
)
EVENT = re.compile(
    r"(?:参加|参展|展会|展览会?|设厂|开厂|办厂|考察|trade fairs?|fairs?|exhibitions?|booth|expo|canton fair|trade shows?).*"
)
# What a provider is, not a licence to be had: "a licensed customs broker".
LICENSED = re.compile(r"licen[sc]ed|持牌")
BECOMES = re.compile(r"\b(?:get|be|become|getting|becoming) $")
PATENT = re.compile(r"patents?|专利|trade ?marks?")
FILES = re.compile(
    r"\b(?:to file|file (?:in|for|it)|filings?|filed in|apply for|register (?:it|them)|national phase)\b|"
    r"申请[^,。;]{0,6}国|递交申请|进入国家"
)
OWN_GOODS = re.compile(r"(?:我们|我司|我哋|我方|本公司|公司)的?嘅?[^,。;\n]{0,4}$|\bour (?:\w+ )?$")
GOODS = re.compile(r"软件|app|software|网站|平台|产品|系统|servers?|服务器")
OF_THE_LEDGER = re.compile(r"收[账款].*|收账")
# An investor's target and its trade: 入股一间物流企业.
TARGET = re.compile(r"(?:收购|入股|并购|买下|投资)[^,。;\n]{0,8}[一两]?[家间个][^,。;\n]{0,4}$")
IS_READY = re.compile(r"(?:注册|开|办|设立)好[了咗]?$")
IS_PAST = re.compile(r"(?:设|开|开设|注册|成立|设立|申请|参加|办|买|招|请|聘|打|用|委托)[了咗过]")
# "fought one like it before", 以前做账的那家, 我司中标做项目管理: told of somebody or of what was done.
WAS = re.compile(
    r"(?:之前|以前|此前|先前|曾经?|早前|上次|过去|往年|去年|前年|上年)[^,。;\n要想需请找揾]{0,12}(?:打|做|办|请|用|报|找|委托|参加|申请)(?:过|了|咗)[^,。;\n要想需]{0,6}$|"
    r"(?:中标|承接|承包|接下|接咗|中咗标)(?:做|了|咗|的)*[^,。;\n要想需请找揾]{0,8}$|"
    r"(?:未到|还没到|尚未到|仲未到|未进入|尚未进入|没到)$|\bnot yet (?:at|in|reached)(?: the| an?)? ?$"
)
NOT_YET = re.compile(
    r"(?:未到|还没到|尚未到|仲未到|未进入|尚未进入)$|\bnot yet (?:at|in|reached)(?: the| an?)? ?$"
)
# "Warehouse in Duisburg plus VAT registration": a note that begins with what it asks for.
PLACED = re.compile(r" (?:in|near|at|around)\b[^.;\n]*(?:\bplus\b|\band\b|[+&,])")
OF_BEFORE = re.compile(r"(?:以前|之前|上次|原来|此前|早前|旧)[^,。;\n要想需]{0,6}$")
WHO_BEHIND = re.compile(r"(?:的|嘅)?(?:那[家间位个]|嗰[间个位])")


LACKS = re.compile(r"\b(?:have|has|had|there is|there are) no [^,.;\n]*$|(?:没有|冇|无)[^,。;\n]*$")


BY = re.compile(
    r"(?:用|用回|用返|靠)(?:我们|我司|我哋|本公司|自己|自家|集团|总部|公司|内部)(?:的|嘅|自己|集团|公司|内部){0,3}$|"
    r"(?:由|归|(?<![提递成])交(?:由|给|俾)?)(?:我们|我司|我哋|[本敝]公司|[本敝]集团|另一[家间个]?|其他|别的|公司|现有的?|自己的?|香港|当地|总部|集团|原来的?|合作的?){0,2}$|"
    r"\bby (?:(?:our|the|a|an|another|existing|own|group|current|in-house|local) ){0,3}$"
)
BANK = re.compile(r"银行|banks?|保险公司")
MESSENGER = re.compile(r"介绍|推荐|推介|引荐|recommend|introduc|send|, not an? $")
CLAUSE_END = re.compile(r"[,、:()]| (?:but|and) ")
BARRISTER = re.compile(r"barristers?|大律师")


# 清真以外的牌照 says of which one it is not.
BESIDE = re.compile(r"(?:以外|之外)的")
# Refused it means litigation; by itself it is only a place.
COURT = re.compile(r"courts?|法庭|法院|通过经纪")
# The other side of a contract or a dispute as often as somebody to be found.
TRADE_PARTNER = re.compile(
    r"(?:distributors?|dealers?|resellers?|wholesalers?|importers?|buyers?|business partners?|"
    r"local partners?|local agents?|sales agents?|sole agents?|partners?|"
    r"(?:当地|本地|海外)?(?:经销商|代理商|分销商|批发商|渠道商|进口商|采购商|买家|买方|合作方|合作伙伴|合作商|总代理|独家代理))"
)
SEEKS = re.compile(
    r"(?:找|揾|寻|物色|介绍|推荐|引荐|推介|对接|约|认识|匹配|拓展|开拓|开发|联系|联络|招|发展|需要|缺|求|"
    r"配对|见|洽谈|接触|建立|铺|选|挑|邀|加|筛|开发出|想要|想有|还要|要有?|做|请)"
    r"[^,。;\n告诉欠骗跟签]{0,16}$|[、/和及与同或]$|"
    r"\b(?:find\w*|look\w* for|search\w*|seek\w*|introduc\w+|meet\w*|identif\w+|match\w*|need\w*|"
    r"want\w*|sourc\w+|recommend\w*|screen\w*|recruit\w*|reach\w*|approach\w*|connect\w*|contact\w*|"
    r"get|new|more|potential|suitable|appoint\w*|and|or|plus|also)(?: [\w'-]+){0,5}[ /]$"
)
# 合作方的背景: of whom something is to be found out.
LOOKED_INTO = re.compile(r"的?(?:背景|资信|信用|底细|诚信|股东|实力)")
DEALS = re.compile(
    r"(?:告|跟|与|同|诉|欠|由|被|俾)[^,。;\n]{0,8}$|\b(?:our|the|by|with|against) (?:\w+ )?$"
)
