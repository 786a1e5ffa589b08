"""Every feature: its name, family, direction, what it measures, and which reason it feeds.

All values lie in [0, 1] and more is never worse; NaN is *unknown* and adds nothing to a score.
Whether somebody pays is no feature. The catalogue's hash is written into every result.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from matching.features import home, jurisdiction, people, practice, sector, text, trust
from matching.features.context import MatchContext
from matching.types import FloatArray, Sentence


class ReasonKind(StrEnum):
    """What a reason says; several features may feed one reason."""

    SIMILAR_WORK = "similar_work"
    WORK_IN_TARGET = "work_in_target"
    WORK_NEAR_TARGET = "work_near_target"
    CORRIDOR = "corridor"
    CLOSE_TO_TARGET = "close_to_target"
    BASED_IN_TARGET = "based_in_target"
    SECTOR_SHOWN = "sector_shown"
    SECTOR_IN_TARGET = "sector_in_target"
    SECTOR_LISTED = "sector_listed"
    SIZE = "size"
    RECENT_WORK = "recent_work"
    LANGUAGES = "languages"
    VERIFIED_RECORD = "verified_record"
    HOME_FIRMS = "home_firms"
    SERVED_CLIENT = "served_client"


@dataclass(frozen=True, slots=True)
class Feature:
    """One named part of a score.

    Attributes:
        name: as it stands in results, models and pages.
        family: text, jurisdiction, sector, practice, people or trust.
        reason: the kind of reason its contribution is said in.
        measures: what it measures, for the page on how an order is made.
        compute: the value for every candidate of the index: shape (n,), in [0, 1] or NaN.
        revision: raised whenever the formula changes, so that a model learned from the old one is
            refused.
    """

    name: str
    family: str
    reason: ReasonKind
    measures: Sentence
    compute: Callable[[MatchContext], FloatArray]
    revision: int = 1


@dataclass(frozen=True, slots=True)
class Pair:
    """Two features that may speak together: what one says only counts beside the other.

    Attributes:
        name: as it stands in results, models and pages.
        first, second: names of features.
        reason: the kind of reason its contribution is said in.
        measures: what it measures.
    """

    name: str
    first: str
    second: str
    reason: ReasonKind
    measures: Sentence


CATALOGUE: tuple[Feature, ...] = (
    Feature(
        "words_nearest",
        "text",
        ReasonKind.SIMILAR_WORK,
        Sentence(
            "How much the nearest piece of past work shares the words of the need",
            "最接近的一项过往工作与需求在用词上的相近程度",
            "最接近的一項過往工作與需求在用詞上的相近程度",
        ),
        text.words_nearest,
    ),
    Feature(
        "words_nearest3",
        "text",
        ReasonKind.SIMILAR_WORK,
        Sentence(
            "How much the three nearest pieces of past work share the words of the need, on average",
            "最接近的三项过往工作与需求在用词上的平均相近程度",
            "最接近的三項過往工作與需求在用詞上的平均相近程度",
        ),
        text.words_nearest3,
    ),
    Feature(
        "task_nearest",
        "text",
        ReasonKind.SIMILAR_WORK,
        Sentence(
            "How much the nearest past task shares the words of the need, names of projects left out",
            "最接近的一项过往任务与需求在用词上的相近程度（不计项目名称）",
            "最接近的一項過往任務與需求在用詞上的相近程度（不計項目名稱）",
        ),
        text.task_nearest,
    ),
    Feature(
        "meaning_nearest",
        "text",
        ReasonKind.SIMILAR_WORK,
        Sentence(
            "How near the nearest piece of past work comes to the need in meaning, in any language",
            "最接近的一项过往工作与需求在含义上的相近程度（不限语言）",
            "最接近的一項過往工作與需求在含義上的相近程度（不限語言）",
        ),
        text.meaning_nearest,
    ),
    Feature(
        "meaning_nearest3",
        "text",
        ReasonKind.SIMILAR_WORK,
        Sentence(
            "How near the three nearest pieces of past work come to the need in meaning, on average",
            "最接近的三项过往工作与需求在含义上的平均相近程度（不限语言）",
            "最接近的三項過往工作與需求在含義上的平均相近程度（不限語言）",
        ),
        text.meaning_nearest3,
    ),
    Feature(
        "past_needs",
        "text",
        ReasonKind.SIMILAR_WORK,
        Sentence(
            "How many of the past needs most like this one the provider has served",
            "该机构承办过多少与本需求最相近的过往需求",
            "該機構承辦過多少與本需求最相近的過往需求",
        ),
        text.past_needs,
    ),
    Feature(
        "focus",
        "text",
        ReasonKind.SIMILAR_WORK,
        Sentence(
            "How much of the provider's whole record is like the need",
            "该机构的全部记录中有多少与需求相近",
            "該機構的全部記錄中有多少與需求相近",
        ),
        text.focus,
    ),
    Feature(
        "past_needs_in_target",
        "jurisdiction",
        ReasonKind.WORK_IN_TARGET,
        Sentence(
            "How many of the past needs most like this one in the targets the provider has served",
            "该机构在目的地法域承办过多少与本需求最相近的过往需求",
            "該機構在目標司法管轄區承辦過多少與本需求最相近的過往需求",
        ),
        jurisdiction.past_needs_in_target,
    ),
    Feature(
        "nearest_in_target",
        "jurisdiction",
        ReasonKind.WORK_IN_TARGET,
        Sentence(
            "How near the nearest piece of past work in the target jurisdictions comes to the need",
            "目的地法域内最接近的一项过往工作与需求的相近程度",
            "目標司法管轄區內最接近的一項過往工作與需求的相近程度",
        ),
        jurisdiction.nearest_in_target,
    ),
    Feature(
        "experience_in_target",
        "jurisdiction",
        ReasonKind.WORK_IN_TARGET,
        Sentence(
            "How much past work the provider has in the target jurisdictions",
            "该机构在目的地法域的过往工作数量",
            "該機構在目標司法管轄區的過往工作數量",
        ),
        jurisdiction.experience_in_target,
    ),
    Feature(
        "covers_targets",
        "jurisdiction",
        ReasonKind.WORK_IN_TARGET,
        Sentence(
            "In how many of the target jurisdictions the provider has past work",
            "该机构在多少个目的地法域有过往工作",
            "該機構在多少個目標司法管轄區有過往工作",
        ),
        jurisdiction.covers_targets,
    ),
    Feature(
        "experience_near_target",
        "jurisdiction",
        ReasonKind.WORK_NEAR_TARGET,
        Sentence(
            "How much past work the provider has elsewhere in the region of the targets",
            "该机构在目的地所在区域其他法域的过往工作数量",
            "該機構在目標所在區域其他司法管轄區的過往工作數量",
        ),
        jurisdiction.experience_near_target,
    ),
    Feature(
        "based_in_target",
        "jurisdiction",
        ReasonKind.BASED_IN_TARGET,
        Sentence(
            "Whether the provider is based in a target jurisdiction",
            "该机构是否设在目的地法域",
            "該機構是否設於目標司法管轄區",
        ),
        jurisdiction.based_in_target,
    ),
    Feature(
        "corridor",
        "jurisdiction",
        ReasonKind.CORRIDOR,
        Sentence(
            "How much past work crosses from where the enterprise is, or next door, to the targets",
            "有多少过往工作跨越企业所在地（或其近邻）与目的地法域",
            "有多少過往工作跨越企業所在地（或其近鄰）與目標司法管轄區",
        ),
        jurisdiction.corridor,
    ),
    Feature(
        "proximity_to_target",
        "jurisdiction",
        ReasonKind.CLOSE_TO_TARGET,
        Sentence(
            "How near the provider's other jurisdictions are to the targets in treaties, law, language",
            "该机构的其他法域在条约、法律和语言上与目的地的接近程度",
            "該機構的其他司法管轄區在條約、法律和語言上與目標司法管轄區的接近程度",
        ),
        jurisdiction.proximity_to_target,
    ),
    Feature(
        "home_firms_alike",
        "jurisdiction",
        ReasonKind.HOME_FIRMS,
        Sentence(
            "How large a share firms from the same home have in work like this in the targets",
            "同一所在地的机构在目的地法域同类工作中所占的份额",
            "同一所在地的機構在目標司法管轄區同類工作中所佔的份額",
        ),
        home.home_firms_alike,
    ),
    Feature(
        "home_firms_of_size",
        "jurisdiction",
        ReasonKind.HOME_FIRMS,
        Sentence(
            "How large a share firms from the same home have in work of such value in or near the targets",
            "同一所在地的机构在目的地及其所在区域金额相近的工作中所占的份额",
            "同一所在地的機構在目標及其所在區域金額相若的工作中所佔的份額",
        ),
        home.home_firms_of_size,
    ),
    Feature(
        "sector_shown",
        "sector",
        ReasonKind.SECTOR_SHOWN,
        Sentence(
            "How much past work the provider has in the sectors asked for",
            "该机构在所需专业领域的过往工作数量",
            "該機構在所需專業界別的過往工作數量",
        ),
        sector.sector_shown,
    ),
    Feature(
        "nearest_in_sector",
        "sector",
        ReasonKind.SECTOR_SHOWN,
        Sentence(
            "How near the nearest piece of past work in the sectors asked for comes to the need",
            "所需领域内最接近的一项过往工作与需求的相近程度",
            "所需界別內最接近的一項過往工作與需求的相近程度",
        ),
        sector.nearest_in_sector,
    ),
    Feature(
        "past_needs_in_sector",
        "sector",
        ReasonKind.SECTOR_SHOWN,
        Sentence(
            "How many of the past needs most like this one in those sectors the provider has served",
            "该机构在所需领域承办过多少与本需求最相近的过往需求",
            "該機構在所需界別承辦過多少與本需求最相近的過往需求",
        ),
        sector.past_needs_in_sector,
    ),
    Feature(
        "sector_shown_in_target",
        "sector",
        ReasonKind.SECTOR_IN_TARGET,
        Sentence(
            "How much past work in those sectors it has in the target jurisdictions themselves",
            "该机构在目的地法域内属于所需领域的过往工作数量",
            "該機構在目標司法管轄區內屬於所需界別的過往工作數量",
        ),
        sector.sector_shown_in_target,
    ),
    Feature(
        "sector_listed",
        "sector",
        ReasonKind.SECTOR_LISTED,
        Sentence(
            "How near the sectors the provider is listed under come to those asked for",
            "该机构在名录所列的专业领域与所需领域的相近程度",
            "該機構在名錄所列的專業界別與所需界別的相近程度",
        ),
        sector.sector_listed,
    ),
    Feature(
        "sector_listed_in_target",
        "sector",
        ReasonKind.SECTOR_LISTED,
        Sentence(
            "How near the sectors it is listed under come to those asked for, if it is at home, "
            "qualified or has a partner in a target jurisdiction",
            "设于目的地法域、在当地具资质或有当地合作伙伴的机构，其名录所列专业领域与所需领域的相近程度",
            "設於目標司法管轄區、在當地具資格或有當地合作夥伴的機構，其名錄所列專業界別與所需界別的相近程度",
        ),
        sector.sector_listed_in_target,
    ),
    Feature(
        "size_fit",
        "practice",
        ReasonKind.SIZE,
        Sentence(
            "How near the value of some past work comes to the value of the need",
            "某项过往工作的金额与本需求金额的相近程度",
            "某項過往工作的金額與本需求金額的相近程度",
        ),
        practice.size_fit,
    ),
    Feature(
        "typical_size",
        "practice",
        ReasonKind.SIZE,
        Sentence(
            "How near the usual value of past work comes to the value of the need",
            "过往工作的通常金额与本需求金额的相近程度",
            "過往工作的通常金額與本需求金額的相近程度",
        ),
        practice.typical_size,
    ),
    Feature(
        "alike_of_size",
        "practice",
        ReasonKind.SIZE,
        Sentence(
            "How many of the past needs most like this one, and of about its value, it has served",
            "该机构承办过多少与本需求最相近且金额相仿的过往需求",
            "該機構承辦過多少與本需求最相近且金額相若的過往需求",
        ),
        practice.alike_of_size,
    ),
    Feature(
        "recency",
        "practice",
        ReasonKind.RECENT_WORK,
        Sentence(
            "How recent the latest work on record is; it counts half after four years",
            "最近一项有记录工作的时间远近；每四年减半",
            "最近一項有記錄工作的時間遠近；每四年減半",
        ),
        practice.recency,
    ),
    Feature(
        "languages_spoken",
        "people",
        ReasonKind.LANGUAGES,
        Sentence(
            "How many of the languages asked for the provider is known to work in",
            "已知该机构可使用多少种所需语言",
            "已知該機構可使用多少種所需語言",
        ),
        people.languages_spoken,
    ),
    Feature(
        "verified_record",
        "trust",
        ReasonKind.VERIFIED_RECORD,
        Sentence(
            "How much of the provider's evidence stands in a public record or was verified",
            "该机构的佐证有多少载于公开记录或已经核实",
            "該機構的佐證有多少載於公開記錄或已經核實",
        ),
        trust.verified_record,
    ),
    Feature(
        "served_client",
        "trust",
        ReasonKind.SERVED_CLIENT,
        Sentence(
            "How often the provider has worked for this client before",
            "该机构此前为同一委托方工作的次数",
            "該機構此前為同一委託方工作的次數",
        ),
        trust.served_client,
    ),
)

# The only pairs that a ranker may hold beside its curves; at most five.
PAIRS: tuple[Pair, ...] = ()

DIGITS = 9

NAMES: tuple[str, ...] = tuple(feature.name for feature in CATALOGUE)


def catalogue_hash() -> str:
    """Name this list of features: 12 hex digits over names, families, reasons and revisions."""
    lines = [f"{f.name}|{f.family}|{f.reason}|{f.revision}" for f in CATALOGUE]
    lines.extend(f"{p.name}|{p.first}|{p.second}|{p.reason}" for p in PAIRS)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]


def feature_matrix(context: MatchContext) -> FloatArray:
    """Compute every feature for every candidate: shape (n, f), each in [0, 1] or NaN.

    Rounded to `DIGITS`: what another order of sums leaves in the last bit moves no step of a curve.
    """
    values: FloatArray = np.column_stack([one.compute(context) for one in CATALOGUE])
    rounded: FloatArray = np.round(values, DIGITS)
    return rounded
