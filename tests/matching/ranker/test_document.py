import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matching.features.catalogue import NAMES, catalogue_hash
from matching.ranker.additive import AdditiveRanker, Curve, PairTable
from matching.ranker.document import (
    Card,
    InvalidRanker,
    RankerDocument,
    document_training,
    read_document,
    write_document,
)
from matching.ranker.prior import prior
from matching.ranker.training import train
from tests.matching.ranker.rows import QUICK, of_catalogue
from tests.trainer import require_trainer

require_trainer()

DAY = date(2026, 11, 22)
TRAINING = train(of_catalogue(queries=120), prior(), options=QUICK)
DOCUMENT = document_training(
    TRAINING,
    created_on=DAY,
    sources={"judgements": 80, "awards": 40},
    first_day=date(2024, 1, 1),
    last_day=date(2026, 10, 31),
    notes=("界別 and 目的地",),
)
BYTES = write_document(DOCUMENT)
# What JSON holds is of any type.
Edit = Callable[[dict[str, Any]], object]


def _edited(edit: Edit) -> bytes:
    """The document after an edit by somebody who also brings the checksum up to date."""
    content = json.loads(BYTES)
    edit(content)
    content.pop("sha256", None)
    text = json.dumps(
        _as_javascript(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    content["sha256"] = hashlib.sha256(text.encode()).hexdigest()
    return json.dumps(content).encode()


def _as_javascript(value: object) -> object:
    """JSON as a client in JavaScript sends it back: it knows one kind of number only."""
    if isinstance(value, dict):
        return {key: _as_javascript(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_as_javascript(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def test_a_document_survives_a_client_that_writes_one_as_1() -> None:
    sent = json.dumps(_as_javascript(json.loads(BYTES)))

    assert '"blends":[0.0,' in BYTES.decode()
    assert '"blends": [0, ' in sent
    assert read_document(sent.encode()) == DOCUMENT


def test_a_document_gives_back_the_ranker_and_its_card() -> None:
    read = read_document(BYTES)

    assert read == DOCUMENT
    assert read.ranker.version == TRAINING.ranker.version
    assert write_document(read) == BYTES
    assert len(BYTES) < 250_000


def test_the_card_says_what_was_learned_from_and_how_it_did() -> None:
    card = read_document(BYTES).card

    assert (card.data.queries, card.data.rows, card.data.positives) == (120, 3600, 360)
    assert (card.data.sources, card.data.last_day) == (
        {"judgements": 80, "awards": 40},
        date(2026, 10, 31),
    )
    assert card.blend > 0.0
    assert card.metrics["served"].ndcg10 > card.metrics["prior"].ndcg10
    assert card.options["learning_rate"] == 0.05
    assert card.options["trees"] == TRAINING.report.trees
    assert card.catalogue == catalogue_hash()
    assert sum(card.support[NAMES[0]]) == 3600


def test_the_prior_is_a_document_too() -> None:
    document = RankerDocument(prior(), Card("prior", DAY))

    assert read_document(write_document(document)) == document


def test_the_layout_of_the_json_does_not_matter() -> None:
    pretty = json.dumps(json.loads(BYTES), indent=2).encode()

    assert read_document(pretty) == DOCUMENT


@given(st.integers(0, len(BYTES) - 1))
def test_a_document_that_was_cut_short_is_refused(length: int) -> None:
    with pytest.raises(InvalidRanker, match="not JSON, or was cut short"):
        read_document(BYTES[:length])


DIGITS = [place for place, byte in enumerate(BYTES) if chr(byte).isdigit()]


@given(st.sampled_from(DIGITS), st.integers(1, 9))
def test_a_digit_that_was_edited_is_refused(place: int, by: int) -> None:
    digit = str((int(chr(BYTES[place])) + by) % 10).encode()
    edited = BYTES[:place] + digit + BYTES[place + 1 :]

    if _parsed(edited) == json.loads(BYTES):
        # The last of seventeen digits need not change the number; then nothing was edited.
        assert read_document(edited) == DOCUMENT
    else:
        with pytest.raises(InvalidRanker):
            read_document(edited)


def _parsed(data: bytes) -> object:
    try:
        parsed: object = json.loads(data)
    except ValueError:
        return None
    return parsed


def test_the_wrong_checksum_is_called_an_edit() -> None:
    with pytest.raises(InvalidRanker, match="the document was edited"):
        read_document(BYTES.replace(b'"seed":0', b'"seed":1'))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "no JSON object"),
        (b"{}", "the document lacks 'card'"),
        (b'{"format":NaN}', "holds NaN, which is no number"),
        (b'{"format":-Infinity}', "holds -Infinity"),
        (b'{"format":1e999}', "1e999 is too great a number"),
        (BYTES.replace(b'"name":"', b'"name":"\\ud800'), "half of a surrogate pair"),
        (b'{"format":1,"format":1}', "a key stands twice"),
        (b" " * 8_000_001, "longer than 8000000 bytes"),
        (BYTES.replace(b'"format"', b'"extra":0,"format"'), "unknown key 'extra'"),
    ],
)
def test_what_is_no_document_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(InvalidRanker, match=message):
        read_document(data)


def _curve(content: dict[str, Any]) -> dict[str, Any]:
    # The first feature decides in these rows, so its curve has all its steps.
    curve: dict[str, Any] = content["curves"][0]
    return curve


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda c: c.update(format=2), "the format 2 is not 1"),
        (lambda c: c["card"].update(catalogue="0123456789ab"), "catalogue 0123456789ab, and this"),
        (lambda c: c["card"].update(extra=1), "the card has the unknown key 'extra'"),
        (lambda c: c["card"].pop("notes"), "the card lacks 'notes'"),
        (lambda c: c["card"].update(seed="0"), "'0' stands where a whole number should"),
        (lambda c: c["card"].update(blend=True), "True stands where a number should"),
        (lambda c: c["card"].update(created_on="soon"), "wrong form"),
        (lambda c: c["card"].update(options={"trees": {}}), "stands where a plain value should"),
        (lambda c: c["card"].update(support=[]), "wrong form"),
        (lambda c: c["card"]["data"].update(rows=None), "None stands where a whole number"),
        (lambda c: c["card"]["data"].pop("rows"), "the data of the card lacks 'rows'"),
        (lambda c: c["card"]["metrics"]["prior"].pop("low"), "a metric lacks 'low'"),
        (lambda c: c["card"]["metrics"]["prior"].update(high=1e9), "'prior' are no nDCG@10"),
        (lambda c: c["card"]["metrics"]["prior"].update(low=-1e9), "'prior' are no nDCG@10"),
        (lambda c: c["card"]["metrics"]["prior"].update(ndcg10=1.5), "'prior' are no nDCG@10"),
        (
            lambda c: c["card"]["metrics"].update(
                {f"r{n}": c["card"]["metrics"]["prior"] for n in range(40)}
            ),
            "rankers: at most 40",
        ),
        (lambda c: c["card"]["blends"][0].update(standard_error=-1), "share 0 are no nDCG@10"),
        (lambda c: c["card"].update(blend=-1), "the share -1 of the learned part is below 0"),
        (lambda c: c["card"]["support"][NAMES[0]].append(3), f"{NAMES[0]}: the support"),
        (lambda c: c["card"]["support"].pop(NAMES[0]), f"{NAMES[0]}: the support"),
        (lambda c: c["curves"].pop(), "not those of the catalogue"),
        (lambda c: c["curves"].reverse(), "not those of the catalogue"),
        (lambda c: _curve(c).update(feature="charm"), "not those of the catalogue"),
        (lambda c: _curve(c).update(extra=1), "a curve has the unknown key"),
        (lambda c: _curve(c)["values"].append(9.0), f"{NAMES[0]}: 65 steps"),
        (lambda c: _curve(c)["edges"].pop(), f"{NAMES[0]}: 64 steps"),
        (lambda c: _curve(c)["edges"].reverse(), "edges do not increase"),
        (lambda c: _curve(c)["values"].__setitem__(3, 9.0), "would count less at some step"),
        (lambda c: _curve(c)["values"].__setitem__(0, -1.0), "must add 0, not -1.0"),
        (lambda c: _curve(c)["values"].__setitem__(3, "9"), "'9' stands where a number should"),
        (lambda c: _curve(c)["values"].__setitem__(-1, 10**400), "1000.* is too great a number"),
        (lambda c: _curve(c)["values"].__setitem__(-1, 1e300), "1e\\+300 is too great a number"),
        (lambda c: c["card"]["data"].update(rows=10**400), "1000.* is too great a number"),
        (lambda c: c["card"]["support"][NAMES[0]].__setitem__(0, -1), "-1 stands where a count"),
        (lambda c: c.update(curves=[1]), "a curve is no JSON object"),
        (lambda c: c.update(curves=None), "wrong form"),
        (lambda c: c.update(pairs=[{}]), "a pair lacks"),
        (lambda c: c.update(version="learned-0000000000"), "the version stated"),
        (lambda c: c["card"].update(name="better"), "the version stated"),
    ],
)
def test_a_document_that_fits_its_checksum_and_nothing_else_is_refused(
    edit: Edit, message: str
) -> None:
    with pytest.raises(InvalidRanker, match=message):
        read_document(_edited(edit))


def test_an_edit_that_changes_nothing_is_read() -> None:
    assert read_document(_edited(lambda _content: None)) == DOCUMENT


def test_pairs_outside_the_catalogue_are_refused() -> None:
    pair = PairTable("charm", NAMES[0], NAMES[1], (), (), ((0.0,),))
    ranker = AdditiveRanker("prior", prior().curves, (pair,))

    with pytest.raises(InvalidRanker, match="charm is no pair of the catalogue"):
        RankerDocument(ranker, Card("prior", DAY))


def test_a_card_of_another_ranker_is_refused() -> None:
    with pytest.raises(InvalidRanker, match="the card is of charm, not of prior"):
        RankerDocument(prior(), Card("charm", DAY))


def test_a_falling_curve_makes_no_document() -> None:
    curves = (Curve(NAMES[0], (0.5,), (0.0, -0.1)), *prior().curves[1:])

    with pytest.raises(InvalidRanker, match="would count less"):
        RankerDocument(replace(prior(), curves=curves), Card("prior", DAY))
