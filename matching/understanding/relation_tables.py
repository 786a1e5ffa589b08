"""Which services answer for which others: the tables of `relations` and `told`.

All patterns are tried on folded text.
"""

import re

# A general sector, and the beginnings of the sectors that answer for it anywhere in the text.
GENERAL: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("LEG", ("LEG.", "DIS", "IPR", "COM", "DAT", "TAX.CON", "HRI.VIS", "NOT.", "CSF.", "TAX.STR")),
    ("DIS", ("DIS.", "IPR.ENF", "LEG.", "TAX.CON", "COM.CUS", "INS.LAD")),
    ("DIS.ARB", ("DIS.ARB.", "DIS.ENF", "LEG.LAB")),
    ("DIS.MED", ("DIS.MED.",)),
    ("NOT", ("NOT.",)),
    ("ACC", ("ACC.", "TAX.")),
    ("TAX", ("TAX.",)),
    ("CSF", ("CSF.",)),
    ("IPR", ("IPR.",)),
    ("COM", ("COM.", "DAT", "LEG.LAB", "TAX.", "ESG", "TIC", "LEG.CMP", "CSF.LIC", "ACC.FOR")),
    ("DAT", ("DAT.",)),
    ("FIN", ("FIN.", "LEG.FIN", "INS.ECI", "NOT.")),
    ("INS", ("INS.",)),
    ("HRI", ("HRI.", "LEG.LAB")),
    ("BLT", ("BLT.", "INS.LAD", "LOG.SHP")),
    ("TIC", ("TIC.", "COM.PRD", "NOT", "LNG", "ESG", "COM.CUS", "LOG.SHP")),
    ("LOG", ("LOG.", "COM.CUS", "INS.MAR", "BLT.", "LEG.")),
    ("ESG", ("ESG.",)),
    ("MKT", ("MKT.",)),
    ("ICT", ("ICT.",)),
    ("LNG", ("LNG.",)),
)
# What is told of a matter rather than asked for, once its remedy is asked for.
TOLD: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("DIS.ARB.INS",), ("DIS.ARB.CNS", "DIS.ARB.TRB", "DIS.ENF", "DIS.EXP", "DIS.INT")),
    (("DIS.MED.INS",), ("DIS.MED.MDR",)),
    (("DIS.ARB", "DIS.ARB.CNS", "DIS.ARB.TRB"), ("DIS.ENF",)),
    (("LEG.MNA", "MKT.PTN", "LEG.CON", "LEG.COR"), ("DIS.",)),
    (("IPR.TMK", "IPR.PAT"), ("IPR.ENF", "IPR.LIC")),
    (("LEG.MNA",), ("NOT.", "LEG.CMP", "FIN.ADV", "ACC.FDD")),
    (("DIS.LIT",), ("TAX.CON", "LEG.LAB", "COM.DDI", "DIS.EXP")),
    (("COM.FCC",), ("COM.DDI",)),
    (("MKT.ECM",), ("IPR.ENF",)),
    (("LOG.WHS",), ("INS.",)),
    (("LOG.SCM",), ("ESG.SCD",)),
    (("MKT.PTN",), ("LNG.INT", "COM.DDI", "MKT.BRD")),
    (("DIS.NEG",), ("LNG.INT", "IPR.LIC", "LEG.MNA")),
    (("FIN.IPO",), ("FIN.BND", "LEG.ISV")),
    (("FIN.BND",), ("LEG.ISV",)),
    (("ACC.AUD",), ("TAX.CON", "TIC.MSC", "ESG.SCD", "DAT.SEC")),
    (("CSF.INC",), ("NOT.",)),
    (("LOG.FWD",), ("INS.MAR", "TIC.TST", "LEG.MAR")),
    (("LOG.SHP",), ("INS.MAR", "LEG.MAR")),
    (("BLT.SIT",), ("BLT.PLN", "FIN.LON", "BLT.ARC")),
    (("LEG.MAR",), ("INS.LAD",)),
    (("FIN.LON",), ("LEG.FIN",)),
    (("CSF.SEC",), ("NOT.", "LEG.FDI")),
    (("NOT.NTO", "NOT.NTP"), ("NOT.VER",)),
    (("COM.FCC",), ("ACC.FOR",)),
    (("INS.MAR",), ("LEG.MAR",)),
    (("TAX.CON",), ("COM.CUS",)),
    (("LEG.LAB",), ("ACC.FOR",)),
    (("DIS.LIT",), ("LEG.ISV",)),
    (("DIS.DBT",), ("TAX.CON",)),
    (("LEG.MNA", "BLT.SIT"), ("BLT.SVV", "LEG.REA")),
    (("COM.CUS",), ("LEG.MAR",)),
    (("TIC.TST",), ("INS.LAD",)),
    (("DIS.ARB",), ("DIS.EXP",)),
)
# The same, however the text puts it: one matter, and not two services.
SAME: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("FIN.ACT",), ("DIS.INT",)),
    (("LEG.COR",), ("LEG.MNA", "LEG.REA", "LEG.CON", "LEG.FIN", "LEG.LAB", "IPR.LIC", "LNG.LTR")),
    (("COM.DDI",), ("ESG.SCD",)),
    (("NOT.NTO",), ("NOT.CAA",)),
    (("CSF.LIC",), ("COM.EXC",)),
    (("COM.CUS",), ("IPR.ENF",)),
    (("DIS.LIT",), ("LEG.TRD",)),
    (("ACC.FRS",), ("ICT.CNS",)),
)
# Words that are no request of their own beside these.
LIGHT: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(
            r"请人|(?:local )?hires?|hiring|hire (?:local )?staff|local (?:staff|employees)|employ"
        ),
        ("HRI.",),
    ),
    (re.compile(r"查数|查账"), ("ACC.FOR", "ACC.FDD")),
    (re.compile(r"(?:工程)?造价|quantum"), ("DIS.EXP",)),
    (re.compile(r".*(?:追收|追缴).*"), ("TAX.", "COM.CUS")),
    (re.compile(r"(?:收|付).{0,8}款"), ("FIN.ACT",)),
    (re.compile(r"(?:附属|子)?(?:公司)?年报.{0,3}|annual reports?"), ("ACC.", "FIN.", "LNG.")),
    (re.compile(r"检验|检测|inspections?|surveys?"), ("INS.LAD", "LOG.SHP")),
    (re.compile(r"寻访"), ("MKT.PTN",)),
    (re.compile(r"出庭.*|testif\w+"), ("DIS.EXP",)),
    (re.compile(r".*(?:合营|合资).*|.*joint ventures?|.*\bjvs?"), ("LEG.MNA",)),
    (re.compile(r"(?:hull |cargo )?insurers?|保险公司|underwriters?"), ("INS.",)),
    (
        re.compile(
            r"(?:need|find|looking for|look for|want|seek|appoint|introduce)\b.*\b(?:clearing|customs|shipping|forwarding|patent|trade ?mark|filing|insurance|property|"
            r"estate|leasing|travel|visa|registered|process) agents?"
        ),
        ("LOG.", "IPR.", "BLT.", "COM.", "INS.", "CSF.", "HRI.", "NOT.", "DIS."),
    ),
    (re.compile(r"(?:screening|筛查).*|.*screening"), ("COM.SAN",)),
    (
        re.compile(r"(?:bvi|offshore|shelf) compan(?:y|ies)|bvi公司|离岸公司"),
        ("FIN.ACT", "CSF.SEC", "LEG.ISV"),
    ),
    (re.compile(r"可比公司.*"), ("FIN.ADV",)),
    (re.compile(r"收(?:到)?.{0,4}款|collect(?:ing)? payments?"), ("FIN.ACT",)),
    (re.compile(r"造船(?:合同|合约)|shipbuilding contracts?"), ("DIS.ARB", "LEG.FIN")),
    (
        re.compile(
            r"客户(?:资料|数据|信息)|用户(?:资料|数据|信息)|个人(?:资料|数据|信息)|personal data|安全评估|"
            r"(?:customer|user|pupil|patient) data|gdpr|pdpa|pipl"
        ),
        ("DAT.XBT",),
    ),
    (re.compile(r"[^云]*(?:机房|服务器|伺服器|servers?)|ict"), ("DAT.XBT", "DAT.SEC")),
    (re.compile(r"kyc|反洗钱|aml|合规审查"), ("FIN.ACT",)),
    (re.compile(r"发债|发行债券"), ("LEG.FIN",)),
    (re.compile(r".*控股公司|.*holding compan(?:y|ies)"), ("TAX.STR",)),
    (re.compile(r"fund-?raising|融资"), ("CSF.INC",)),
    (re.compile(r"[找揾]代理"), ("IPR.", "DIS.", "TAX.", "CSF.", "LOG.", "COM.")),
    (re.compile(r"underwriters?|承销商|包销商|lead managers?"), ("FIN.BND",)),
    (re.compile(r".*入股"), ("FIN.PEV",)),
    (re.compile(r"施工图|construction drawings"), ("BLT.ARC",)),
    (
        re.compile(r"仓库|货仓|[冻冷]仓|冷库|(?:cold )?warehouses?"),
        ("BLT.", "INS.", "LEG.REA", "ICT."),
    ),
    (re.compile(r"amazon|shopee|lazada|tiktok|亚马逊"), ("LOG.", "TAX.", "IPR.", "FIN.")),
    (re.compile(r"iso[ /]?27001"), ("TIC.MSC",)),
    (re.compile(r"ads|listings?|adverts"), ("MKT.ECM",)),
    (re.compile(r".*\bworth"), ("IPR.LIC", "BLT.SVV")),
    (re.compile(r"tariffs?|关税"), ("LOG.SCM", "MKT.STR", "BLT.SIT")),
    (re.compile(r"web ?shops?|online stores?|网店|电商"), ("IPR.ENF", "ICT.CNS")),
    (
        re.compile(
            r"营业执照|执照|产地证|原产地证|certificates? of origin|licen[cs]es?|board minutes|business registration|公司章程|章程|business licen[sc]es?"
        ),
        ("NOT", "LNG"),
    ),
    (
        re.compile(
            r"court judgments?|判决书?|法院判决书?|裁决书|仲裁裁决书?|公证书|arbitral awards?"
        ),
        ("LNG.LTR", "NOT.VER"),
    ),
)
# The same, of one code only: "need a licence agreement" asks for no business licence.
NOT_ITSELF: dict[str, tuple[tuple[re.Pattern[str], frozenset[str]], ...]] = {
    "CSF.LIC": (
        (re.compile(r".*(?:licen[sc]e|许可)"), frozenset({"IPR.LIC"})),
        (re.compile(r".*许可"), frozenset({"HRI.VIS"})),
        (re.compile(r".*permits?\b.*"), frozenset({"HRI.VIS", "ESG.EIA", "COM.EXC"})),
        (re.compile(r"营业执照|执照|business licen[sc]es?"), frozenset({"NOT.CLG", "NOT.APO"})),
    ),
    "LEG.REA": ((re.compile(r"租地|买地|土地"), frozenset({"BLT.SVL", "ESG.EIA", "BLT.SVV"})),),
    "DIS.NEG": (
        (
            re.compile(r"settlement talks|谈判|协商|negotiations?"),
            frozenset({"DIS.ARB.CNS", "DIS.LIT"}),
        ),
    ),
    "IPR.ENF": (
        (
            re.compile(r"fake goods|(?:专利)?侵权|(?:patent )?infringement|infringes?"),
            frozenset({"DIS.DBT", "DIS.LIT", "IPR.PAT"}),
        ),
    ),
    "COM.CUS": ((re.compile(r"customs .*hold\w*"), frozenset({"LOG.FWD"})),),
    "DIS.LIT": (
        (re.compile(r"入禀"), frozenset({"LEG.ISV"})),
        (re.compile(r"上诉|appeals?"), frozenset({"COM.CUS", "TAX.CON", "LEG.FDI", "IPR.TMK"})),
    ),
    "LEG.MAR": ((re.compile(r"demurrage|滞期费"), frozenset({"LOG.FWD", "LOG.SCM"})),),
    "TAX.FIL": ((re.compile(r"报错税|税号"), frozenset({"COM.CUS"})),),
    "TAX.CON": ((re.compile(r"补税|罚款|.*补税"), frozenset({"COM.CUS"})),),
    "COM.DDI": ((re.compile(r"查对方|查买家"), frozenset({"IPR.PAT", "IPR.TMK"})),),
    "HRI.VIS": ((re.compile(r"签证"), frozenset({"NOT.APO", "NOT.CLG", "NOT.NTP"})),),
    "LOG": (
        (
            re.compile(r"物流|logistics?"),
            frozenset({"DIS.ARB.TRB", "DIS.ARB.CNS", "CSF.LIC", "ACC.FDD"}),
        ),
    ),
    "LOG.FWD": ((re.compile(r"清关|报关"), frozenset({"COM.CUS"})),),
}
# What a lawyer who is asked for by the profession alone is to look at.
LOOKED_AT: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"\bspa\b|share purchase|sale and purchase|acqui|merger|takeover|shareholders' agreement|"
            r"joint venture|\bjv\b|收购|并购|股权|股份转让|买下|入股|合资|合营"
        ),
        "LEG.MNA",
    ),
    (
        re.compile(
            r"厂房|物业|商铺|铺位|宿舍|公寓|别墅|大厦|放盘|楼盘|apartment|villa|土地|地皮|租约|房产|楼宇|\bland\b|\blease|\bleasing|tenancy|property|real estate|premises"
        ),
        "LEG.REA",
    ),
    (
        re.compile(
            r"员工|工人|劳动|劳工|雇员|解雇|辞退|裁员|employees?\b|employment|dismiss|labou?r\b|redundan|workers"
        ),
        "LEG.LAB",
    ),
    (
        re.compile(
            r"\bepc\b|fidic|总包|分包|工程合[同约]|施工合[同约]|construction contract|subcontract"
        ),
        "LEG.CON",
    ),
    (re.compile(r"贷款协议|银团|facility agreement|loan agreement|债券|bond"), "LEG.FIN"),
    (re.compile(r"外资|foreign (?:investment|ownership)|negative list|准入"), "LEG.FDI"),
    (re.compile(r"合同|合约|协议|条款|contract|agreement|terms\b|clause"), "LEG.COR"),
)
