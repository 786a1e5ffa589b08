"""Names of providers in Latin letters, Vietnamese, Simplified and Traditional Chinese, and Thai."""

_LATIN = (
    "Meridian", "Harbour", "Northgate", "Kestrel", "Bellwether", "Ostrava", "Calderon", "Whitmore",
    "Lindqvist", "Okafor", "Mbeki", "Santos", "Petrov", "Rahman", "Fischer", "Duval", "Tanaka",
    "Novak", "Aldgate", "Summit", "Delta", "Orion", "Cascade", "Baltica", "Serengeti", "Andes",
)  # fmt: skip
_LATIN_KIND = ("Consulting", "Advisers", "Partners", "Engineering", "Legal", "Audit", "Associates")
_VIETNAMESE = (
    "Minh Đức", "Hoàng Gia", "Thăng Long", "Sài Gòn", "Hải Phòng", "Đại Việt", "Trường Sơn",
    "Cửu Long", "Phương Đông", "Nguyễn Huệ", "Trần Hưng", "Lê Lợi", "Bình Minh", "Tân Phú",
)  # fmt: skip
_VIETNAMESE_KIND = ("Công ty Luật", "Công ty Tư vấn", "Công ty Kiểm toán", "Văn phòng Kỹ thuật")
_SIMPLIFIED = "中国华东明德信诚远达汇通瑞丰恒泰博联安正天宇金鹏新亚国际海润"
_SIMPLIFIED_KIND = ("律师事务所", "会计师事务所", "工程咨询有限公司", "管理顾问有限公司")
_TRADITIONAL = "港華東明德信誠遠達匯通瑞豐恆泰博聯安正天宇金鵬新亞國際海潤"
_TRADITIONAL_KIND = ("律師事務所", "會計師事務所", "工程顧問有限公司", "管理顧問有限公司")
_THAI = ("กรุงเทพ", "สยาม", "เชียงใหม่", "บางกอก", "รุ่งเรือง", "ไทยพัฒนา", "อันดามัน", "เจริญกิจ")
_THAI_KIND = ("ที่ปรึกษา", "กฎหมาย", "วิศวกรรม", "การบัญชี")

_SIMPLIFIED_AT = frozenset({"CN", "SG", "MY"})
_TRADITIONAL_AT = frozenset({"HK", "MO", "TW"})


def made_up_name(row: int, home: str | None, drawn: tuple[int, int, int]) -> str:
    """Return a name for a provider in the script of its home; its number keeps names apart.

    Args:
        row: the provider's number.
        home: its home jurisdiction.
        drawn: any three numbers, which choose the words.
    """
    a, b, c = drawn
    if home in _SIMPLIFIED_AT or home in _TRADITIONAL_AT:
        of, kind = (
            (_SIMPLIFIED, _SIMPLIFIED_KIND)
            if home in _SIMPLIFIED_AT
            else (_TRADITIONAL, _TRADITIONAL_KIND)
        )
        return (
            f"{of[a % len(of)]}{of[b % len(of)]}{of[c % len(of)]}{row}{kind[(a ^ b) % len(kind)]}"
        )
    if home == "TH":
        return f"{_THAI_KIND[a % len(_THAI_KIND)]} {_THAI[b % len(_THAI)]} {row}"
    if home == "VN":
        kind_vn = _VIETNAMESE_KIND[a % len(_VIETNAMESE_KIND)]
        return f"{kind_vn} {_VIETNAMESE[b % len(_VIETNAMESE)]} {row}"
    return (
        f"{_LATIN[a % len(_LATIN)]} {_LATIN[b % len(_LATIN)]} "
        f"{_LATIN_KIND[c % len(_LATIN_KIND)]} {row}"
    )
