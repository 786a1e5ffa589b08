"""The rules of `phrases` for needs told rather than named, in finance, building, trade and markets.

Written as in `phrase_rules`.
"""

BUSINESS_STORIES: tuple[tuple[str, str], ...] = (
    (
        "FIN.ACT",
        "receive/collect/accept ~ dollars/usd/euros/payments/money from|open ~ account/accounts|银行/账户/户口 ~ 拒/唔批/不批/开唔到/开不出/风控|开 ~ 户口/银行户/公司户口/账户|收/付 ~ 美金/外汇/人民币货款/境外货款|收款 ~ 账户/通道/渠道",
    ),
    (
        "FIN.TRF",
        "lc/letter of credit/letters of credit ~ confirmation/confirm/discount/negotiate/financing/issue|bid/performance/advance payment/warranty/tender ~ bond/bonds/guarantee/security|保函/信用证/履约/投标担保 ~ 转开/开立/开出/加保/贴现/议付/银行/押汇"
        "|应收/订单/出口/存货 ~ 融资/保理/押汇",
    ),
    (
        "FIN.LON",
        "working capital ~ line/facility/loan/finance|raise/need/borrow/find ~ debt/loan/lender/lenders/bank finance/project finance/facility/credit line|construction/capex/mortgage/bridge/term ~ loan/finance/financing|差/缺/借/筹/揾 ~ 建设资金/资金/钱 ~ 银团/银行/贷款/周转|找/揾/组 ~ 银团/贷款行/放款/过桥/授信",
    ),
    (
        "FIN.CTC",
        "hedge/hedging/lock/protect ~ ringgit/baht/rupiah/dong/peso/yen/euro/dollar/exposure/rate/currency/fx|treasury/cash pooling/cash pool/netting ~ centre/center/set up/regional/structure/bank|锁/对冲/套保 ~ 汇/汇率/汇价/敞口/外币|锁汇|资金 ~ 归集/池/司库|贬值/升值/汇价/汇率 ~ 对冲/锁/套保/避险/怎么办/点对冲",
    ),
    (
        "FIN.IPO",
        "list/listing/ipo/float ~ sponsor/main board/gem/exchange/hong kong/hkex/sgx/nasdaq/bursa/two years|find/need/looking for ~ ipo sponsor/sponsor|挂牌/上市/递表 ~ 保荐人/保荐/中介/辅导/港交所/联交所/纳斯达克/主板/港股|保荐人/保荐机构 ~ 找/揾/推荐",
    ),
    (
        "FIN.BND",
        "green/sustainability/dim sum/convertible/panda ~ bond/bonds/notes|issue/place ~ notes/bonds/sukuk|lead manager/bookrunner/underwriter ~ bond/notes/usd|发/发行/承销 ~ 绿债/熊猫债/点心债/可转债/美元债/票据/离岸债|债 ~ 承销/主承/评级",
    ),
    (
        "FIN.PEV",
        "growth/equity/venture/seed/series ~ capital/investor/investors/funding/money/fund/round/funds|raise/raising ~ capital/round/growth/equity/seed|sell/give/offer ~ stake/minority/equity ~ investor/fund/investors|战略/财务/天使/风险/机构 ~ 投资人/投资者/投资方/投资机构/投资"
        "|引入/引进/揾/找/融 ~ 投资人/资金方/基金/天使/a轮/b轮/股东入股|a轮/b轮/c轮/天使轮 ~ 融/投资/出让|出让 ~ 股",
    ),
    (
        "FIN.ADV",
        "find/source/identify ~ business to acquire/company to buy/company to acquire/target/targets/company for sale|adviser/advisor/banker ~ sell/sale/acquire/acquisition/buy/divest/find|put a price/fairness/what ~ worth/price on it/opinion/value|value/valuation/appraise ~ shares/equity/stake/subsidiary/business/startup"
        "|股权/股份/公司/企业/子公司 ~ 公允价/公允价值/估值/值多少/值几钱/值几多/卖多少|卖/出售/转手/放盘 ~ 子公司/股权/业务 ~ 顾问/财务顾问/估值|物色/找/揾 ~ 可收购/并购对象/收购对象/标的/盘生意|财务顾问/投行 ~ 并购/卖/收购/融资",
    ),
    (
        "INS.BRK",
        "insurance/cover/policies/policy ~ programme/program/broker/review/renewal/portfolio|broker ~ renewal/cover/policies/insurance|保险 ~ 整体/统筹/经纪/规划/续保|通过经纪/经由经纪/经经纪|保单 ~ 检视/审视/整合/续保",
    ),
    (
        "INS.ECI",
        "political/war/expropriation/transfer/credit/payment ~ risk/risks ~ cover/insure/insurance/policy|buyer/debtor/customer ~ default/insolvency ~ cover/insure/insurance|insure/cover ~ receivables/buyer/credit sales/open account/political"
        "|战乱/征收/汇兑/政变/国有化/政治风险/暴乱 ~ 投保/保险/保/承保|赊销/放账/买家/账期 ~ 投保/信保/保险|信保",
    ),
    (
        "INS.MAR",
        "cover/insure/insurance/policy ~ shipped/transit/voyage/consignment/hull/cargo/containers/shipping|transit/cargo/voyage/hull/marine ~ cover/insurance/policy/insured|货运/船/海运/运输/空运/在途 ~ 险/投保/保险|买/投 ~ 水险/货险/船险/运输险",
    ),
    (
        "INS.PRO",
        "fire/liability/property/machinery/contractors/public liability/product liability/erection/builders ~ insurance/cover/policy/insured/all risk|insure/cover ~ plant/office/camp/camps/warehouse/stock/hotel/solar/turbines/third party/recall"
        "|liability/property/fire ~ property/liability/renewal|买/投/续 ~ 火险/第三者/财险/雇主责任险/劳保/工程一切险/公众责任/产品险|火险/第三者责任/公众责任/雇主责任/产品责任/工程一切/财产一切 ~ 险/保险",
    ),
    (
        "INS.LAD",
        "insurer/insurers/insurance/underwriter/underwriters ~ offer/underpay/lowball/reject/stall/refuse/deny/pay only/settle/dispute/third|claim/claims ~ adjuster/help/handling/insurance/assessor/consultant|保险公司/保险/承保 ~ 只肯赔/只赔/唔赔/拒赔/不认/压价/拖/定损/少赔"
        "|理赔/定损/公估/索偿 ~ 重新/帮/找/争/代理/专家|重新/帮手/代理 ~ 定损/理赔/索偿|fire/flood/storm/typhoon ~ claim/adjuster/loss",
    ),
    (
        "HRI.VIS",
        "work/employment/residence/business/dependant/dependent/spouse ~ permit/permits/visa/visas/pass/passes|visa/visas/permit/permits ~ run out/expire/renew/family/wife/children/welder/technicians/crew|家属/太太/子女/随行/员工/工程师/工人/师傅 ~ 签证/居留/工签/准证/入境/逗留"
        "|签证/工签/居留/工作证 ~ 点搞/怎么搞/怎么办/续/到期/被拒|permission ~ stay/work",
    ),
    (
        "HRI.REC",
        "headhunt/recruit/hire/search/find/fill ~ head/manager/director/chief/engineers/technicians/supervisor/operators/nurses/developers/sales people/team leader/workers/vp|candidate/candidates ~ for/manager/director"
        "|招/请/聘/挖/猎/揾/物色 ~ 负责人/总监/厂长/工程师/操作工/产线工人/店员/技师/司机/销售/经理/骨干/人手/老师|缺/差 ~ 总监/经理/工程师/工人/人手/厂长",
    ),
    (
        "HRI.EOR",
        "payroll ~ someone else/third party/until/outsourc/local/provider/run|on ~ someone else's payroll/another company's payroll|employ/hire/put ~ without an entity/before we have/until our entity/no entity/without a company|发薪/出粮/代发/社保/公积金/人工 ~ 代办/外包/代缴/挂靠/没有公司/未有公司/冇公司"
        "|挂靠/名义雇主/代雇/派遣 ~ 员工/发工资/用工|没公司/未注册/冇公司/未有公司/没有实体 ~ 雇/请/聘/发工资/出粮",
    ),
    (
        "HRI.CNB",
        "pay/salary/wage/bonus/allowance/allowances/benefits/expat package ~ benchmark/survey/structure/market level/level/policy/design/compare|补贴/薪酬/工资/奖金/待遇/人工/福利 ~ 定/参考/同行/水平/标准/体系/对标/几多合理/调研|跨文化/外派/海外员工 ~ 培训/津贴",
    ),
    (
        "BLT.ARC",
        "architect/architectural/concept/facade/interior/renovation ~ design/drawings/hotel/building/villa/showroom/clinic/shop/mall/school|drawings/plans ~ building/house/hotel/factory|酒店/办公楼/别墅/展厅/厂房/店铺/商场/校舍/会所 ~ 概念/立面/外立面/室内/图则/则师/出图|画/出 ~ 图则/施工图/建筑图/概念图/效果图",
    ),
    (
        "BLT.PLN",
        "master plan/masterplan/zoning plan/landscape/land use plan/urban ~ hectare/hectares/city/district/park/resort/design/planning|总体/控制性/城市/园区/片区/景观/园林/景观 ~ 规划/方案/设计|总规/控规|公顷/亩/片区/园区 ~ 规划/总规/布局",
    ),
    (
        "BLT.CIV",
        "grid/traffic/hydrological/wind load ~ study/studies|soil/geotechnical/structural/foundation/load/floor/bridge/mep/hvac/seismic ~ boring/calculation/calculations/investigation/engineer/check/carry/design/capacity/report|承重/荷载/楼板/地基/打桩/结构/钢构/抗震/机电/暖通/给排水 ~ 算/验算/复核/设计/计算/够不够/工程师/勘察/鉴定/检测|打 ~ 地勘/钻孔",
    ),
    (
        "BLT.PMC",
        "eyes/presence/own people ~ on site/on the site|contractor ~ cut corners|supervise/watch/oversee/monitor/manage/run ~ contractor/contractors/site/construction/build/works/fit out/building works|on site ~ supervision/supervisor/clerk of works/monitor|owner/client ~ representative/engineer/rep ~ site/contractor/works/construction|盯/睇住/看住/盯着/管/监 ~ 地盘/工地/进度/质量/分包/承建商/施工/现场|现场/工地/地盘 ~ 监理/监督/盯/管理/代表|帮业主 ~ 管/睇",
    ),
    (
        "BLT.SVQ",
        "bill of quantities/bills of quantities/boq/cost estimate/cost plan/final account/tender price ~ prepare/check/school/building/works/checks/construction|cost/costs ~ estimate/checks/check/plan ~ building/construction/school/hotel/works|建造/造价/工程/工程量/结算 ~ 成本/估算/预算/核对/核价/算|成本 ~ 估算/核算 ~ 工程/楼/施工|招标文件/标底/期数 ~ 拟备/编/审核",
    ),
    (
        "BLT.SVV",
        "value/valuation ~ plant/mill/premises/collateral/shops|mall/hotel/building/land/warehouse/factory/office/villa/plot/house ~ worth/valued/valuation/appraised/value|仓/厂/楼/铺/地/物业/厂房/酒店/商场/土地 ~ 值几多钱/值多少钱/值几钱/估价/估值/评估值/值几多|估价/估值 ~ 物业/楼/厂房/土地/商铺|抵押 ~ 评估/估值 ~ 物业/厂房/土地",
    ),
    (
        "BLT.SVL",
        "boundary/boundaries/contour/topographic/cadastral/route/bathymetric ~ survey/map/mapping/mark/marked|survey ~ boundary/hectares/plot/terrain/corridor|界址/地界/地形图/等高线/红线/航测/地籍 ~ 测/量/画/做/勘/图/标|测/量 ~ 界址/地界/地形图/面积/公顷/等高线",
    ),
    (
        "BLT.SIT",
        "which/suitable ~ industrial estate/industrial park/industrial zone/economic zone|find/rent/lease/choose/compare/pick ~ industrial estate/industrial park/industrial zone/ready built/ready built factory/premises/office/location/plant location/shop space|factory/plant/warehouse/office/store ~ location/to rent/for rent/for lease/to lease/site selection|现成/标准/二手/租 ~ 厂房/厂/仓位/写字楼/铺位/车间|选/比较/物色/揾/找/睇 ~ 铺位/园区/厂址/办公室/写字楼/落脚点/现成厂房/标准厂房|建厂/设厂 ~ 选址/哪里/边度/哪个园区/选哪",
    ),
    (
        "TIC.TST",
        "lab/laboratory ~ test/tests/testing/run/safety|inspect/inspection/inspector/check ~ before shipment/before loading/pre shipment/supplier's factory/batch/goods|safety/chemical/emc/residue/flammability/durability ~ test/tests/testing/report|出货前/装柜前/上船前/出厂前 ~ 抽检/验/检/查|抽检/验货/送检/化验/检测 ~ 质量/样品/货/报告/农残|测/验 ~ 农残/甲醛/重金属/成分",
    ),
    (
        "TIC.MSC",
        "iso/iatf/haccp/brc/gmp/fssc ~ certificate/certified/certification/auditor/tender/renewal/surveillance|iso 9001/iso 14001/iso 45001/iso 27001/iso 13485/iso 22000|拿/办/做/过/换/考 ~ iso/体系认证/管理体系|iso/haccp/brc/fssc ~ 证/审核/换证/年审/发证",
    ),
    (
        "TIC.CON",
        "halal/ce/sirim/sni/tis/bis/ukca/saber/pse/kc/fcc/e mark/energy label ~ certified/certification/mark/needed/required/certify/approval/marking|certify/certified ~ halal/ce/organic/kosher|清真/ce/sirim/sni/saber/pse ~ 证/认证/标/拿/办/批文|有机/能效 ~ 认证/证书/标识/标志",
    ),
    (
        "LOG.FWD",
        "ship/shipping/move/send/transport/deliver/truck/airfreight ~ container/containers/excavators/machines/pallets/goods/cargo/equipment/parcels/samples ~ to/from|door to door|运/拉/发/送 ~ 到/去 ~ 门到门/工地/港/仓库/整柜/散货|整柜/拼箱/门到门/空运/海运/陆运/铁路/卡车 ~ 运/报价/到/去/订舱|台/吨/柜/方/个柜/箱 ~ 运到/运去/发到/发往/送到/运往|清关/报关 ~ 代理/找/谁/办",
    ),
    (
        "LOG.WHS",
        "need/want ~ place to be stored/place to store/space to store|bonded/temporary/overseas ~ storage/store/warehouse/warehousing|pick/picking/store/stock ~ pack/packing/orders/returns/fulfil|storage ~ picking/pick/goods|存/囤/放 ~ 货 ~ 仓/当地|仓/货仓/仓库/海外仓 ~ 一件代发/发货/打包/退货/拣货/存货/租|一件代发",
    ),
    (
        "LOG.SHP",
        "on hire/off hire/condition/pre purchase/draft/bunker ~ survey/surveyor/inspection|vessel/ship/ships/bulker/tanker/handysize/barge ~ survey/charter/manage/crew/inspection/registration/technical management/sell/buy|验/管/租 ~ 船/二手船/散货船/驳船/油轮|船 ~ 管理公司/验船/检验/登记/船管/配员|船管",
    ),
    (
        "LOG.SCM",
        "rework/shift/reorganise/reorganize/rethink/relocate/second source/diversify/overhaul/reshape ~ supply chain/supply chains/sourcing/suppliers/production network|supply chain ~ resilience/diagnosis/redesign/consultant/outside china/mapping/review/strategy|final assembly/assembly ~ outside china/move/relocate|供应链/供应商布局/采购网络/产能 ~ 搬/外移/梳理/再造/备份/改造/重组/迁/多元/规划|布局/梳理/重组/规划 ~ 采购/供应商/供应链|供应商 ~ 布局/分散/多元|分散/转移/搬 ~ 采购/产能/供应链",
    ),
    (
        "ESG.REP",
        "sustainability/esg/csr/climate ~ report/disclosure/statement/opinion/assure/assurance/rating/questionnaire/strategy|esg/可持续/社会责任/气候 ~ 报告/报表/披露/信披/问卷/评级/编/鉴证/意见",
    ),
    (
        "ESG.CAR",
        "embedded/product/scope 1/scope 2/scope 3/corporate ~ emissions/emission/footprint/carbon|cbam ~ report/data/declaration/emissions/importer|carbon/co2 ~ credits/footprint/offset/inventory/neutral/verified/data|碳/隐含碳/排放/温室气体/cbam ~ 足迹/数据/申报/核算/核查/盘查/账/几多/怎么算/报告|产品 ~ 碳足迹",
    ),
    (
        "ESG.EIA",
        "environmental/amdal/ecc/eia/waste water/wastewater/effluent/dust/noise/mining ~ permit/compliance certificate/clearance/approval/licence/consent/study/amdal|环评/环境合规/排放许可/环境合规证书/ecc/amdal/排水/废水/粉尘/危废 ~ 证书/批/许可/手续/办/过/申请/验收/报告|过/办/拿 ~ 环境合规证书/ecc/amdal/环评/环保",
    ),
    (
        "ESG.SCD",
        "forced labour/forced labor/child labour/child labor/uflpa/csddd/conflict minerals/deforestation/eudr ~ cotton/supply chain/audit/proof/prove/trace/sits/supplier/free/compliance/due diligence|prove/proof/show/trace ~ forced labour/forced labor/child labour/traceability/origin of cotton/deforestation|供应链/棉/原料/供应商/矿 ~ 溯源/追溯/强迫劳动/童工/尽责/人权/社会责任/冲突矿产|社会责任/强迫劳动/童工/uflpa/eudr ~ 验厂/审核/证明/合规/没有/调查/溯源",
    ),
    (
        "MKT.RES",
        "who sells/who buys/how big/how many/what price/price level ~ market/sell/buy/imported/sold|market/consumer/trade/price/sector ~ data/survey/sizing/intelligence/statistics/insight/report/research|卖得/好不好卖/好唔好卖/谁在卖/边个卖/几多人买/卖几钱/价位 ~ 多少/怎样/什么/点样/谁|查下/了解/摸清/摸摸/想知道/分析 ~ 竞争对手/同行/对手/行情/市场/价位/卖得怎样/销量/需求|做 ~ 问卷/访谈/市调/可研",
    ),
    (
        "MKT.STR",
        "market entry/entry/expansion/go to market/localisation/localization/route to market/pricing ~ plan/strategy/roadmap/model/options/study|how/where/which ~ enter/expand/start ~ market/first|decide/compare ~ which market/which country/markets/countries|度/谂/想/出/定/做 ~ 入市策略/策略/打法/拓展方案/落地方案/商业计划|入市/出海/拓展/落地/进场 ~ 策略/方案/路径/计划/规划|逐国/国别 ~ 比较/分析|先去/先进 ~ 哪个国家/哪个市场/边个市场",
    ),
    (
        "MKT.BRD",
        "influencer/influencers/kol/pr/launch/social media/advertising ~ campaign/agency/sunscreen/brand/media/event/marketing/launch|launch/run ~ campaign/ads/event|打响/做响/推/搞/做/投放/宣传 ~ 品牌/名气/网红/kol/发布会/广告/社媒/推广/知名度|网红/kol/广告/公关/社媒/媒体 ~ 推广/投放/带货/发布/种草/危机/活动",
    ),
    (
        "MKT.PTN",
        "find/introduce/meet/line up/identify/appoint/arrange ~ distributor/distributors/dealer/dealers/agent/agents/importer/importers/buyer/buyers/partner/partners/retailers/b2b meetings/visits/suppliers|book/need/want/build/design/rent/share ~ booth/exhibition stand|delegation/trade mission/business mission ~ fair/expo/organise/organize/visit/exhibition|约/见/对接/带/组织/结识/认识/铺/招 ~ 采购商/买家/经销商/代理/进口商/渠道/商会/参展/企业去/客商/同行|带/率 ~ 企业/老板/团 ~ 考察/去/见|展位/摊位 ~ 搭建/设计|订/预订/租 ~ 展位/摊位|参展/考察团/团 ~ 组织/安排/对接",
    ),
    (
        "MKT.ECM",
        "run/running/manage/operate/open/launch/list ~ shopee/lazada/amazon/tiktok shop/temu/ozon/mercado libre/noon/online shop/online shops/online store/webshop/storefront|shopee/lazada/amazon/tiktok shop/temu ~ shop/shops/store/seller/listing/ads/operator|代运营|亚马逊/虾皮/shopee/lazada/tiktok/独立站/网店/temu/电商 ~ 运营/开/上架/店/引流/客服/直播/打理|开/打理/运营 ~ 网店/独立站/店铺/电商店",
    ),
    (
        "ICT.CNS",
        "roll out/implement/integrate/connect/install/customise/customize/develop/build ~ wms/erp/sap/crm/mes/management system/pos/software/app/platform/interface/system|warehouse management/hr/erp/accounting/ordering/point of sale ~ system|系统/软件/接口/erp/wms/mes ~ 对接/打通/上线/定制/开发/改造/部署/整合|写/整/开发/搭/上/做 ~ 小程序/程式/app/系统/erp/平台/接口/网站",
    ),
    (
        "ICT.CLD",
        "move/migrate/shift ~ workload/workloads/servers/databases|server/servers/workload/workloads/database/backup/rack/racks ~ host/hosted/hosting/cloud/data centre/data center/colocation/jakarta/singapore/mirror|cloud/colocation/rack/vps ~ space/provider/hosting/migrate/migration/account|服务器/机柜/数据库/系统/伺服器 ~ 放在/放喺/托管/备份/上云/迁/机房/租|租/用/迁/上 ~ 云/机房/机柜/vps",
    ),
    (
        "LNG.LTR",
        "translate/translation/translated/rendered ~ contract/judgment/award/certificate/diploma/patent/pleading/court/deed/tender|译/翻/翻译/译成/翻成 ~ 盖章/盖翻译章/宣誓|判决书/合同/章程/标书/证书/裁决/公证书/病历/学历/诉状 ~ 译/译成/翻成/翻译/译本|盖 ~ 翻译章",
    ),
    (
        "LNG.INT",
        "interpret/interpreter/interpreters/interpreting ~ vietnamese/thai/talks/supplier/visit/days/meeting/court/hearing/tour/deposition/khmer/site|someone/somebody ~ interpret|传译/口译/同传/即时传译/翻译 ~ 陪/会议/开庭/谈判/现场/展会/两日/两天/到场/随团|陪/跟/带 ~ 翻译/传译|会议/聆讯/开庭/谈判/考察/参观/研讨会 ~ 传译/口译/同传/翻译",
    ),
)
