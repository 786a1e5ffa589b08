"""The rules of `phrases` for finance, insurance, people, building, trade, markets and language.

Written as in `phrase_rules`.
"""

BUSINESS_RULES: tuple[tuple[str, str], ...] = (
    (
        "FIN.ACT",
        "open/set up/get/need/reopen ~ bank account/account/accounts|account ~ reject/refuse/frozen/closed/freeze/opened"
        "|bank ~ reject/refuse/turned down/turn down/closed our|开/开立/开设/开通/开个 ~ 户/户口/账户/帐户|银行/账户/户口 ~ 拒绝/被拒/开不了/"
        "开唔到/被冻结/关户/销户/封了|receive/collect/send ~ payment/remittance ~ overseas/abroad/customer/cross border"
        "|收/付/汇 ~ 外币/境外款/跨境款",
    ),
    (
        "FIN.TRF",
        "issue/open/confirm/discount/need/arrange ~ letter of credit/lc/guarantee/bond/bonds"
        "|performance/bid/tender/advance payment/retention ~ bond/guarantee|开/开立/开具/办/出 ~ 保函/信用证/保证书/履约担保"
        "|履约/投标/预付款/质保 ~ 保函/保证金/担保/保证书",
    ),
    (
        "FIN.LON",
        "borrow/arrange/raise/obtain/need/get/find ~ loan/project finance/debt/project financing/credit facility"
        "|bank ~ lend/finance the|申请/借/找/办/做/拿 ~ 贷款/银团/授信/项目融资/借款|贷款 ~ 申请",
    ),
    (
        "FIN.CTC",
        "hedge/manage/lock ~ currency/fx/exchange rate/foreign exchange|set up/centralise/centralize/build ~ treasury"
        "|对冲/锁定/规避/管理/应对 ~ 汇率/外汇/汇兑|建/设/设立/搭建/成立 ~ 财资中心/资金池/司库",
    ),
    (
        "FIN.IPO",
        "list/listing/float/go public/listed ~ hkex/nasdaq/nyse/sgx/stock exchange/main board/in hong kong/in new york/bursa"
        "|去/赴/到/想/拟/申请/准备/计划 ~ 上市|sponsor ~ listing/ipo",
    ),
    (
        "FIN.BND",
        "issue/issuing/issuance/underwrite ~ bond/notes/sukuk|发行/发/承销 ~ 债券/美元债/债/绿色债券/点心债/票据/绿债",
    ),
    (
        "FIN.PEV",
        "raise/raising ~ equity/series a/series b/series c/round/venture/capital|find/introduce/meet/introductions/looking for"
        " ~ investor/investors/pe/vc/fund/funds/private equity|找/引入/引进/对接/寻找/揾/介绍/接触 ~ 投资人/投资方/投资者/战投/基金/风投/投资机构"
        "|融 ~ 轮/股权",
    ),
    (
        "FIN.ADV",
        "value/valuing/valuation ~ business/company/target/shares/equity|find/search/identify ~ acquisition target/target/targets"
        " to acquire|评估/估值 ~ 企业/股权/公司/标的|公司/企业/股权/标的 ~ 估值/值多少/价值评估|找/物色/寻找 ~ 并购标的/收购标的/标的/收购目标",
    ),
    (
        "INS.BRK",
        "insurance ~ broker/brokers/advisor/adviser/programme|broker ~ insurance/cover|找/揾 ~ 保险经纪|经纪 ~ 险/保险|保险 ~ 经纪/顾问/规划",
    ),
    (
        "INS.ECI",
        "insure/insurance/cover ~ buyer default/non payment/political/expropriation/receivable/credit risk"
        "|保/投保/保障 ~ 买家违约/坏账/政治/收汇|信保/政治/出口信用 ~ 保险/险/投保",
    ),
    (
        "INS.MAR",
        "insure/insurance/cover ~ cargo/shipment/vessel/ship/hull/goods in transit/aircraft|cargo/hull/vessel/ship/marine ~"
        " insurance/insured/cover|货/货物/船/船舶/货柜/飞机 ~ 保险/投保/买保险|买/投/投保 ~ 货运险/水险/船壳险/海运险/船险/运输险",
    ),
    (
        "INS.PRO",
        "insure/insurance/cover ~ factory/plant/property/works/construction/liability/equipment/warehouse/building/fire/machinery"
        "|factory/plant/property/construction/liability/equipment/building/building works/project ~ insurance/insured"
        "|厂房/工厂/工程/设备/项目/财产/责任/员工/仓库/工地 ~ 保险/投保/买保险/一切险|买/投/投保/购买 ~ 工程险/财产险/责任险/建工险/产品责任",
    ),
    (
        "INS.LAD",
        "insurer/insurance company/insurers ~ refuse/reject/deny/denied/dispute/delay/won't pay/not paying|claim ~ insurer/"
        "insurance/underwriter|保险公司/保险 ~ 拒赔/不赔/理赔/索赔/赔偿/唔赔/赔付|loss/damage ~ adjust/assess/survey",
    ),
    (
        "HRI.VIS",
        "get/apply/renew/arrange/obtain/need/sponsor ~ visa/work permit/kitas/employment pass/residence permit"
        "|visa/work permit/work permits ~ expatriate/engineer/staff/technician/employee/manager/worker"
        "|办/申请/续/办理/搞/申 ~ 签证/工签/工作证/居留/工作许可/准证/劳工证/居住证|外派/派 ~ 签证/工签/工作许可",
    ),
    (
        "HRI.REC",
        "hire/recruit/find/headhunt/looking for/search/need ~ country manager/general manager/plant manager/sales manager/"
        "engineers/local staff/local team/cfo/ceo/executive/salespeople/factory manager/workers/sales director/local manager/technicians"
        "|招/招聘/请/聘/招募 ~ 员工|招/招聘/请/聘请/找/物色/聘/揾/招募/猎 ~ 经理/厂长/总监/销售/工程师/工人/高管/财务经理/店长/总经理/人才/业务员",
    ),
    (
        "HRI.EOR",
        "employ/hire/pay ~ without ~ entity/company/subsidiary|pay/run/process ~ salary/salaries/payroll/wages"
        "|没/没有/未/冇/无/不设/唔想开/不想设/不想注册/没注册 ~ 公司/实体/主体 ~ 雇/聘/请人/招人/发工资|代发/发/发放/代缴/缴/缴纳 ~ 工资/薪水/社保/薪资/公积金/薪酬"
        "|员工/人员/雇员 ~ 社保/发薪/发工资/出粮/代缴",
    ),
    (
        "HRI.CNB",
        "design/review/benchmark ~ salary/compensation/benefit/incentive/pay/share option/bonus/remuneration"
        "|training/train ~ culture/cross cultural/expat/manager/leadership|薪酬/福利/薪资/激励/绩效/待遇/工资 ~ 设计/调研/制度/体系/方案/对标/架构/结构"
        "|培训 ~ 外派/文化/员工/管理层/跨文化",
    ),
    (
        "BLT.ARC",
        "design ~ building/factory/hotel/office/villa/mall/school/hospital/showroom/warehouse/plant building"
        "|architect ~ design/plan|设计 ~ 厂房/酒店/办公楼/别墅/商场/写字楼/学校/医院/楼/仓库/展厅|厂房/酒店/办公楼/别墅/商场/写字楼/医院/校舍/厂区/门店 ~ 设计/图纸/装修",
    ),
    (
        "BLT.PLN",
        "plan/planning/masterplan/master plan ~ industrial park/park/zone/township/district/city/estate/resort/new town"
        "|规划 ~ 物流园/度假区/科技园/公顷/园区/新城/片区/工业园|园区/新城/片区/工业园/产业园/用地/城市/度假村 ~ 规划/总规/控规|landscape ~ design/architect",
    ),
    (
        "BLT.CIV",
        "structural/civil/geotechnical/mep/foundation/electrical/mechanical ~ engineer/engineering/design/calculation/survey"
        "|design ~ bridge/road/port/wastewater/substation/foundation/power plant/tunnel/drainage/water supply/solar farm"
        "|结构/土建 ~ 算/加层/加固/复核|地质/岩土/地基/结构/机电/土建/给排水/桥梁/道路/电气/消防 ~ 设计/勘察/勘探/计算/验算/鉴定/工程师",
    ),
    (
        "BLT.PMC",
        "manage/supervise/oversee/monitor ~ construction/works/contractor/site/building project|project manager/project management ~ hotel/building/construction/factory/plant/fit out/site/works/project|owner/owners/client ~ "
        "engineer/representative|监督/管理/盯/看住/睇住/监管 ~ 施工/工地/工程进度/承包商/总包/工程质量/地盘|施工/工程/项目/地盘 ~ 监理/代建/监工/监督",
    ),
    (
        "BLT.SVQ",
        "estimate/control/price/check/audit ~ construction cost/building cost/quantities/works cost/cost of works"
        "|prepare/price ~ boq/bill of quantities/tender|工程/施工/建造/建筑/投标/项目 ~ 造价/算量/概算/预算审核/结算审核/估算/工料/清单|编/做/算/审/审核/核/计 ~ 工程量/清单/造价/概算/工料/工程结算",
    ),
    (
        "BLT.SVV",
        "value/valuation/appraise/appraisal ~ land/property/factory/building/real estate/plot/warehouse/hotel/premises/mall/office/shop/villa/apartment"
        "|估/评估/估值/估价 ~ 土地/物业/厂房/房产/地块/楼/那块地/地价/块地/酒店|土地/物业/厂房/房产/地块/块地/酒店/楼宇/地皮 ~ 估值/评估/估价/值多少/值几多/值几钱",
    ),
    (
        "BLT.SVL",
        "survey/map/mapping/demarcate ~ land/site/boundary/plot/topography/terrain/route|land/site/topographic/boundary/"
        "drone/topographical ~ survey/mapping|测/测量/测绘/勘测/量 ~ 土地/地形/地块/地界/边界/场地/线路/界线|土地/地形/地块/场地/线路 ~ 测量/测绘/勘测/勘界",
    ),
    (
        "BLT.SIT",
        "find/rent/lease/looking for/search/locate/choose/select ~ factory/factory space/factory building/plant site/industrial land/"
        "industrial park/site/plot/premises/office space/warehouse space/workshop|找/租/揾/选/物色/挑/看/睇/拣/拣 ~ 厂房/厂址/工业园/园区/"
        "工业用地/地皮/场地/建厂地/铺面/写字楼/块地|租厂|厂房/厂/工厂/园区/厂址/门店/仓库 ~ 选址/落户/租赁/选哪",
    ),
    (
        "TIC.TST",
        "test/inspect/check/testing ~ goods/product/sample/shipment/toys/material/textile/batch/quality|inspection/inspector/"
        "inspections ~ shipment/loading/goods/factory/quality|抽检/检验/检测/测试 ~ 货/产品/样品/质量/成分/玩具/面料/批次/重金属|验/检 ~ 大货/批货/样品/产品/成分/面料/玩具"
        "|产品/货物/样品/玩具/大货/食品/面料/电池 ~ 检测/检验/测试/验货/质检/送检|实验室 ~ 测试/检测",
    ),
    (
        "TIC.MSC",
        "iso/haccp/gmp/bsci/sa8000/iatf ~ certificate/certification/audit/certified|get/obtain/need ~ iso/haccp/gmp"
        "|iso/haccp/gmp/bsci/体系/管理体系 ~ 认证/审核/证书/贯标",
    ),
    (
        "TIC.CON",
        "ce/halal/ukca/sni/bis/tisi/sirim/saso/fcc/ul/kosher/organic/conformity ~ certificate/certification/mark/"
        "marking/certified/approval/label|halal/ce/ukca/sni/bis/tisi/sirim/saso/fcc/ul/kc/pse/清真/有机/能效/强制 ~ 认证/证书/标志/标签",
    ),
    (
        "LOG.FWD",
        "truck/lorry/lorries/reefer ~ from/to|ship/shipping/transport/move/forward/truck ~ container/cargo/goods/equipment/machinery/parcel ~ to/from"
        "|clear/clearing/cleared/clearance ~ customs|import/export ~ clearance/declaration|运/发/托运/拖 ~ 货柜/集装箱/设备到/机器到"
        "/柜/货到/货去/大件|处理/办/代理/找/揾 ~ 清关/报关/货代/通关",
    ),
    (
        "LOG.WHS",
        "rent/find/need/lease/operate/looking for ~ warehouse/warehousing/storage/fulfilment/fulfillment/cold storage"
        "|租/找/揾/用/设 ~ 仓库/海外仓/仓/货仓/冷库/保税仓",
    ),
    (
        "LOG.SHP",
        "charter/buy/manage/register/inspect/survey/flag ~ ship/vessel/vessels/ships/bulk carrier/bulker/tanker"
        "|租/买/管理/登记/检验/验/包 ~ 船/货轮/散货船/油轮|ship/vessel ~ survey/inspection/management/registration/manager/crew",
    ),
    (
        "LOG.SCM",
        "relocate/diversify/optimise/optimize/redesign/rebuild/map/move/restructure ~ supply chain/sourcing/suppliers"
        "|供应链 ~ 优化/转移/规划/重构/搭建/梳理/布局/诊断/重组/外迁|优化/转移/重构/搭建/梳理/重整/调整 ~ 供应链|find/source ~ supplier/suppliers/raw material",
    ),
    (
        "ESG.REP",
        "esg/sustainability/climate ~ report/reporting/disclosure/assurance/rating/opinion/assured|esg/可持续/气候/可持续发展 ~ 报告/披露/鉴证/"
        "评级/验证/审验/信披|prepare/publish/write ~ esg/sustainability/csr",
    ),
    (
        "ESG.CAR",
        "carbon/emission/emissions/ghg/greenhouse gas ~ account/accounting/footprint/verify/verification/report/calculate/"
        "inventory/declaration/audit/data/neutral/disclosure|calculate/measure/verify/offset/reduce ~ carbon/emission/emissions/ghg"
        "|碳/碳排放/温室气体 ~ 核算/核查/足迹/盘查/报告/中和/申报/认证/审计/数据|算/核算/核查/计算/计 ~ 碳/碳排放/碳足迹",
    ),
    (
        "ESG.EIA",
        "environmental ~ impact/permit/clearance/approval/licence/license/assessment/study/consent|discharge/wastewater/"
        "emission ~ permit/licence/license|环境/环保/环评/排污/废水/废气 ~ 评价/审批/许可/手续/批复/批文/验收/影响|过/办/做/申请 ~ 环评/环保审批/环保手续/排污证",
    ),
    (
        "ESG.SCD",
        "supply chain/supplier/suppliers ~ human rights/forced labour/forced labor/environmental due diligence/social audit/"
        "traceability/trace|trace/prove ~ cotton/origin of materials/raw material/supply chain|供应链/供应商 ~ 人权/尽责/溯源/强迫劳动/社会责任/可追溯/尽职/尽调/童工",
    ),
    (
        "MKT.RES",
        "research/study/survey/analyse/analyze/assess/size ~ market/consumer/competitor/demand/industry"
        "|market/consumer/competitor/industry ~ research/study/survey/analysis/data/sizing|market ~ size/demand"
        "|调研/调查/研究/摸/了解/睇/分析 ~ 市场/消费者/行业/竞品/竞争对手/行情|市场/行业/消费者/竞品/竞争对手 ~ 调研/调查/研究/分析/规模/报告/数据/前景"
        "|feasible/feasibility ~ study/report/analysis|编/写/做/编制/出 ~ 可研/可行性/可行性研究",
    ),
    (
        "MKT.STR",
        "进入 ~ 计划/方案|定/制定/做 ~ 策略/战略|strategy/roadmap/business plan/a plan/entry plan ~ enter/market/expansion/expand/localise|enter/entering ~ market ~ strategy/plan/"
        "consultant/advice|market entry/expansion/go to market/business/pricing/channel ~ strategy/plan/roadmap|战略/策略/打法 ~ 出海/"
        "进入/国际化/落地|出海/进入/国际化/落地/扩张/海外/市场/渠道/拓展 ~ 战略/策略/规划/打法/路线图",
    ),
    (
        "MKT.BRD",
        "launch/build/promote/advertise/market ~ brand/product/campaign|brand/media/ad/advertising/pr ~ campaign/agency/strategy/"
        "launch/awareness/promotion|推广/宣传/打造/建立/做/打响 ~ 品牌/知名度/广告/公关|品牌/产品 ~ 推广/宣传/营销/传播/策划/广告|做/投/搞/落/卖 ~ 广告/公关/宣传/网红",
    ),
    (
        "MKT.PTN",
        "find/looking for/search/identify/introduce/meet/seek/appoint/match/need a/need an/want a/want an/need some/want new/need new/need local/want local/need more ~ distributor/distributors/dealer/dealers/"
        "agent/agents/partner/partners/buyer/buyers/importer/importers/reseller/resellers/wholesaler/wholesalers/jv partner"
        "|organise/organize/arrange/join/attend/exhibit ~ trade fair/exhibition/trade mission/business trip/visit/delegation/expo/booth"
        "|找/寻/揾/物色/对接/引荐/推荐/介绍/开发/寻找/揾/匹配 ~ 代理商/总代理/独家代理/销售代理/本地代理商/当地代理商/合资伙伴/经销商/分销商/买家/合作伙伴/合作方/渠道商/进口商/采购商/合伙人/拍档/合作商/批发商"
        "|组织/安排/参加/组团/带队 ~ 考察/展会/展览/参展/对接会/展|带 ~ 考察|开发/对接/引荐/找/揾/拓 ~ 客户/大客户/企业客户",
    ),
    (
        "MKT.ECM",
        "sell/selling ~ amazon/shopee/lazada/tiktok/online/mercado libre/noon/ozon/temu|open/set up/run/operate/manage ~ "
        "amazon/shopee/lazada/tiktok/webshop/online store|开/做/运营/入驻/代运营/搞/经营 ~ 店铺/网店/亚马逊/虾皮/shopee/lazada/tiktok/独立站/小店/天猫/电商"
        "|amazon/shopee/lazada/tiktok/亚马逊/店铺/独立站/网店/电商 ~ 运营/代运营/开店/入驻/卖货/营运",
    ),
    (
        "ICT.CNS",
        "develop/build/implement/integrate/install/roll out/localise/need ~ software/erp/system/app/website/platform/crm/mes/wms"
        "|erp/crm/sap/mes/wms/software/system ~ implement/implementation/rollout/integration/integrator/vendor/developer/development"
        "|上/装 ~ erp/管理系统/crm/mes/wms/sap|开发/搭建/建/实施/部署/定制/整/写/做 ~ 软件/系统/erp/app/网站/小程序/平台系统/crm/mes/程式|erp/crm/系统/软件/mes/wms/sap ~ 实施/上线/开发/对接/集成/本地化/定制",
    ),
    (
        "ICT.CLD",
        "host/hosting/hosted/migrate/deploy/move/store ~ server/servers/cloud/data centre/data center/aws|cloud/server ~ hosting/provider/"
        "migration/deploy/rental|租/部署/托管/迁/放/迁移/搬 ~ 服务器/云服务器/云上/机房/机柜/云端/伺服器/数据中心|服务器/机柜/系统/数据/伺服器 ~ 托管/上云/部署/租用/寄存",
    ),
    (
        "LNG.LTR",
        "translate/translation/translated/translations/translator ~ contract/agreement/contracts/agreements/judgment/award/certificate/"
        "certificates/licence/license/court documents/legal documents/articles/power of attorney/pleadings/evidence/legal/clinical/dossier"
        "|certified/sworn/stamped/notarised/notarized/official/legal/court ~ translation/translations/translator/translated"
        "|contract/contracts/agreement/judgment/award/certificate/legal documents ~ translated/translation"
        "|合同/协议/判决/判决书/裁决书/证书/执照/公证书/章程/授权书/法律文件/起诉状/证据/标书/诉状/合约/决议/证明 ~ 翻译/译成/翻译成/译本/中译英/英译中/译做"
        "|翻译/译/中译英/英译中 ~ 合同/协议/判决/裁决/证书/执照/公证书/章程/授权书/法律文件/证据/合约|翻译/译本/译文 ~ 盖章/认证/公证/核证/宣誓/上法庭/法庭用",
    ),
    (
        "LNG.INT",
        "interpret/interpreter/interpreters/interpreting/interpretation ~ meeting/negotiation/hearing/fair/visit/conference/factory/court"
        "|translator/translators ~ accompany/meeting/on site/negotiation/visit/fair|陪/跟/随/带 ~ 翻译|翻译 ~ 陪同/随行/现场/会议/谈判当天|会议/谈判/开庭/庭审/展会/考察/洽谈/拜访"
        " ~ 翻译/口译/同传/传译",
    ),
)
