"""The ranker that ships with the product: in force until one is promoted."""

from datetime import date
from functools import lru_cache
from importlib.resources import files

import structlog

from matching.ranker.document import Card, InvalidRanker, RankerDocument, read_document
from matching.ranker.prior import prior

RANKER_FILE = "ranker.json"
# The day on which the weights were last set.
PRIOR_SET_ON = date(2026, 11, 22)

log = structlog.get_logger()


@lru_cache(maxsize=1)
def read_packaged_ranker() -> RankerDocument:
    """Return the packaged ranker; the hand-set prior where it cannot be used.

    The file belongs to a catalogue of features: a checkout whose features have changed since goes
    on with the prior, and says so in the log.
    """
    try:
        return read_document((files("providers.data") / RANKER_FILE).read_bytes())
    except FileNotFoundError:
        log.warning("no ranker is packaged: the prior is in force")
    except InvalidRanker as error:
        log.warning("the packaged ranker cannot be used: the prior is in force", reason=str(error))
    return document_of_prior()


def document_of_prior() -> RankerDocument:
    """Return the hand-set prior as a document; its card says that it learned from nothing."""
    ranker = prior()
    notes = ("weights set by hand, not learned",)
    return RankerDocument(ranker, Card(name=ranker.name, created_on=PRIOR_SET_ON, notes=notes))
