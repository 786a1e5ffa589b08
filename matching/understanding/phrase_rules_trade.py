"""The rules of `phrases` for outcomes rather than services: "get the containers out of the port".

Finance, insurance, people, building, trade, markets and language; written as in `phrase_rules`.
"""

TRADE_OUTCOMES: tuple[tuple[str, str], ...] = (
    (
        "FIN.ACT",
        "客户/客人/平台 ~ 付/畀 ~ 比索/卢布/奈拉/卢比/泰铢/印尼盾|bank ~ close/closed/shut/froze/frozen ~ account|bank onboarding/onboarding by the bank"
        "|receive/collect ~ rupiah/baht/ringgit/naira/dong/pesos/sales proceeds|户头/账户/户口 ~ 开不下来/开不出/批不下/被风控/被关/被cut/批唔到"
        "|银行 ~ 拒绝开户/不给开户/唔俾开户/唔肯开户|货款/销售款/回款 ~ 怎么收/怎样收/点收/收回国内/汇回来/返嚟|收 ~ 卢布/雷亚尔/比索/奈拉/卢比/泰铢/印尼盾/越南盾",
    ),
    (
        "FIN.TRF",
        "discount/factor/factoring/forfait/monetise/monetize/sell ~ receivables/invoices/bills of exchange"
        "|finance/financing/fund ~ purchase orders/purchase order/export orders/our invoices/trade cycle"
        "|附/出/提供/交/需要/开/要求 ~ 银行保函/银行担保/履约保函|出 ~ bond|应收账款/应收账/发票/应收 ~ 卖掉/贴现/变现/卖断/转让给银行/融资/保理",
    ),
    (
        "FIN.LON",
        "finance/fund ~ machines purchase/purchase of machines/capex/new line/construction of|mortgage ~ plant/factory/building/land"
        "|borrow ~ million/bank/against|过桥 ~ 资金/贷/借|银行 ~ 放款/肯借/肯贷/放贷|用 ~ 抵押 ~ 借/贷",
    ),
    (
        "FIN.CTC",
        "资金/钱 ~ 统一管/归到/集中管/统一归/统一调/集中到/归口|lose/losing/loss ~ ringgit/baht/rupiah/peso/yen/euro/dong/exchange/fx|currency/fx ~ forward/forwards/swap/swaps/option/options/risk policy|repatriate/upstream ~ cash"
        "|dong/naira/rupee/baht/peso/ringgit/rupiah/yen/euro/rouble/ruble/currency ~ slide/slides/sliding/depreciate/depreciating/falling/weaken/weakening/volatile"
        "|卢比/泰铢/奈拉/日圆/日元/比索/越南盾/汇率/本币/里拉 ~ 跌得/一直跌/贬得/波动大/避险|远期 ~ 结汇/购汇/锁价",
    ),
    (
        "FIN.IPO",
        "上主板|转板 ~ 上市|gdr ~ 发行/上市|发行 ~ gdr|上市 ~ 可行性/时间表/保荐/中介团队/辅导"
        "|想/准备/打算 ~ 递表/挂牌/转板|sponsor ~ talk/talks/meeting ~ listing",
    ),
    (
        "FIN.BND",
        "private placement ~ notes/bond/bonds|underwrite/underwriter/arranger/bookrunner ~ notes/bond/bonds/sukuk",
    ),
    (
        "FIN.PEV",
        "talk/speak/pitch/present ~ to funds/to investors/to vcs/funds/vcs|angel/seed ~ money/cheque/funding|sell/offer ~ stake/shares ~ investor/investors/fund|pre ipo ~ investor/investors/round/money"
        "|融资/融 ~ 万/个亿/百万美金|找/寻/对接/揾/引入 ~ 产业资本/主权基金/家族办公室/投资机构/战略投资/财务投资/投资者/入股",
    ),
    (
        "FIN.ADV",
        "sell/dispose/divest ~ subsidiary/business/our company ~ banker/adviser/advisor/valuation|banker ~ sell/sale"
        "|卖掉/出售/转让 ~ 子公司/业务/工厂 ~ 买方/买家/接盘|给/为 ~ 股权/股份/子公司/标的 ~ 作价/定价|评估 ~ 业务价值/公司价值/股权价值/企业价值|收购/并购 ~ 揾目标/找目标/找标的/物色目标/揾标的|交易作价",
    ),
    (
        "INS.BRK",
        "broker ~ place/arrange ~ it/cover/insurance/policy/policies|compare/quote/quotes ~ insurer/insurers/insurance companies"
        "|place/arrange/renew/review ~ insurance/insurances/our policies/cover for all|保险/保单 ~ 梳理/统筹/格价/比价/怎么配/一揽子/打包/怎么买齐"
        "|比较/统筹/梳理/检视/续保 ~ 保险/保单/保险公司报价|续保 ~ 格价",
    ),
    (
        "INS.ECI",
        "insure/insurance/cover ~ buyer/buyers/customer goes/won't pay/insolvency/credit terms|credit cover|buyer/customer ~ bust/bankrupt/insolvent ~ insure/insurance/cover"
        "|客户/买家/买方/客/赊账/赊数/放账 ~ 不付款/破产/走数/倒闭/烂账/赊账 ~ 保险/投保/险|赊数/赊账/放账/账期 ~ 投保/买保险/保险/保障|担心/怕 ~ 破产/走数/违约/赖账 ~ 投保/保险",
    ),
    (
        "INS.MAR",
        "cover/insurance/insure/policy ~ on board/at sea/goods/voyage/en route/on the water|飞机/无人机/机身/船东/船舶/游艇/货船 ~ 险/互保|设备/货/样品/机器/货柜 ~ 运 ~ 投保/买保险/上保险|insure/cover ~ drone/drones/helicopter/yacht/barge/fleet of trucks/shipments",
    ),
    (
        "INS.PRO",
        "workers compensation/workers' compensation/worker's compensation ~ insurance/cover/policy|insure ~ solar/wind/stock/workers/machines"
        "|电站/光伏/机器/工人/工地/风电/库存/储能/店铺/餐厅 ~ 投保/买保险/上保险/保险|产品责任/网络安全 ~ 保险/险|给/帮/为 ~ 工人/员工/工地 ~ 买保险/投保/上保险",
    ),
    (
        "INS.LAD",
        "insurer/insurers/underwriter ~ say/says/argue/argues/blame/blames/claims it|cargo/damage/loss/fire/flood ~ claim ~ surveyor/insurer/insurance/adjuster|surveyor ~ claim/claims|insurer/insurers ~ offer/offers/drag/dragging/half"
        "|保险公司/承保人/保险 ~ 唔肯赔/不肯赔/拖着/压低/赔太少/赔得少/赔两成/赔三成/赔一半|货损/水渍/火灾/台风/洪水 ~ 理赔/索赔/定损/公估",
    ),
    (
        "HRI.VIS",
        "staff/engineers/people/team/technicians/workers ~ work legally/legally work/stay longer/overstay|talent scheme/talent visa/investor visa/golden visa"
        "|人/员工/师傅/家属/团队/技术员 ~ 合法工作/合法居留/合法身份/证件和居留/工作身份/居留卡|办/申请/批 ~ 劳务配额/外籍配额/商务签/落地签/工作身份",
    ),
    (
        "HRI.REC",
        "need/looking for ~ site manager/hse manager/store manager/area manager/quality manager/production manager/export manager/finance manager/warehouse manager/chinese speaking|招/聘/请/招聘 ~ 管理人员/本地人员/操作人员/本地人手/技术人员/店长/带班|build/set up/assemble ~ local team/sales team/local sales team|looking for/find/need/search ~ hr manager/accountant to join/store manager/warehouse manager/bilingual manager/seasonal workers"
        "|招/缺/聘/请/揾 ~ 跟单/客服/懂中文的财务/财务主管/会计入职/导购/主管/采购员/懂中文的/焊工/电工/护士/厨师/保安/文员/翻译员工|搭建/组建/建 ~ 本地团队/当地团队/销售团队/海外团队",
    ),
    (
        "HRI.EOR",
        "employ ~ for us/on our behalf/in their name|who can employ|工资/薪水/社保/人工/粮 ~ 找人代/代发/代缴/代付/代出|employ/hire/pay ~ without ~ setting up/setting up a company/opening an office|payroll ~ social security/contributions/provider/outsource/outsourcing"
        "|先不注册/不注册/先不设/未开/不开/还没注册/未注册 ~ 公司 ~ 雇/请人/招人/聘|名义雇主/人事/薪酬/粮单/出粮 ~ 外包/外判/雇/请",
    ),
    (
        "HRI.CNB",
        "leadership/management/safety/soft skills/cross cultural ~ training/workshop|share option/stock option/retention ~ plan/scheme/pool"
        "|工资/人工/薪水 ~ 多少合适/定多少/怎么定/点定/出几多|培训 ~ 中方/当地主管/本地经理/班组长|管理/领导力/跨文化/安全生产 ~ 培训",
    ),
    (
        "BLT.ARC",
        "design/redesign/refurbish ~ facade/shopfront/clinic/restaurant/lobby/flagship/house/residence/museum|fit out/fit-out/interior ~ design/designer/drawings"
        "|店面/外立面/门面/餐厅/民宿/会所/样板间/食堂/宿舍楼/研发楼 ~ 设计/出图/改造/效果图|设计院 ~ 出图/出方案|做/出 ~ 外立面/建筑方案",
    ),
    (
        "BLT.PLN",
        "plan/planning ~ hectare/hectares/acre/acres/new city/campus/township|landscape ~ designer/design/concept/garden"
        "|亩/公顷/平方公里/片地 ~ 怎么布局/点规划/规划/布局|规划 ~ 产业园/合作区/园区/工业城/小镇|总纲图|园景 ~ 设计|土地利用 ~ 规划",
    ),
    (
        "BLT.CIV",
        "fire/traffic/drainage/seismic/hydraulic/marine/grid ~ engineering/engineer/connection study/assessment|check/verify/strengthen ~ structure/load bearing/floor loading/roof loading/foundations"
        "|屋面/屋顶/楼板/厂房/吊车梁/光伏支架/地台 ~ 承载力/承重/够唔够力/够不够力/荷载/加固|并网 ~ 研究/设计|验算/复核/验 ~ 屋面/楼板/承重/结构/荷载/吊车|结构/机电/土建/水电 ~ 全套图/图纸/施工图/深化图|土建 ~ 设计/图/计算",
    ),
    (
        "BLT.PMC",
        "epc ~ supervision/supervise/supervisor|someone/somebody/eyes ~ on site/site ~ watch/check/builder/contractor/contractors|keep an eye/keep eye ~ contractor/builder/works/site"
        "|管/管住/盯/催/看着/驻场 ~ 工程/总包/施工队/分包/装修队/工期|工程/施工 ~ 进度管控/质量管控/旁站/进度管理|派人/请人/揾人 ~ 驻场/驻地盘/睇地盘/盯现场/睇工程",
    ),
    (
        "BLT.SVQ",
        "contractor ~ claim/claims/asks/wants ~ extra/variation/variations|check/review/verify ~ variations/variation orders/extra costs/extras|check/review/verify ~ contractor's quotation/contractor quotation/contractor's price/contractor's claim/progress payment/progress payments/final account|cost ~ to build"
        "|起厂/起楼/建厂/盖厂 ~ 成本/几多钱/多少钱/造价|报价/标底/进度款/工程款 ~ 合理/贵唔贵/贵不贵/虚高/审一审|审/审核/核对/核 ~ 总包报价/承包商报价/进度款/承建商报价/工程报价/工程量|做bq|编 ~ 标底|审/核/审核 ~ 粮单/期数/期粮/进度款/工程款/变更单",
    ),
    (
        "BLT.SVV",
        "appraisal/appraise/valuation/valuer/valuers ~ plant/mill/land/premises/assets/building/site/warehouse|appraise/appraiser/valuer/valuation ~ factory/building/land/plot/shop/house/property/site|what ~ land/building/property/plot ~ worth|铺位/楼/地皮/厂房/地/办公楼 ~ 市值/租金评估/公允价值/值多少",
    ),
    (
        "BLT.SVL",
        "mark/peg/set out/stake ~ boundaries/boundary/corners|bathymetric/bathymetry/aerial mapping/as built survey|四至/地界/红线/坐标/边界 ~ 确认/核实/放线/定桩/量|确认/核实/放/量 ~ 四至/地块边界/这块地/块地的面积|量 ~ 下地/块地",
    ),
    (
        "BLT.SIT",
        "where ~ put/locate/build/site ~ plant/factory/warehouse|compare/shortlist/pick/visit ~ zones/industrial parks/industrial park/industrial estates/sites/free zones|shop/retail/showroom ~ space/unit ~ lease/rent/find"
        "|哪个/边个/哪块 ~ 园区/工业园/园/地 ~ 合适/适合/好/划算|落户/落在/进驻 ~ 哪个园/哪个区/边个园|租 ~ 店面/门面/厂/厂房/车间/场地|推荐/比较/筛选 ~ 园区/工业园/工业区/厂址/地块",
    ),
)

