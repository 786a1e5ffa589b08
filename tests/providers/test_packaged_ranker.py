"""The ranker that ships: of this catalogue, learned, and blind to what it is measured on."""

from datetime import date

from matching.features.catalogue import catalogue_hash
from matching.ranker.prior import prior
from providers.packaged_ranker import read_packaged_ranker


def test_the_packaged_ranker_fits_the_catalogue_and_is_not_the_prior() -> None:
    document = read_packaged_ranker()

    assert document.card.catalogue == catalogue_hash()
    assert document.ranker.terms == prior().terms
    assert document.card.blend > 0.0
    assert document.ranker.curves != prior().curves


def test_nothing_that_rankers_are_measured_on_was_learned_from() -> None:
    assert read_packaged_ranker().card.data.last_day == date(2017, 6, 30)
