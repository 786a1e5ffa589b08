"""The rules of `phrases` for law, accounts, tax, companies and compliance: `|` parts rules, `~` is a gap, `/` parts words that do the same.

English words are matched with their endings; Chinese in its folded form, which is Simplified.
"""

LAW_RULES: tuple[tuple[str, str], ...] = (
    (
        "LEG.COR",
        "review/vet/draft/check/negotiate/amend/look over ~ contract/agreement/terms and conditions"
        "|审/审查/审核/起草/草拟/拟/看/睇/修改/把关 ~ 合同/合约/协议/条款|合同/合约/协议 ~ 怎么写/起草/审核/审查/审阅/把关/谈判"
        "|contract/agreement ~ drafted/reviewed/vetted/checked",
    ),
    (
        "LEG.FDI",
        "foreign ~ own/ownership/shareholding/equity/stake ~ limit/cap/restriction/allowed/rule"
        "|100% ~ foreign owned/foreign ownership|can ~ foreigner/foreign company/foreign companies ~ own"
        "/hold|外资/外国人/外商 ~ 占股/持股/控股/准入/限制/比例/独资",
    ),
    (
        "LEG.MNA",
        "acquire/buy/take over/purchase ~ company/competitor/stake/shares/factory/business/target/mill"
        "/plant|legal ~ due diligence/dd|set up/form/enter into/negotiate ~ joint venture/jv"
        "|收购/并购/入股/买下/购买 ~ 公司/工厂/股权/股份/厂/企业/农场/矿|法律 ~ 尽调/尽职调查/尽职审查"
        "|成立/设立/组建/搞/谈/签 ~ 合资公司/合资企业/合营公司/合资",
    ),
    (
        "LEG.FIN",
        "review/draft/negotiate ~ loan/facility/financing/security/bond ~ agreement/document/documentation"
        "|lawyer/counsel/law firm ~ ipo/listing/bond/loan/financing|审/审查/起草 ~ 贷款/融资/担保/抵押/债券 ~ 合同"
        "/协议/文件|上市/发债/债券/融资/贷款 ~ 律师",
    ),
    (
        "LEG.CON",
        "review/draft/negotiate ~ epc/construction/subcontract/fidic/ppa/concession ~ contract/agreement"
        "|审/审查/起草/看/睇/谈 ~ 工程/施工/epc/分包/总包/菲迪克/特许 ~ 合同/合约/协议",
    ),
    (
        "LEG.LAB",
        "dismiss/fire/terminate/lay off ~ employee/staff/worker/manager|draft/review ~ employment/labour"
        "/labor ~ contract/agreement|辞退/解雇/开除/裁掉 ~ 员工/工人/人|员工/工人/劳动/雇佣 ~ 合同/手册/仲裁/赔偿金"
        "|员工/工人 ~ 罢工/告/投诉/闹事|comply ~ labour/labor/employment ~ law/rule",
    ),
    (
        "LEG.CMP",
        "merger/competition/antitrust ~ filing/clearance/approval/notification/review/notify"
        "|竞争法/反垄断/经营者集中/竞争 ~ 申报/审查/审批/备案",
    ),
    (
        "LEG.REA",
        "lease/land/tenancy/property ~ contract/agreement ~ review/draft/check/negotiate"
        "|review/draft/negotiate/check ~ lease/tenancy/land ~ agreement/contract/title"
        "|buy/purchase/acquire/lease ~ land/plot|土地/厂房/房产/租赁/租约/物业 ~ 合同/产权/过户/租约/权属"
        "|买/购买/购置/租 ~ 地皮/土地/地块",
    ),
    (
        "LEG.ISV",
        "close/wind up/liquidate/dissolve/deregister/shut down ~ company/subsidiary/entity/branch"
        "|注销/清算/关闭/关掉/结束/解散 ~ 公司/子公司/分公司/代表处|申报 ~ 债权|公司/客户/供应商/买家 ~ 破产"
        "/资不抵债|customer/supplier/buyer/debtor ~ insolvent/bankrupt/liquidation",
    ),
    (
        "LEG.TRD",
        "anti dumping/antidumping/countervailing/anti subsidy ~ investigation/dutie/case/review/respond"
        "|反倾销/反补贴/双反 ~ 调查/应诉/复审/案/税",
    ),
    (
        "LEG.MAR",
        "vessel/ship ~ arrest/detain/collide/released|arrest/release ~ vessel/ship|cargo ~ damaged/lost/"
        "short|船/船舶/货轮 ~ 被扣/扣押/碰撞/放行|扣/扣押 ~ 船|货物/货 ~ 海运途中/货损/水湿",
    ),
    (
        "DIS.NEG",
        "negotiate/settle ~ dispute/settlement/supplier/buyer/landlord/claim/amicably|help ~ negotiate"
        "|谈/商讨/商量/协商/倾 ~ 和解|代表 ~ 谈判|发/出 ~ 律师函/律师信",
    ),
    (
        "DIS.MED",
        "mediate ~ dispute/between|try/prefer/propose/go ~ mediation|通过/走/先/申请/想 ~ 调解",
    ),
    (
        "DIS.MED.MDR",
        "need/find/appoint/looking for/want ~ mediator|找/揾/选/请/推荐/指定 ~ 调解员/调解人",
    ),
    (
        "DIS.MED.INS",
        "institution/centre/center/body ~ administer ~ mediation|找/选/推荐/处理 ~ 调解中心/调解机构/调解院",
    ),
    (
        "DIS.ARB.CNS",
        "represent/counsel/lawyer/law firm/defend/barrister/solicitor ~ arbitration/arbitral"
        "|siac/hkiac/cietac/icc/arbitration ~ counsel/lawyer/law firm/representation/representative"
        "|律师/代理/律所/律师行 ~ 仲裁|仲裁 ~ 律师/代理人/律所/律师行/代理律师/代表律师/应诉/代理",
    ),
    (
        "DIS.ARB.TRB",
        "appoint/nominate/need/find/choose/select ~ arbitrator/tribunal|选/拣/拣/找/揾/提名/指定/委任/推荐/请 ~ 仲裁员",
    ),
    (
        "DIS.ARB.INS",
        "which/choose/recommend/find/select/compare ~ arbitration/arbitral ~ institution/centre/center"
        "/rule|选/哪家/哪个/找/推荐/比较/边间 ~ 仲裁机构/仲裁中心/仲裁院",
    ),
    (
        "DIS.LIT",
        "take/bring/go ~ court|sue/litigate ~ supplier/buyer/customer/distributor/partner/court/them"
        "|represent/defend ~ court/lawsuit/proceedings|在 ~ 法院/法庭 ~ 起诉/应诉/打官司/诉讼|代理 ~ 诉讼/官司/应诉/出庭"
        "|起诉 ~ 对方/他们/客户/供应商/公司/佢哋/经销商/买家|we ~ defendant/plaintiff",
    ),
    (
        "DIS.INT",
        "freeze/attach/preserve/seize/block ~ account/asset/property/fund/evidence"
        "|apply/obtain/seek/get ~ injunction/freezing order/interim measure"
        "|冻结/查封/冻住/扣押/保住/锁定/冻 ~ 账户/户口/资产/财产/资金/帐户/存款/钱|申请/做 ~ 保全/禁令/禁制令",
    ),
    (
        "DIS.ENF",
        "enforce/recognize/recognise/execute/register/resist ~ award/judgment/judgement/decision"
        "|how ~ enforce|award/judgment/judgement ~ enforce/enforceable/recognised/recognized/unpaid|how to ~ enforce"
        "|have/hold/won/got/obtained ~ award/judgment/judgement"
        "|执行/承认/认可/登记 ~ 裁决/判决/裁决书/判决书|裁决/判决/判决书/裁决书/胜诉 ~ 执行/承认/认可/唔执行/怎么执行"
        "|赢/胜/打赢 ~ 官司/仲裁 ~ 执行|认可/承认 ~ 执行",
    ),
    (
        "DIS.DBT",
        "collect/recover/chase/claim ~ debt/payment/receivable/invoice/money/dues/balance/deposit"
        "|owe ~ usd/us$/$/million/money/us/invoice|unpaid/overdue/outstanding ~ invoice/bill/payment/goods/"
        "receivable/balance/debt|customer/buyer/client/distributor/importer/importers ~ not paid/won't pay/refuse to pay/stopped"
        " paying/disappeared/defaulted/owe/hasn't paid/has not paid/didn't pay/never paid/not pay"
        "|追/讨/收/催/追讨/追回/讨回/追收/收回 ~ 欠款/货款/尾款/债/款/账款/债务/欠债/欠数/工程款/定金/数"
        "|拖欠/欠/欠咗/拖/赖 ~ 货款/款/尾款/工程款/钱/万/服务费/账/尾数/数|客户/买家/买方/对方/经销商/客/业主 ~ 不付款/不付/"
        "不给钱/拖欠/赖账/跑路/失联/走数/唔俾钱/唔找数/没付款/未付款/不还/唔还|查/追查/调查/追踪/追 ~ 资产/财产/财产线索",
    ),
    (
        "DIS.EXP",
        "expert ~ law/damages/delay/quantum/damage/testify/loss/hearing|工期/损失/造价/延误/技术 ~ 鉴定/专家/专家证人",
    ),
    (
        "NOT.NTP",
        "certify/certified ~ true copy/true copies/copies|sign/signed/witness/witnessed ~ notary/notary public"
        "|notary/notarise/notarize/notarised/notarized ~ hong kong|香港 ~ 公证人|公证人 ~ 见证/签署/核证|核证 ~ 副本",
    ),
    (
        "NOT.NTO",
        "内地/国内/大陆/中国/毕业证/学历/结婚证/出生/无犯罪/单身证明/户口/亲属关系/营业执照 ~ 公证"
        "|notarise/notarize/notarised/notarized/notarial ~ mainland/china/chinese notary office",
    ),
    (
        "NOT.CAA",
        "hong kong/hk ~ document/company/resolution/power of attorney ~ use/used ~ mainland/china/shenzhen/"
        "guangzhou/shanghai/beijing|香港 ~ 文件/决议/授权书/委托书/公司资料 ~ 内地/大陆/国内/深圳/广州/上海/北京/东莞/佛山"
        "|委托公证/中国委托",
    ),
    ("NOT.APO", "apostille ~ document/certificate/degree|海牙/附加证明/加签 ~ 认证/公证/证明书"),
    (
        "NOT.CLG",
        "legalise/legalize/legalised/legalized/attested/authenticated/stamped ~ embassy/consulate"
        "|embassy/consulate/consular ~ legalise/legalize/stamp/attest/authenticate/legalisation"
        "|使馆/领馆/领事馆/大使馆/领事 ~ 认证/盖章/加签/加章",
    ),
    (
        "NOT.VER",
        "verify/check/confirm/authenticity/genuine ~ notarial certificate/notarial deed/notarised document"
        "|公证书/公证文书/公证 ~ 真伪/核验/查验/核实/真假/系咪真/是真的/是否真/真实性/鉴别|核验/核实/查验/验证/辨别 ~ 公证书/公证",
    ),
    (
        "ACC.AUD",
        "audit/audited ~ accounts/financial statement/subsidiary/report|accounts/financial statements/books"
        " ~ audited|审计/核数/审 ~ 报告/报表/年报/账目|出 ~ 审计报告/核数报告",
    ),
    (
        "ACC.BKP",
        "do/keep/handle/outsource/maintain ~ bookkeeping/our books/the books/our accounts/accounting"
        "|someone ~ books|找/请/揾 ~ 代账/做账/记账/理账/会计做账|做/代理/外包/处理 ~ 账务/记账/帐/账",
    ),
    (
        "ACC.FRS",
        "convert/restate/prepare ~ ifrs/hkfrs/us gaap/financial statements/consolidated accounts"
        "|报表/财报/账 ~ 转换/转成/转为/合并|按 ~ 国际准则/ifrs/香港准则/国际财务报告准则/国际会计准则",
    ),
    (
        "ACC.FDD",
        "financial ~ due diligence/dd|财务/财税 ~ 尽调/尽职调查/尽职审查/尽职|尽调/尽职调查 ~ 财务",
    ),
    (
        "ACC.FOR",
        "investigate ~ fraud/theft/embezzlement/misappropriation|review/strengthen/test ~ internal control"
        "|内控/内部控制/内部监控 ~ 审阅/梳理/评价/检讨/顾问/建设|调查/查 ~ 舞弊/贪腐/挪用/侵占/假账|员工/经理/高管 ~ 侵占/挪用"
        "/舞弊/贪污",
    ),
    (
        "TAX.STR",
        "tax ~ structure/structuring/planning/treaty/treaties/incentive/holiday/efficient/due diligence"
        "/optimise|reduce/lower/optimise/optimize/minimise/minimize ~ tax/withholding"
        "|due diligence ~ tax|税务/税收/税 ~ 筹划/架构/协定/优惠/规划/减免/居民/尽调/尽职调查|申请 ~ 税收优惠/免税/税收居民"
        "|repatriate/bring back/remit ~ profit/dividend|利润/股息/分红 ~ 汇回/汇出/预提税/调回|优惠 ~ 申请",
    ),
    (
        "TAX.TPR",
        "transfer pricing/intercompany/intra group/related party ~ document/documentation/policy/study/"
        "report/price/pricing/file|关联/集团内部/母子公司 ~ 定价/交易",
    ),
    (
        "TAX.FIL",
        "file/submit/prepare ~ tax return/tax/cit/income tax|tax ~ filing/return/registration/compliance/"
        "declaration|申报/报/缴纳/代缴 ~ 所得税/个税/税|税务 ~ 申报/登记/注册/合规/报税|register ~ tax",
    ),
    (
        "TAX.IND",
        "register/file/claim/recover/refund ~ vat/gst/sst|vat/gst/sst ~ register/registration/return/refund"
        "/filing/compliance|注册/申报/退/申请/办 ~ vat/gst/增值税/消费税|增值税/消费税/vat/gst ~ 申报/注册/退税/登记/发票/税号",
    ),
    (
        "TAX.CON",
        "tax ~ dispute/appeal/assess/assessed/objection/inspect/penalty/investigation/court/office ~ "
        "assessed/objection/appeal/challenge/fine|tax authority/tax office/tax department/tax bureau/tax dept/"
        "revenue ~ assess/assessed/assessment/notice/reassess/claim/challenge/audit/demand/fine/question/investigate|appeal/object/challenge ~ tax"
        "|tax/vat/tp/transfer pricing ~ audit|税务局/税局/税务机关/税务部门/税务 ~ 稽查/追缴/补税/罚款/质疑/调查/处罚/追税/复议/上诉"
        "/争议/要求补|被 ~ 补税/查税/税务稽查/税局查",
    ),
    (
        "CSF.INC",
        "open/set up/register/incorporate/establish/form/start/create/launch ~ company/companies/subsidiary/"
        "entity/entities/branch/representative office/rep office/office/llc/sdn bhd/pte ltd/gmbh/wfoe/pt pma/holdco/spv"
        "|注册/设立/成立/开间/开一家/开个/开家/开设/开办/设/新设/建立/搭建/组建 ~ 公司/子公司/分公司/代表处/办事处/实体/法人/主体/分支机构/附属公司",
    ),
    (
        "CSF.SEC",
        "act/provide/need/appoint/change ~ company secretary/registered office/registered address/local director"
        "/nominee director/resident director|annual ~ return/filing|提供/找/请/挂/换 ~ 公司秘书/注册地址/挂名董事/本地董事/法定秘书"
        "|变更/更换/改 ~ 董事/股东/法人/章程|公司 ~ 年审/年检/年报申报/周年申报",
    ),
    (
        "CSF.ODI",
        "odi/outbound investment/overseas investment ~ filing/approval/registration/file/approve/record"
        "|ndrc/mofcom/safe ~ filing/approval/registration|境外投资/对外投资/odi/发改委/商务部/商务厅/外管局/发改 ~ 备案/核准/登记/审批/证书"
        "|资金 ~ 出境 ~ 备案/审批/手续",
    ),
    (
        "CSF.LIC",
        "apply/obtain/get/need/renew/secure ~ licence/license/licences/licenses/business permit/operating permit"
        "|licensed ~ operate|申请/办/办理/拿/取得/续/申领/攞/拎 ~ 牌照/许可证/执照/许可/牌/批文/证照/经营证",
    ),
    (
        "IPR.TMK",
        "register/file/protect/renew/oppose/cancel/squat ~ word mark/trademark/trade mark/brand name/logo/copyright/brand"
        "|trademark/trade mark/brand ~ register/squat/stolen/registered by/oppose|注册/申请/续展/登记/保护 ~ 商标/版权/品牌/logo/"
        "标志/着作权/外观|商标/品牌/牌子 ~ 抢注/被注册/注册/续展/异议/撤销/无效/俾人注册/抢先注册",
    ),
    (
        "IPR.PAT",
        "file/apply/register/protect/invalidate ~ patent/invention|申请/布局/提交/检索/无效 ~ 专利|专利 ~ 申请/布局/检索/分析/无效",
    ),
    (
        "IPR.LIC",
        "license/licence/transfer ~ technology/patent/trademark/brand/know how/ip|value/valuation ~ patent/"
        "trademark/ip/technology/intangible|技术/专利/品牌/商标/ip/版权 ~ 授权/许可/转让/评估/作价|授权/许可/转让 ~ 技术/专利/品牌/商标",
    ),
    (
        "IPR.ENF",
        "stop/fight/sue/raid/seize/remove ~ counterfeit/fake/copycat/infringe/infringement/infringer/pirate"
        "|copy/copied/copying/imitate ~ product/design/brand/patent|infringe/violate/accuse ~ patent/trademark/copyright/design/"
        "ip|仿冒/假冒/抄袭/山寨/盗用/冒用/侵犯/盗播 ~ 产品/商标/品牌/专利/版权/外观/设计|专利/商标/版权/品牌/产品/外观 ~ 侵权/被抄/被仿/"
        "仿冒/假冒/维权/被盗/盗版",
    ),
    (
        "COM.SAN",
        "check/screen/avoid/breach ~ sanction|对/查/筛查/排查/触碰/涉及 ~ 制裁",
    ),
    (
        "COM.EXC",
        "export ~ licence/license/control/permit ~ item/chip/drone/technology/need/require|classify/"
        "classification ~ eccn/export/dual use|出口 ~ 管制/两用",
    ),
    (
        "COM.FCC",
        "prevent/policy/training/investigate ~ bribery/corruption/money laundering|反/防 ~ 贿赂/腐败/洗钱/贪污"
        "|aml/kyc ~ policy/programme/program/procedure/review/compliance",
    ),
    (
        "COM.PRD",
        "register/registration/approve/approval/registering ~ product/device/drug/medicine/cosmetic/food/supplement/"
        "pesticide/medical device|medical device/drug/medicine/cosmetic/food/supplement/device/vaccine/diagnostics ~ register"
        "/registration/approval/registered/approved/clearance|注册/备案/报批/登记 ~ 器械/药品/化妆品/保健品/食品/农药/医疗器械/产品/药"
        "|器械/药品/化妆品/保健品/食品/农药/药/产品/试剂/疫苗/中成药/奶粉/饲料/兽药 ~ 注册/备案/准入/报批/审批/上市许可/登记",
    ),
    (
        "COM.CUS",
        "customs ~ valuation/classification/penalty/investigation/ruling/detain/seize/hold/origin/question/lawyer/"
        "challenge|origin ~ certificate/rule/qualify/determination|goods/container/cargo/shipment ~ seized/detained/held/stuck"
        " ~ customs|货/货柜/货物/柜 ~ 被扣/扣在/扣留/卡在|海关 ~ 估价/归类/稽查/处罚/扣/质疑/查验|原产地/产地 ~ 证/认定/规则/判定/问题/标准",
    ),
    (
        "COM.DDI",
        "check/investigate/vet/verify/screen/look into/background ~ supplier/partner/distributor/counterparty/seller/"
        "buyer/shareholder/agent/client/company background|due diligence/dd/background check ~ supplier/partner/distributor/agent/"
        "counterparty/seller/client/vendor/customer|查/调查/摸/核实/了解/查清/查吓/查下 ~ 背景/底细/资信/信用/实控人/股东/诚信/实力/背书"
        "|对方/合作方/供应商/客户/经销商/代理商/伙伴/卖方/股东 ~ 背景/资信/底细/背调/尽调/尽职调查/信用",
    ),
    (
        "DAT.PRV",
        "comply/compliance/gap/review/assess/assessment ~ gdpr/pdpa/pipl/privacy/personal data/lgpd/pdpo"
        "|gdpr/pdpa/pipl/privacy/personal data/lgpd/pdpo ~ comply/compliance/policy/assessment/review/audit/officer"
        "|个人信息/个人资料/个人数据/隐私/私隐/用户数据/用户信息/gdpr/pdpa ~ 合规/保护/政策/保障/影响评估/审查",
    ),
    (
        "DAT.XBT",
        "transfer/send/move/export/store/flow/share ~ data/personal data/customer data ~ abroad/overseas/china/hong kong/out/"
        "back/headquarters/hq/cross border/offshore/locally|data ~ leave/cross border/transfer abroad/transferred"
        "|transfer/send/store/move ~ back to/china servers/overseas servers|transfer ~ their data/user data/personal data|数据/资料/信息 ~ 出境/跨境/传回/传到/回传/传输/本地化/传返/传送/境外/传至/传出",
    ),
    (
        "DAT.SEC",
        "server/system/network/website/email ~ hacked/attacked/breached/compromised|security/vulnerability ~ assessment/"
        "test/testing/audit/scan|data ~ breach/leak/stolen|系统/服务器/网络/网站/邮箱/数据 ~ 被黑/攻击/勒索/入侵/漏洞/泄露/被盗/渗透/"
        "安全评估/测评/安全测试/外泄/泄漏",
    ),
)
