"""What is laid over the columns of the index: the lists and tables in force, read at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from core.errors import Unavailable
from matching.jurisdictions.corridor import ProximityTable
from matching.jurisdictions.graph import TreatyGraph
from matching.names import Names
from matching.sectors import SectorTree, build_sector_tree
from matching.text.encoder import TextEncoder
from matching.understanding.meaning import SectorReader
from matching.understanding.types import Vocabulary
from providers.jurisdictions.graph import read_treaty_data
from providers.jurisdictions.queries import NODES, list_jurisdictions
from providers.names import read_names
from providers.sector_meaning import make_sector_reader
from providers.sectors.errors import NoSectorList
from providers.sectors.queries import get_published_list, list_sectors
from providers.vocabulary import read_packaged_terms, read_vocabulary


@dataclass(frozen=True, slots=True)
class ListsInForce:
    """The lists and tables that hold now; immutable.

    Attributes:
        sector_list: version of the sector list.
        tree: its sectors.
        region_of: the nearest region of each jurisdiction, where regions are known.
        jurisdictions: the codes that a need may name: no regions, no groups.
        graph: what routes between jurisdictions are planned from.
        proximity: how near they are to each other.
        vocabulary: what needs are read with.
        names: what everything is called.
        terms: Chinese subject terms with English words.
        sector_reader: finds sectors by meaning, or None where the encoder knows none.
    """

    sector_list: int
    tree: SectorTree
    region_of: Mapping[str, str]
    jurisdictions: frozenset[str]
    graph: TreatyGraph = field(repr=False)
    proximity: ProximityTable = field(repr=False)
    vocabulary: Vocabulary = field(repr=False)
    names: Names = field(repr=False)
    terms: Mapping[str, str] = field(repr=False)
    sector_reader: SectorReader | None = field(repr=False)


def read_lists(session: Session, encoder: TextEncoder) -> ListsInForce:
    """Read the lists in force; it takes some tenths of a second.

    Raises:
        Unavailable: no sector list is published yet.
    """
    try:
        published = get_published_list(session)
    except NoSectorList as error:
        raise Unavailable(
            "nothing is loaded yet: run `landbridge demo`, or `landbridge import sectors FILE` "
            "and the other lists"
        ) from error
    tree = build_sector_tree((sector.code, sector.parent_code) for sector in list_sectors(session))
    places = list_jurisdictions(session)
    graph = TreatyGraph(read_treaty_data(session))
    return ListsInForce(
        sector_list=published.version,
        tree=tree,
        region_of={row.code: row.regions[0] for row in places if row.regions},
        jurisdictions=frozenset(row.code for row in places if row.kind in NODES),
        graph=graph,
        proximity=ProximityTable(graph),
        vocabulary=read_vocabulary(session),
        names=read_names(session),
        terms=read_packaged_terms(),
        sector_reader=_within(tree, make_sector_reader(encoder)),
    )


def _within(tree: SectorTree, reader: SectorReader | None) -> SectorReader | None:
    """Let a reader name only sectors of the list in force: its vectors are those of the first."""
    if reader is None:
        return None
    ask = reader

    def read(phrases: Sequence[str]) -> Sequence[str | None]:
        return [code if code in tree.parents else None for code in ask(phrases)]

    return read
