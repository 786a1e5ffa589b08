"""The few words that the command line itself adds around a match, in three scripts.

Sentences of reasons, gaps and rules come from matching, names of places from the lists.
"""

from matching.types import Script, Sentence

PROVIDER = Sentence("Provider", "服务机构", "服務提供者")
WHY = Sentence("Why, and what is not known", "理由与未知之处", "理由與未知之處")
SCORE = Sentence("Score", "得分", "得分")
NONE_LEFT = Sentence(
    "No provider passes every rule.", "没有服务机构符合全部规则。", "沒有服務提供者符合全部規則。"
)

KINDS = {
    "law_firm": Sentence("law firm", "律师事务所", "律師事務所"),
    "accounting_firm": Sentence("accounting firm", "会计师事务所", "會計師事務所"),
    "consulting_firm": Sentence("consulting firm", "咨询公司", "顧問公司"),
    "notary_office": Sentence("notary office", "公证处", "公證處"),
    "institution": Sentence("institution", "机构", "機構"),
    "individual": Sentence("individual", "个人", "個人"),
    "other": Sentence("other", "其他", "其他"),
}
FITS = {
    "strong": Sentence("strong fit", "高度匹配", "高度配對"),
    "good": Sentence("good fit", "匹配良好", "配對良好"),
    "partial": Sentence("partial fit", "部分匹配", "部分配對"),
}


def shown(eligible: int, considered: int, ranked: int, script: Script) -> str:
    """Say how many providers are shown of how many."""
    return Sentence(
        f"Shown {ranked:,} of {eligible:,} that may be proposed, out of {considered:,}.",
        f"共 {considered:,} 家，可推荐 {eligible:,} 家，显示 {ranked:,} 家。",
        f"共 {considered:,} 家，可建議 {eligible:,} 家，顯示 {ranked:,} 家。",
    ).in_script(script)


def say_kind(kind: str, script: Script) -> str:
    """Say what sort of provider this is."""
    return KINDS[kind].in_script(script) if kind in KINDS else kind


def say_fit(fit: str, script: Script) -> str:
    """Say how well a provider fits."""
    return FITS[fit].in_script(script) if fit in FITS else fit
