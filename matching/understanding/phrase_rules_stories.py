"""The rules of `phrases` for needs told rather than named, in law, accounts and compliance.

"They registered our logo", 税局查咗三年账. Written as in `phrase_rules`.
"""

LAW_STORIES: tuple[tuple[str, str], ...] = (
    (
        "LEG.COR",
        "terms of sale/terms of business/contract/agreement/mou/term sheet/nda ~ looked at/look at/read/go through/vet/tighten/drawn up/"
        "redraft/check|draw up/look at/go through/read/tighten/redline ~ contract/agreement/mou/term sheet/terms/nda"
        "|合同/合约/协议/条款/备忘录/意向书 ~ 有没有坑/有冇陷阱/过一遍/过目/把把关/修订/帮看/睇下/执下/拟定/走一遍|执/过一遍/把关/看看/睇睇/睇下/过目 ~ 合约/合同/协议/条款",
    ),
    (
        "LEG.FDI",
        "foreigner/foreigners/foreign investor/foreign investors/foreign company/foreign companies/non residents ~ hold/own/permit/allow/"
        "invest/restrict/bar/licensed|local partner/local shareholder/nominee ~ required by law/mandatory/compulsory"
        "|sector/industry/business ~ open to foreign/closed to foreign/negative list|foreign investment ~ approval/screening/restriction/rule/law"
        "|外资/外商/外国人 ~ 多少股/占多少/几多股/持多少/占几多|外资/外商/外国人/外国公司 ~ 能不能/可不可以/可唔可以/允许/限制/资本要求/最低资本/门槛/负面清单/审查/开放|要不要/必须/是否要/使唔使 ~ 本地人代持/本地股东/当地股东/当地人持股"
        "|行业/业务 ~ 对外资开放/外资准入",
    ),
    (
        "LEG.MNA",
        "buy out/buying out/sell/selling ~ partner/shareholder/stake/shares/business/share|lawyer/lawyers/counsel ~ purchase/acquisition/takeover/buyout|paper/document/close ~ deal/acquisition/transaction"
        "|spa/sha ~ draft/drafting/drafted/negotiate/review|draft/negotiate/review ~ spa/sha|share purchase/asset purchase/shareholders/joint venture ~ agreement/contract|swap/merge ~ shares/companies/company"
        "|买下/收购/盘下/吃下 ~ 公司/厂/股权/股份/业务/品牌/矿|股权/股份/交割/收购 ~ 转让协议/收购协议/文件/买卖协议|股东/合资 ~ 协议/纠纷",
    ),
    (
        "LEG.FIN",
        "borrower/lender/issuer/underwriter/arranger ~ counsel/lawyer/law firm|facility/loan/syndicated/bond/security ~ counsel/lawyer/law firm/"
        "opinion|lawyer/counsel/law firm ~ facility/bond/notes/prospectus/securities/convertible"
        "|贷款/融资/银团/债券/抵押/担保/发债/招股/证券 ~ 律师/法律意见|律师/律所/律师行 ~ 证券/招股/发债/银团/贷款合同/融资文件/抵押",
    ),
    (
        "LEG.CON",
        "extension of time/eot/variation/delay damage/liquidated damages/retention/taking over/defects ~ claim/notice/employer/contractor/"
        "contract/advice|employer/main contractor/project owner ~ withhold/terminate/reject/refuse|power purchase/concession/offtake ~ agreement"
        "|工期/签证/变更/索赔 ~ 业主/总包/合同条款|终止/解除/中止 ~ 总包/分包/施工|业主/总包 ~ 扣/拒签/不认/终止合同/解除合同|购电/ppa/epc/fidic ~ 协议/合同",
    ),
    (
        "LEG.LAB",
        "worker/workers/staff/employees/union ~ strike/threaten/protest/overtime/dismissal/severance/redundancy|lay off/dismiss/fire/retrench/"
        "let go ~ people/workers/staff/employees/manager|handbook/employment contract/employment contracts/severance/non compete ~ draft/review/rewrite/"
        "comply/local|work rules/staff handbook/employee handbook ~ draft/comply/local"
        "|裁/炒/遣散/辞退/开除/解雇/裁掉 ~ 人/员工/经理/工人/伙计/团队|员工/工人/工会/伙计 ~ 罢工/闹/加班费/遣散/补偿金/赔偿/仲裁/告我/告公司|劳动/用工/雇佣/员工 ~ 合规/手册/法规/合同/纠纷/法律/条例",
    ),
    (
        "LEG.CMP",
        "notify/notification/filing/clearance ~ competition authority/competition commission/antitrust/merger control"
        "|competition authority/competition commission/merger control/antitrust ~ filing/notify/approval/clearance/file"
        "|竞争委员会/竞争委/反垄断局/反垄断/竞争局 ~ 申报/批准/审查/备案/通知|向 ~ 竞争委员会/竞争局/反垄断局|市场份额 ~ 申报/垄断",
    ),
    (
        "LEG.REA",
        "title/land use right/deed/zoning/encumbrance ~ search/check/checks/verify/review/verified|buy/lease/rent/acquire ~ plot/land/building ~ lawyer/title/legal"
        "|土地/地权/产权/地契/租约/业权/地块 ~ 瑕疵/核查/查册/核实/清唔清/干净/审/过户/抵押/查清|查/核查/核实/看/睇 ~ 地权/产权/地契/土地权属/业权",
    ),
    (
        "LEG.ISV",
        "close/wind/liquidate/strike off/dissolve/deregister ~ subsidiary/company/entity/entities/branch/joint venture/office"
        "|file/prove/submit/lodge ~ proof of debt/claim ~ liquidator/insolvency/bankruptcy/administrator|supplier/buyer/customer/partner/client ~ "
        "bankrupt/insolvent/insolvency/bankruptcy/administration/liquidation/chapter 11"
        "|清盘/清算/注销/关掉/收档/结业/解散/结束 ~ 公司/子公司/附属公司/分公司/办事处|子公司/附属公司/分公司/代表处 ~ 清盘/注销/清算/关掉/结业/关门/撤销/解散|公司 ~ 清盘/注销/清算/关掉/解散"
        "|客户/供应商/买家/对方/债务人 ~ 破产/清盘/重整/倒闭/执笠|债权/债权人 ~ 申报/会议|向 ~ 管理人/清盘人",
    ),
    (
        "LEG.TRD",
        "anti dumping/antidumping/safeguard/countervailing/subsidy/dumping ~ probe/questionnaire/duty/duties/petition/order/margin/inquiry"
        "|反倾销/反补贴/保障措施/双反/倾销 ~ 问卷/复审/抗辩/税率/应诉/调查/税|应诉 ~ 反倾销/双反|被 ~ 双反/反倾销",
    ),
    (
        "LEG.MAR",
        "carrier/shipowner/shipping line/charterer/p&i ~ liability/liable/claim/refuse/deny/dispute|charterparty/charter party/bill of lading/bills of "
        "lading/demurrage/salvage/general average ~ dispute/claim/clause/dispute|cargo/goods ~ wet/sea water/lost at sea/damaged on board"
        "|vessel/ship ~ arrested/detained/arrest/collision/grounded|船东/承运人/租家/船公司 ~ 拒赔/赔/责任/滞期费/索赔/不认|滞期费/提单/租船/共同海损 ~ 纠纷/争议/合同/索赔"
        "|船/货轮/油轮/船只 ~ 申请扣押/扣押/扣咗/搁浅/碰撞|海事/海商 ~ 律师/纠纷|放 ~ 船",
    ),
    (
        "DIS.NEG",
        "reach/negotiate ~ settlement|sit down/talk ~ settle/settlement|lead/conduct/handle ~ talks/negotiation|settle ~ quietly/commercially/out of court"
        "|请人出面/揾人出面/只能谈|出面/代表/替我们 ~ 谈/倾/协商/斡旋/讲数|谈/倾/协商 ~ 和解/补偿/赔偿方案/拢|友好 ~ 协商/解决/和解",
    ),
    (
        "DIS.MED.MDR",
        "need/want/find ~ neutral/mediator|neutral/mediator ~ help both/both sides/appoint/who speak/experienced|mediator ~ construction/shipping/commercial/familiar|调解员/调解人/调停人 ~ 懂/熟/会|居中/中间人 ~ 调解/调停/说和",
    ),
    (
        "DIS.MED.INS",
        "agree/agreed/want/ready ~ mediate ~ centre/center/institution|mediation ~ centre/center/institution/body/institutions|mediate ~ "
        "centre/center/institution|调解 ~ 哪个机构/哪家机构/哪家中心/哪个中心/机构处理/机构办理/机构推荐",
    ),
    (
        "DIS.ARB.CNS",
        "serve/served/receive/received/respond/defend/start/commence/file ~ notice of arbitration/request for arbitration/arbitration"
        "|represent/defend ~ arbitration/siac/hkiac/cietac/icc/niac|提/提起/应/打/收到 ~ 仲裁 ~ 律师/代理/大状/律师行/应诉/代表",
    ),
    (
        "DIS.ARB.TRB",
        "提名/委任/指定/选定/物色/推荐/揾/找 ~ 仲裁员|nominate/appoint/suggest ~ arbitrator/co arbitrator/sole arbitrator",
    ),
    (
        "DIS.ARB.INS",
        "which/compare/choose/pick ~ rules/institution/seat ~ arbitration/arbitrate|siac/hkiac/cietac/icc ~ compare/or siac/or hkiac/or icc/vs"
        "|仲裁 ~ 去哪里/去边度/哪里好/边度好/去哪|仲裁 ~ 哪家机构/哪个机构/机构怎么选/边间机构/选哪家|比较/对比/选 ~ 仲裁机构/仲裁规则/仲裁中心/仲裁院",
    ),
    (
        "DIS.LIT",
        "court/courts|法庭/法院/上庭|sue/sued/suing/lawsuit/summons/writ ~ us/them/supplier/buyer/court/received/against/served|received/got/served ~ writ/summons/lawsuit/court papers"
        "|收到/接到 ~ 传票/起诉状/法院通知/传讯令状|告/起诉 ~ 违约/赔偿/代理商/供应商/经销商/客户/业主|被/俾 ~ 告上法庭/起诉/告到法院/入禀|应诉/出庭/开庭/上诉 ~ 律师/代理",
    ),
    (
        "DIS.INT",
        "court order ~ hold/stop/freeze/seize/prevent|need/want/get/have/keep ~ account/accounts/assets/shares/property ~ frozen/blocked/attached/preserved"
        "|stop/prevent ~ moving/dissipating/transferring/selling ~ assets/money/goods|moving/dissipating/hiding ~ assets/money|emergency/urgent/interim ~ relief/order/arbitrator/measures"
        "|把/将 ~ 账户/资产/财产/户口/货/股权/资金 ~ 冻住/冻结/查封/扣住/锁住/封住|账户/户口/资产/财产/货物/股权/资金 ~ 冻住/查封/保全/禁制|转移/隐匿/搬走/转走/调走 ~ 资产/财产/资金/钱|禁制令|财产 ~ 保全",
    ),
    (
        "DIS.ENF",
        "court/tribunal/arbitrator ~ ruled for us/found for us/in our favour/in our favor|won/win ~ case/arbitration/lawsuit ~ collect/enforce/assets/pay"
        "|use/take ~ judgment/award ~ there/in/to/against|award/judgment/judgement ~ debtor/not paid/refuse to pay/ignore/collect/unpaid/assets"
        "|想执行/申请执行/强制执行|判决/裁决/胜诉/判咗/裁决书/判决书 ~ 拿到钱/不履行/唔找数/不执行/落实/唔肯俾/对方资产|攞咗/拿着/手上有/拿到/赢咗/赢了 ~ 裁决/判决/裁决书/判决书/判令",
    ),
    (
        "DIS.DBT",
        "owe ~ shipment/shipments/for/rent/fees/instalment/money|get/recover/collect ~ money back/our money/what we are owed/our deposit/payment"
        "|customer/buyer/client/importer/importers/distributor/agent ~ stopped answering/vanish/ran off/took the goods|trace/find/locate ~ assets/debtor/owner"
        "|欠/拖欠/拖咗/拖着 ~ 租/租金/机费/运费/佣金/服务费/加工费/尾数/货款/费/人工/款|追/追讨/追收/追返/催/讨 ~ 数/租金/尾数/货款/钱/款/加工费/机费|名下/有什么 ~ 房产/资产/财产/物业/公司"
        "|资产/财产 ~ 查册/线索/追查/调查/下落|收不回/收唔返/要不回/收唔到/收不到 ~ 钱/款/货款/数|货款/尾款/钱/账款 ~ 收不回/收唔返/要不回/收不到/收唔到/追回",
    ),
    (
        "DIS.EXP",
        "delay/quantum/technical/forensic/damages/valuation/foreign law ~ expert/experts/opinion/analyst|expert ~ testify/report/hearing/tribunal/court"
        "|critical path ~ analysis/analyse/delay|专家/鉴定人 ~ 出庭/作证/报告/证言/意见|工期/量值/损失/因果/技术 ~ 专家/鉴定/分析报告",
    ),
    (
        "NOT.NTO",
        "学历/毕业证/无犯罪/出生证/结婚证/户口本/单身/委托书/驾照/亲属 ~ 公证|公证处 ~ 办/做/公证|公证 ~ 内地/国内/公证处",
    ),
    (
        "NOT.NTP",
        "sign/signed/witness/swear/execute ~ before a notary/in front of a notary/notary public|hong kong ~ notary|国际公证人/公证人/公证律师 ~ 见证/签/核证/签署"
        "|见证/核证/签署 ~ 国际公证人/公证律师",
    ),
    (
        "NOT.CAA",
        "香港 ~ 公司/文件/证明/决议/授权书 ~ 拎去/拿去/交去/交到/给/用喺/用于 ~ 内地/大陆/国内/工商局/市监局/房管局/法院/银行|委托公证人|china appointed/caao ~ attest/attesting/certify/seal",
    ),
    (
        "NOT.APO",
        "apostille/apostilled ~ degree/diploma/certificate/document/company|degree/diploma/certificate/document/power of attorney ~ apostille/apostilled"
        "|附加证明书/海牙认证/海牙加签/加签 ~ 办/文件/用|办/做/加 ~ 附加证明书/海牙认证/海牙加签",
    ),
    (
        "NOT.CLG",
        "embassy/consulate/consular ~ stamp/seal/legalise/legalize/attestation/authentication|送/拿去/到 ~ 领事馆/大使馆/领馆/使馆 ~ 认证/盖章/加签"
        "|领事/使馆/领馆/双 ~ 认证",
    ),
    (
        "NOT.VER",
        "notarial certificate/notarial deed/notarised document/notarial act ~ verified/verify/genuine/authentic/real/fake/checked|公证书 ~ 假/真/伪/查实/核对/造假"
        "|want/need ~ notarial certificate/notarial deed ~ verified/checked",
    ),
    (
        "ACC.AUD",
        "accounts/books/year end/annual accounts/financial statements ~ audited/auditor/audit|audit ~ year/year end/statutory/subsidiary/fy/annual"
        "|出/要/做 ~ 核数报告/审计报告/核数/年审|核数/审计/年审 ~ 师行/公司/子公司/报告/每年",
    ),
    (
        "ACC.BKP",
        "keep/do/maintain/tidy/handle ~ books/ledger/ledgers/bookkeeping/accounts/vouchers|month by month/monthly ~ books/accounts/bookkeeping"
        "|记/入/做/整理/理/埋 ~ 账目/凭证/单据/数簿|账/数/账目 ~ 冇人做/没人做/没人管/无人做|每月/按月/月月 ~ 记账/做账/入账/埋数|做/入 ~ 数簿",
    ),
    (
        "ACC.FRS",
        "translate/convert/restate/align ~ local gaap/gaap/ifrs/reporting/group reporting|local gaap/vas/sfrs/prc gaap/chinese gaap/chinese accounting standards ~ ifrs/hkfrs/us gaap/convert"
        "|准则/报表/账套 ~ 转换/调整/差异/转成/转换成/合并|国际准则/国际会计准则/ifrs/香港准则 ~ 合并/报表/编/出",
    ),
    (
        "ACC.FDD",
        "accountant/accountants ~ numbers/figures/target|quality of earnings/working capital/net debt/financials/books/numbers ~ target/before we buy/before we sign/before signing/review"
        "|look into/dig into/verify/check ~ target ~ books/numbers/accounts/financials|标的/目标公司/卖方公司/被收购方 ~ 的账/账目/财务/利润/报表/盘数|睇/查/核/看 ~ 标的/目标公司 ~ 账/数/财务",
    ),
    (
        "ACC.FOR",
        "employee/manager/director/cfo/staff/cashier/accountant/buyer ~ stole/stolen/steal/kickback/embezzle/siphon/fake invoice/theft/fraud"
        "|pad/inflate/fake/forge ~ invoice/invoices/expenses/receipts|suspect/suspicion ~ fraud/theft/kickback/embezzlement/books|internal audit/internal control/internal controls ~ review/set up/outsourc/improve/gap"
        "|经理/采购/员工/财务/高管/出纳/总监/伙计 ~ 回扣/假账/贪/私吞/挪用/造假/穿柜桶底/偷|查 ~ 回扣/内鬼/舞弊/假账|内控/内审/内部审计 ~ 外包/搭/做/查/评估/改善",
    ),
    (
        "TAX.STR",
        "dividend/dividends/interest/royalties/royalty ~ withholding/treaty/tax free/back home/tax efficiently|lowest/lower/reduce/save ~ withholding/tax"
        "|tax ~ adviser/advice/advisor ~ incentive/incentives/structure/treaty/holding/holiday|holding ~ structure/tax|views/opinion ~ tax adviser"
        "|股息/分红/利息/特许权使用费/派息 ~ 预扣税/预提税/协定/汇回/税负/怎么交税/点交税|预扣税/预提税/税收协定/双重征税 ~ 优惠/怎么/减/申请/避免/点/几多|架构/控股 ~ 省税/节税/悭税/税负/最优",
    ),
    (
        "TAX.TPR",
        "master file/local file/benchmarking/intercompany/inter company/intra group ~ prepare/document/report/pricing/charge/charges/2025/2026/services/fees"
        "|本地文档/主体文档/同期资料/国别报告/可比公司 ~ 准备/编/做/出/补/检索/补齐|关联/集团内/母子公司 ~ 服务费/定价/交易/收费/调整",
    ),
    (
        "TAX.FIL",
        "file/prepare/submit/lodge ~ income tax/personal tax/corporate tax/tax return|tax returns/tax return/tax filings ~ file/prepare/submit/late/due/expat"
        "|个税/企业所得税/利得税/年度申报/所得税/薪俸税 ~ 申报/报/没人做/代报/汇算/报税表|报/申报/代报 ~ 个税/利得税/所得税/薪俸税/税表|外派/派驻 ~ 个税",
    ),
    (
        "TAX.IND",
        "vat/gst/sales tax/sst/consumption tax ~ number/refund/returns/quarterly/monthly/deregister/invoice/invoicing/rep|增值税/消费税/gst/vat/商品及服务税 ~ 退/留抵/进项/税号/代理人/季度/注册/发票"
        "|退 ~ 增值税/进项税/消费税",
    ),
    (
        "TAX.CON",
        "tax authority/tax office/tax bureau/bir/irs/hmrc/iras/ird/dgt/lhdn/inland revenue/income tax department ~ issue/assess/audit/deficiency/notice/letter/penalty/investigate/claim/deny"
        "|deficiency/tax/revenue/additional ~ assessment ~ protest/against/appeal/dispute/us|protest/appeal/contest ~ assessment/tax bill/tax"
        "|税局/税务局/税务机关/税官/国税局/税署 ~ 查/补/罚/不认/要我/追/评税/质疑/来信/反避税/转移定价调查|补税/罚款/评税/追税 ~ 不服/申诉/上诉/反对/复议/抗辩|不服 ~ 补税/评税/税局/处罚",
    ),
    (
        "CSF.INC",
        "set up/setting up/register/incorporate/open/form/establish ~ company/entity/subsidiary/branch/shelf company/holding company/free zone company/wholly owned|subsidiary/entity ~ set up/registered/incorporated"
        "|开/搞/注册/设/设立/成立/起 ~ 个壳/壳公司/bvi/离岸公司/公司仔/控股公司/独资公司/全资公司/有限公司/个体户|注册/成立/开 ~ 当地公司/本地公司/新公司",
    ),
    (
        "CSF.SEC",
        "take over/act/serve/provide/replace/change/switch ~ company secretary/resident director/local director/registered agent/nominee director/secretary"
        "|file/submit/late ~ annual return/annual returns|change ~ director/directors/shareholder/share capital/registered address|公司秘书/秘书公司/秘书服务 ~ 接手/换/转/揾人/提供/揾人"
        "|换/接手/转 ~ 公司秘书/秘书公司|周年申报/年报/董事变更/股权变更/增资/改名 ~ 办/做/递交/手续/登记",
    ),
    (
        "CSF.ODI",
        "funds/money/capital ~ leave china/out of china/go abroad ~ filing/approval|发改委/商务部/商务厅/外管局/发改 ~ 手续/备案/报批/证书/批文|境外投资/对外投资/出海投资 ~ 手续/备案/批文/报批"
        "|资金/钱/款 ~ 出境/出海/出去/汇出 ~ 手续/备案/合规/审批",
    ),
    (
        "CSF.LIC",
        "licence/license/permit/permits/licences/licenses ~ apply/application/obtain/prepare/needed/required/operate/renew|lending/money lender/restaurant/liquor/travel agency/import/payment/operating/trading/"
        "school/clinic/brokerage/insurance/crypto/telecom/gaming ~ licence/license/permit|牌照/执照/许可证/酒牌/食肆牌/营业牌照/经营许可/牌 ~ 代办/申请/点攞/怎么办/续/难不难/办下来/攞"
        "|攞/拎/拿/办/续/申请 ~ 牌/证照/营业牌照/经营许可/许可",
    ),
    (
        "IPR.TMK",
        "logo/brand/name/word mark/mark/packaging/character/design ~ protect/register/file/squat/stole/taken/cancelled/registration|registered/stole/took/squatted ~ our logo/our brand/our name/our mark/our trademark"
        "|外观/包装/形象/卡通/名字/logo/标识/牌子/标 ~ 保护/注册/登记/抢注/俾人注册/被人注册|注册/登记/保护 ~ 外观/包装/卡通/形象/牌子/字号/标|copyright ~ register/registration/record",
    ),
    (
        "IPR.PAT",
        "freedom to operate/fto/prior art/novelty/national phase/pct ~ search/opinion/entry/application/filing|invention/utility model ~ protect/file/apply|自由实施/侵权检索/专利检索/fto ~ 检索/分析/报告"
        "|发明/实用新型/pct ~ 申请/进国家/保护|踩/绕开/避开 ~ 专利|专利 ~ 踩/会不会侵权/无效/年费/布局",
    ),
    (
        "IPR.LIC",
        "license/licence/royalty/royalties ~ formula/know how/technology/brand/patent/software/draft|formula/know how/technology/patent/brand ~ royalty/licence/license/worth/value/valuation/transfer"
        "|技术/配方/专利/品牌/商标/工艺 ~ 许可费/入股/作价/值多少/值几多/使用费/出资/评估/授权给/许可给|收/付/谈 ~ 许可费/专利费/技术转让费",
    ),
    (
        "IPR.ENF",
        "fake/fakes/counterfeit/counterfeits/copycat/copycats/knock off/knock offs/imitation/pirated ~ everywhere/market/markets/sold/sell/online/seize/raid/takedown/remove|raid/takedown/seizure ~ fakes/counterfeit/seller/market/warehouse"
        "|copied/copies/copying/imitates ~ our|山寨/假货/仿品/翻版/冒牌/盗版/仿货/老翻 ~ 我们/投诉/查/打/下架/市场/卖/取证|打击/查抄/投诉/举报/查处/下架/扫 ~ 假货/仿品/山寨/冒牌/翻版/侵权|打假|海关 ~ 知识产权备案/扣假货",
    ),
    (
        "COM.SAN",
        "ofac/sdn/sanction/sanctions ~ list/screen/screening/check/risk/exposure/policy/advice/under/hit/blacklist|screen/check ~ ofac/sdn/sanctions list/denied party|制裁/黑名单/ofac/sdn ~ 筛查/名单/制度/风险/会不会/影响/核查"
        "|碰/踩/触犯/中 ~ 制裁",
    ),
    (
        "COM.EXC",
        "re export/reexport/export ~ licence/license/control/classification/eccn|两用/管制/碳纤维/无人机/芯片 ~ 出口许可/许可证/管制/能不能出口|出口 ~ 许可/许可证/管制/管控|eccn/ear/dual use ~ classify/classification/licence/license/advice/item",
    ),
    (
        "COM.FCC",
        "aml/anti bribery/anti corruption/fcpa/kyc/anti money laundering/whistleblowing/gifts ~ policy/policies/training/programme/program/audit/manual/procedure/officer/hotline|draft/write/train ~ aml/anti bribery/kyc/anti corruption"
        "|反洗钱/反贿赂/反腐败/反商业贿赂/kyc/合规官/举报渠道 ~ 制度/政策/培训/手册/流程/体系|写/建/搭/做/拟 ~ 反洗钱/kyc/反贿赂/反腐/反商业贿赂",
    ),
    (
        "COM.PRD",
        "fda/nmpa/bpom/anvisa/tga/sfda/mda/hsa/npra/cdsco/health ministry/drug authority ~ register/registration/approval/clearance/licence/license/listing/registering|registering/registered/registration ~ fda/health authority/ministry of health"
        "|supplement/device/cosmetic/drug/pesticide/vaccine/food/masks/medicine ~ fda/registered/approval/register/notified|hsa/sfda/mda/npra/anvisa/fda/药监/卫生部/药监局/bpom/tga ~ 注册/注册证/备案/批准/批文/登记/审批|拿/办/申请/攞 ~ 注册证/备案号/药号/进口批文",
    ),
    (
        "COM.CUS",
        "customs ~ undervalue/undervalued/dispute/reclassify/classification/hs code/fine/duty/penalty/advance ruling|hs code/tariff code/rules of origin/origin/rcep/form e ~ wrong/qualify/claim/preferential/classification/ruling/advice/check"
        "|海关 ~ 低报/报错/归类/罚/不认/补税/扣/申辩/质疑/估价/说我们/话我哋|原产/原产地/rcep/归类/税则/hs编码 ~ 能不能/享受/关税/认定/资格/错/规则/判定|享受 ~ 零关税/优惠关税/关税",
    ),
    (
        "COM.DDI",
        "owner/owners/shareholder/shareholders/track record/reputation/background/counterparty/seller/agent/partner/directors ~ checked/check/investigate/vetted/verify/discreet|check/look into/find out/investigate/vet/verify ~ who owns/owners/track record/reputation/who is behind/background/credentials/shareholder"
        "|查下/查一查/查查/摸清/摸一摸/打听/调查/核查/查吓/查清/背调/摸底/查 ~ 底细/买家/卖家/供应商/对方/背景/皮包公司/来头/股东/老板/呢间/这家|查/查查/核实/睇下/看看 ~ 真假/是真是假/骗子/系咪真/老千/可靠|皮包公司/空壳/靠不靠谱/靠唔靠得住/靠谱 ~ 查/核实/调查",
    ),
    (
        "DAT.PRV",
        "privacy ~ policy/notice/officer/compliance/impact/programme|appoint/need ~ dpo/data protection officer|隐私/私隐/dpo/个人信息/个人资料/用户隐私 ~ 政策/专员/合规/任命/声明/评估/同意书|写/拟/任命 ~ 隐私政策/私隐政策/dpo",
    ),
    (
        "DAT.XBT",
        "data/records/files/personal information ~ headquarters/head office/back to china/to china/to shenzhen/to beijing/to shanghai/abroad/overseas/cross border/go to the/offshore|transfer ~ legally/lawfully|staff data/employee data/user data/hr data/customer data/patient data ~ transfer/send/share/go/flow/parent/group"
        "|员工/客户/用户/病人/考勤/会员 ~ 放在国内/放喺国内/存到国内/存在国内/放在境外/传回|数据/资料 ~ 存在国内/放在国内/放喺国内/存喺国内/留在当地/放在境外|数据/资料/信息 ~ 出境/回传/传回/传返/出海/跨境/总部/境外/传去|出境 ~ 评估/安全评估/标准合同/申报",
    ),
    (
        "DAT.SEC",
        "pen test/penetration test/pentest/vulnerability/security ~ site/app/system/website/network/audit/before launch|hacker/hackers/ransomware/malware/phishing ~ got in/attack/hit/encrypt/stole/locked/server/system/us|渗透/等保/漏洞/攻防 ~ 测试/测评/扫描/演练"
        "|黑客/勒索/病毒/木马/钓鱼 ~ 入侵/攻击/系统/服务器/邮件/锁/数据|中 ~ 勒索病毒",
    ),
    (
        "LEG.FDI",
        "外资/外商/外国人/外国公司 ~ 可否/能否/全资/100%/独资|foreigner/foreign/we/hong kong company ~ hold 100%/own 100%/wholly own|本地股东/当地合伙人 ~ 必须/要求",
    ),
    (
        "LEG.CMP",
        "competition authority/competition commission/fair trade commission/cartel office/antitrust ~ inquiry/raid/investigation/question/letter/probe"
        "|inquiry/raid/investigation/letter ~ competition authority/competition commission/fair trade commission/cartel office|price fixing/cartel/resale price ~ inquiry/investigation/allegation/advice"
        "|inquiry/investigation/accuse/allegation ~ price fixing/cartel/bid rigging|公平交易委员会/竞争委员会/反垄断局 ~ 查/问话/调查/来函/约谈|涉嫌/指控/被查 ~ 串通/围标/垄断/操纵价格/卡特尔",
    ),
    (
        "LEG.ISV",
        "apply/file/petition ~ reorganisation/reorganization/bankruptcy/winding up/insolvency/judicial management/rehabilitation|cannot/unable to ~ pay debts/pay its debts"
        "|申请 ~ 破产重整/重整/破产/清盘/清算|入禀 ~ 清盘/破产|提交/申报/登记 ~ 债权",
    ),
    (
        "DIS.DBT",
        "查/追查/睇 ~ 机器/设备/存货/钱/资金/货 ~ 去咗边/去了哪/去向/下落|where ~ machines/assets/stock/money ~ went/gone",
    ),
    (
        "DIS.EXP",
        "故障/事故/缺陷/质量/损失/原因 ~ 专家鉴定/技术鉴定/司法鉴定/鉴定专家|专家 ~ 鉴定|expert ~ cause/failure/defect|cause/failure/defect ~ expert/experts",
    ),
    (
        "DIS.INT",
        "bank accounts/bank account/accounts/assets/cargo/property/shares ~ frozen/attached/seized/preserved/blocked|账户/户口/资产/货/财产 ~ 先冻/冻咗/封咗/扣住先/保全",
    ),
    (
        "NOT.VER",
        "verification/authenticity ~ certificate/notarial certificate/deed|notarial certificate ~ verified/verify/verification/genuine/doubt|公证书 ~ 核对真伪/查真伪/被质疑/存疑/唔信",
    ),
    (
        "NOT.NTP",
        "公证人/公证律师 ~ 签证/加签/核证/验证",
    ),
    (
        "NOT",
        "公司文件/文件/证件/证书 ~ 国外用/境外用/外国用/海外用/拿去国外/在外国使用",
    ),
    (
        "CSF.ODI",
        "发改/商务/外汇 ~ 两部门备案/两部门手续/备案手续/核准手续|境外投资/出境投资 ~ 备案/核准/证书|备案 ~ 发改/商务厅/外管",
    ),
    (
        "CSF.SEC",
        "local/provide/need/maintain ~ registered office/registered address|换 ~ 公司秘书/秘书公司|公司秘书/秘书公司 ~ 想换/要换/换一家/转换/转会",
    ),
    (
        "CSF.INC",
        "公司/子公司/主体/办事处 ~ 已经注册好/已注册好/注册好了/注册好咗/已经开好/已经设立好|注册手续/开业登记/工商登记 ~ 代办/办理/帮/自己|手续 ~ 注册公司",
    ),
    (
        "COM.CUS",
        "customs/trade ~ lawyer/attorney/counsel ~ detention/seizure/origin/forced labor|清关律师/海关律师|证明/举证 ~ 原产地/非强迫劳动|货/柜/货柜/票 ~ 被海关/海关以",
    ),
    (
        "IPR.PAT",
        "查/核查/看/核实/确认 ~ 专利 ~ 有效/有冇效/过期/无效/归谁|专利 ~ 是否有效/有没有效/有冇效/过期/仲有效|check/verify/confirm ~ patent/patents ~ valid/in force|patent/patents ~ valid/validity/in force"
        "|patent/patents ~ filed/filing/file ~ japan/korea/us/europe/abroad/overseas",
    ),
    (
        "DAT.XBT",
        "transfer ~ documents/agreement/impact assessment/clauses/mechanism/addendum|send ~ data/records ~ from/to/back|standard contractual/standard contract ~ clause/filing/clauses|数据/资料 ~ 标准合同备案/出境申报/传畀/传俾/发回",
    ),
    (
        "LEG.COR",
        "lawyer/solicitor/counsel ~ review ~ draft/contract/agreement|commercial/contract ~ lawyer",
    ),
    (
        "LEG.FDI",
        "foreign investment/inward investment/market access/fdi ~ lawyer/counsel/attorney|外资/外商投资/投资准入/市场准入 ~ 律师/大状/法律顾问",
    ),
    (
        "DIS.LIT",
        "想告佢/想告他/想告对方/想告返/要告佢/要告他/要告对方/告佢哋/告他们/告翻佢/告返佢/告上法庭|want to sue/going to sue/plan to sue/intend to sue",
    ),
    (
        "CSF.LIC",
        "投资许可/许可证/牌照/批文/准证/证照/经营许可 ~ 怎么拿/点拿/点攞/怎么办/点办/怎么申请/点申请/好不好拿/难唔难攞|get/obtain/apply/secure ~ retail/investment/trading/import/operating ~ licence/license/permit",
    ),
    (
        "CSF.SEC",
        "秘书、开/、秘书、/、秘书和/、秘书及/秘书、地址/秘书+/+秘书/注册秘书/secretary and registered/incorporation and secretary",
    ),
    (
        "CSF.INC",
        "公司/子公司/分公司/办事处/实体/主体 ~ 再注册/再设立/再成立/再开/先不注册/暂不注册/迟啲开/迟啲注册/先唔注册/唔注册住",
    ),
    (
        "TAX.FIL",
        "take over/handle/do/prepare/submit/make ~ monthly filing/monthly filings/quarterly filing/quarterly filings/monthly returns/monthly declarations/quarterly returns|接手/代做/做/负责 ~ 每月申报/按月申报/月度申报/季度申报/按季申报",
    ),
    (
        "DAT.XBT",
        "what/which ~ transferred/sent abroad/sent to our servers|may be/can be/must be/is being/allowed to be ~ transferred ~ servers/abroad/overseas/headquarters/hq/hong kong/china/parent"
        "|哪些/什么/边啲 ~ 数据/资料 ~ 传/传到/转移/传返/放到/送到",
    ),
)