TRADE_OUTCOMES_MORE: tuple[tuple[str, str], ...] = (
    (
        "FIN.ACT",
        "收/付/结/汇/转 ~ 款的通道/款的合规通道/款通道/款渠道/款的渠道/款的办法/款的账户|channel/way/route/bank ~ to receive/to collect/to get paid/receive payments/receive roubles",
    ),
    (
        "INS.PRO",
        "place/arrange/renew/buy/bind ~ liability/third party liability/contractors all risks/all risks/property all risks/property cover",
    ),
    (
        "LOG.SCM",
        "study/compare/plan/optimise/optimize/redesign/map ~ routing/routings/transit route/transit routes/corridor/shipping routes|研究/比较/设计/优化/规划 ~ 运输路线/物流路线/运输线路/物流通道/转运路线/走法",
    ),
    (
        "TIC.TST",
        "look at/check/examine ~ before ~ packed/shipped/loaded/leave/leaves/container|inspection/inspect/inspector ~ before stuffing/before loading/before dispatch/before shipping/before they ship|en 71/en71/astm/iec/oeko/reach/rohs/fda ~ test/testing/tests/report|check/control/verify ~ quality ~ at supplier/at factory/supplier/before shipment/before loading|analysis ~ sample/samples|want/need/send/hire ~ inspector/qc/quality controller|inspector ~ sample/samples/goods/loading/quality/factory|sample/samples ~ lab/laboratory/analysis/analysed"
        "|装柜前/出货前/装船前/上船前/发货前 ~ 睇货/看货/验/检/测/抽|找/揾/送 ~ 实验室/化验所/检测机构/化验|去/到 ~ 工厂/供应商 ~ 查质量/看质量/睇质量/验厂|老化/跌落/盐雾/阻燃/耐久/电磁 ~ 测试/试验|验下/验一下/测一下/测下 ~ 货/样/成分/糖度",
    ),
    (
        "TIC.MSC",
        "surveillance/recertification/transition ~ audit ~ iso/certificate/certification|change/switch/transfer ~ certification body/certifier/registrar|iso ~ surveillance/recertification/transition"
        "|换证/体系/复评 ~ 审核/认证|质量/环境/食安/安全 ~ 体系 ~ 认证/证书/审核/拿证|认证 ~ 年审/监督审核/复审",
    ),
    (
        "TIC.CON",
        "做/拎/拿/攞/办/申请 ~ ul/fcc/ce/sni/bis/sirim/saso/dot认证/coc/清真证/清真标/nom/inmetro/gcc/入网许可/能效标|homologate/homologation/type approval ~ vehicle/device/product/equipment/model",
    ),
    (
        "LOG.FWD",
        "从 ~ 到 ~ 门口/工地门/码头/门店|release/clear ~ parcel/samples/goods/container/shipment/cargo|柜/货/集装箱/货柜/机器/设备 ~ 从 ~ 弄到/搬到/送到/拉到/弄去/送去/拉去|get/release/pick up/move ~ container/containers/cargo/goods/shipment ~ out of/from port/out/released/from the port|container/containers/cargo/goods/shipment ~ stuck/sitting/stranded/held ~ port/terminal/border"
        "|move/ship/relocate ~ production line/machinery/machines/machine/plant equipment/exhibits/household ~ to|货/柜/集装箱/货柜/车/整柜 ~ 提出来/提出/压在港口/压港/滞港/堵在口岸/卡在口岸/卡在港口/出不来/运不出/攞出嚟"
        "|运/寄/发 ~ 台设备/台机/样板/样品/展品/机器去/机器到/批货|产线/生产线/设备/机器/旧机 ~ 怎么运/点运/搬过去/运过去/搬去/运出去|订 ~ 仓位/舱位|海运/空运/陆运/铁路/冷柜/散货/拼箱 ~ 报价/运价/运输/运费几多|冷柜 ~ 运",
    ),
    (
        "LOG.WHS",
        "找/揾/租/要 ~ 的仓/个仓/订单的仓/家仓|somewhere/place/space ~ to keep/to store/to stock|somewhere/place/space ~ keep/store/stock ~ goods/stock/parts/spare parts|hold/keep ~ stock/inventory ~ local/locally/near/country|存/放/摆/囤 ~ 货 ~ 地方/位|地方/位 ~ 存货/放货/摆货/囤货|租/揾/找 ~ 地方放货/地方摆货/地方存货"
        "|当地/本地/海外/境外 ~ 备货/囤货/存货/仓/退货处理",
    ),
    (
        "LOG.SHP",
        "find/need/hire ~ crew/seafarers/chief engineer for vessel|reflag/flag/change ~ flag/panama flag/liberia flag|挂/换/转 ~ 巴拿马旗/船旗/方便旗/利比里亚旗/香港旗|包/租 ~ 散货船/货船/驳船/滚装船/油船|货船/散货船/二手船/船舶/渔船/拖轮 ~ 检验/验/过户/买卖/评估",
    ),
    (
        "LOG.SCM",
        "规划/优化/梳理/设计/整合 ~ 库存/采购体系/采购网络/物流网络/配送网络/备件/供应商体系|redesign/optimise/optimize/rethink/improve/shorten ~ flow/inbound/logistics/logistics network/distribution network/lead time/lead times/cold chain/inventory/procurement|second/backup/alternative ~ source/sources/supplier ~ for/of/outside"
        "|inbound/procurement/inventory/network ~ optimisation/optimization/redesign|冷链/物流/物流网络/库存/采购/备件/配送网络 ~ 优化/重新设计/规划/重新规划/降本/诊断|备份/第二/备用/后备 ~ 供应商|断供 ~ 风险|采购/组装/生产 ~ 布局 ~ 梳理/调整/重组/优化|qualify/develop/find/get/need ~ second source/second supplier/alternative source/alternative supplier/backup supplier|重整/重新设计/重新规划 ~ 供应链/冷链/物流"
        "|供应链 ~ 重整/重新设计/重新规划/韧性/分散/风险",
    ),
    (
        "ESG.REP",
        "esg/sustainability/csrd/issb/tcfd/gri ~ disclosure/report/index/data collection/gap|绿色金融/绿色债/绿债 ~ 第二方意见/外部评审|esg ~ 体系/策略/战略/培训/数据",
    ),
    (
        "ESG.CAR",
        "how much/prove/certify/disclose ~ carbon/emissions/co2|carbon ~ tax/border/neutrality/statement/passport|隐含碳|碳 ~ 关税/边境/护照/标签/目标|减碳/减排/净零 ~ 路线/方案/目标/计划",
    ),
    (
        "ESG.EIA",
        "environmental ~ baseline/sign off/monitoring/scoping/audit of site|水/废水/污水/噪音/废气/危废/固废/扬尘 ~ 排放/许可/处置/达标/牌 ~ 证/许可/手续/批文/申请|申请/办 ~ 噪音许可/危废/污水排放/排放许可|生态/环境社会/水土 ~ 影响评估/影响评价/保持方案|环境 ~ 尽调/许可证/合规证",
    ),
    (
        "ESG.SCD",
        "audit/check/screen ~ suppliers ~ labour/labor/human rights/working conditions/environment|battery/eudr/uflpa/csddd/german supply chain ~ due diligence/compliance/evidence|追溯/溯源 ~ 原料/棉/矿/棕榈油/木材|原料/棉花/矿石/橡胶/木材 ~ 来源/溯源/追溯 ~ 证明/合规/材料/文件"
        "|电池法/德国供应链法/零毁林/uflpa/eudr ~ 尽职调查/尽调/合规/应对/证明|尽责管理",
    ),
    (
        "MKT.RES",
        "who ~ competitors|price/shelf/store ~ check/checks/survey|focus group/mystery shopping/mystery shopper|how ~ sells/selling ~ market/there|市场 ~ 有多大/几大/有多少/容量/空间|当地/那边 ~ 卖得怎么样/卖得点样/好不好卖/好唔好卖/卖几钱/卖多少"
        "|对手/竞品/同行 ~ 卖几钱/定价/卖多少/怎么做/价格|问卷 ~ 消费者/客户/用户|消费者 ~ 问卷/访谈/偏好|好唔好卖|摸 ~ 市场/行情/渠道",
    ),
    (
        "MKT.STR",
        "which/what ~ country/market ~ first/best/next|how ~ we ~ enter/go into/expand|franchise/licensing/business ~ model ~ design/abroad/market|怎么/点样/怎样/如何 ~ 打入/切入/进入/进军 ~ 市场|怎么打入/点样打入/如何打入|先去/该去/应去 ~ 哪个国家/边个国家/哪国/边个市场"
        "|加盟/商业/渠道/盈利 ~ 模式 ~ 设计/规划|五年/三年/海外 ~ 规划/布局规划",
    ),
    (
        "MKT.BRD",
        "度/搞/谂/做 ~ 包装/宣传/宣传片/宣传册|make/get ~ brand/product ~ known/visible|run/place/buy ~ ads/google ads/billboards|design ~ logo/packaging/label|投/投放/落 ~ facebook/谷歌/google/tiktok广告/户外/地铁广告|短视频/直播/抖音/海外社媒/小红书 ~ 推广/涨粉/种草/账号|海外媒体/媒体/新闻稿 ~ 发稿/发布/投放|包装/logo/vi ~ 设计",
    ),
    (
        "MKT.PTN",
        "find/source ~ buyers/suppliers of|line up/set up/book ~ meetings ~ retailers/buyers/chains/distributors/partners|介绍/找/揾/物色/引荐 ~ 做伙伴/做拍档/做合作/当伙伴/本地伙伴/当地伙伴/总代/加盟商/商会/超市采购/连锁店|约/见 ~ 超市/采购/客户/连锁/零售商/潜在客户 ~ 见面/见/倾/谈/采购"
        "|找/揾/要/招/物色 ~ 家代理/个代理/渠道的代理/销售代理/地区代理/区域代理/独家代理|帮/请/安排 ~ 约 ~ 经销商/买家/代理商/客户/采购商",
    ),
    (
        "MKT.ECM",
        "list/onboard/sell/open ~ marketplace/marketplaces/noon/allegro/coupang/rakuten/walmart/ebay/etsy/jumia/zalando|manage ~ listings ~ amazon/shopee/lazada/marketplace|marketplace ~ onboarding/seller/listings/operator|noon/ozon/jumia/coupang/乐天/美客多/速卖通/本土店/wildberries ~ 运营/开/店/上架/入驻/打理|商品/产品/货品 ~ 上架 ~ 平台/店/shopee/lazada/亚马逊",
    ),
    (
        "ICT.CNS",
        "找/揾/请/推荐/介绍/要 ~ 软件公司/it公司/技术公司/软件供应商/软件开发商/软件团队|need/want/buy/looking for/install/change/replace ~ erp/crm/chatbot/mes/wms/pos/office network/wifi network/cctv/access control|set up/wire/network ~ office network/it network/office it/lan|需要/要/换/买/采购 ~ 财务软件/管理软件/排产软件/仓储系统/erp/crm/mes/wms|打通/对接/整合 ~ 系统/数据接口/erp|装/布/安装/搭 ~ 办公网络/弱电/网络/监控系统/门禁"
        "|仓储/排产/收银/会员/考勤 ~ 系统|工厂/产线/车间 ~ 自动化改造/数字化/数字化改造|it ~ 运维/外包/支援/支持|聊天机器人",
    ),
    (
        "ICT.CLD",
        "host/keep/store/put ~ data/app/platform/game ~ locally/in country/local server/in the country|back up/backup ~ data/servers/systems/abroad|数据/系统/游戏/平台/备份 ~ 放在当地/放当地/放喺当地/本地存/本地部署/放云/上云/放边/存放在/备份到|备份 ~ 机房/异地/云",
    ),
    (
        "LNG.LTR",
        "页/份/套/万字 ~ 翻译/译成/译做/要译|translate/translation/translated ~ documents/manual/company papers/tender/brochure/label/bylaws ~ into/to/from|资料/材料/文件/说明书/标书/合约/病历/章程 ~ 翻译成/译成/译做/翻成/译做英文|双语 ~ 合同/合约/版本|译做/译成/翻成 ~ 文 ~ 盖章/核证/公证",
    ),
    (
        "LNG.INT",
        "translator/interpreter ~ two days/three days/one day/meetings/factory tour/site|开会/会议/驻场/谈判/见客/视频会议/验货/安装调试 ~ 翻译|驻场/全程/现场/同行/对接会/推介会/洽谈会/发布会/培训班/听证会 ~ 翻译|请/找/揾/配 ~ 翻译 ~ 天/跟/陪/随/一起去",
    ),
)
