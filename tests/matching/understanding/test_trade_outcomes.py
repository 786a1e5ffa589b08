import csv
from importlib.resources import files

import pytest
from opencc import OpenCC

from matching.understanding.lexicon import lexicon_of, prepare
from matching.understanding.phrases import find_phrases
from matching.understanding.services import read_services
from providers.vocabulary import build_vocabulary, read_packaged_synonyms

SECTORS = {
    row["code"]: [row["name_en"], row["name_zh_hans"], row["name_zh_hant"]]
    for row in csv.DictReader(
        files("providers.data").joinpath("sectors.csv").read_text("utf-8").splitlines()
    )
}
VOCABULARY = build_vocabulary(SECTORS, {}, read_packaged_synonyms(), ())
# What is wanted is said as an outcome, or with a word that means something else elsewhere.
CASES = [
    ("get the containers out of the port", "LOG.FWD"),
    ("帮忙把货从港口提出来", "LOG.FWD"),
    ("帮忙把两个40尺柜从海防弄到南宁", "LOG.FWD"),
    ("somewhere near Warsaw to keep 20,000 pairs of shoes", "LOG.WHS"),
    ("找地方存货", "LOG.WHS"),
    ("散货船想换船旗", "LOG.SHP"),
    ("Want help to qualify a second source in Thailand", "LOG.SCM"),
    ("把采购和组装布局重新梳理一遍", "LOG.SCM"),
    ("银行户头开不下来", "FIN.ACT"),
    ("discount our receivables", "FIN.TRF"),
    ("the dong keeps sliding, how to protect margins", "FIN.CTC"),
    ("someone to tell us what the company is worth", "FIN.ADV"),
    ("需要一份银行保函", "FIN.TRF"),
    ("比较几家保险公司报价", "INS.BRK"),
    ("賒數俾客想投保", "INS.ECI"),
    ("保險公司唔肯賠", "INS.LAD"),
    ("缺懂中文的财务", "HRI.REC"),
    ("工资想找人代发", "HRI.EOR"),
    ("工资定多少合适", "HRI.CNB"),
    ("先请人验算一下屋面能不能承重", "BLT.CIV"),
    ("someone on site to watch the builder", "BLT.PMC"),
    ("总包报价是否合理", "BLT.SVQ"),
    ("请人重新量一下地界", "BLT.SVL"),
    ("哪个园区合适", "BLT.SIT"),
    ("装柜前看货", "TIC.TST"),
    ("拎UL", "TIC.CON"),
    ("市场有多大", "MKT.RES"),
    ("怎么打入市场", "MKT.STR"),
    ("約見超市採購", "MKT.PTN"),
    ("打通系统", "ICT.CNS"),
    ("数据放在当地", "ICT.CLD"),
    ("另有30页报告要翻译", "LNG.LTR"),
    ("推介会当天要泰语翻译", "LNG.INT"),
    # Trades, things and the other side's words are no requests.
    ("塊地簽咗長期租約", "LEG.REA"),
    ("擬建數據中心，求公眾責任險報價", "INS.PRO"),
    ("We plan to enter Georgia", ""),
    ("收购泰国一家广告公司", "LEG.MNA"),
    ("再找一家当地保险公司买厂房财产险", "INS.PRO"),
    ("ERP跟报关系统打通", "ICT.CNS"),
    ("货物装船前要有人验货", "TIC.TST"),
    ("在香港開公司銀行戶口", "FIN.ACT"),
]


def read(text: str) -> set[str]:
    prepared = prepare(text)
    mentions = [m for m in lexicon_of(VOCABULARY).find(prepared) if m.sectors]
    return {
        code for code, _ in read_services(prepared.folded, mentions, find_phrases(prepared)).wanted
    }


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_outcomes_ask_for_services(text: str, wanted: str) -> None:
    assert read(text) == set(wanted.split())


@pytest.mark.parametrize(("text", "wanted"), CASES)
def test_the_script_does_not_matter(text: str, wanted: str) -> None:
    traditional = str(OpenCC("s2hk").convert(text))  # pyright: ignore[reportUnknownMemberType, reportUnknownArgumentType] no annotation
    assert read(traditional) == set(wanted.split())
