from hypothesis import given
from hypothesis import strategies as st

from api.web.names import Names
from api.web.reading_view import split_text
from api.web.views import ASKED_LENGTH, summarise
from enterprises.schemas import SpanRead, StructuredNeed
from matching import names
from matching.types import Script, Sentence

LISTS = names.Names(
    jurisdictions={"VN": Sentence("Vietnam", "越南", "越南")},
    sectors={"LEG": Sentence("Legal services", "法律服务", "法律服務")},
    languages={"yue": Sentence("Cantonese", "粤语", "廣東話")},
)
SPANS = st.lists(
    st.tuples(st.integers(-2, 30), st.integers(-2, 30)).map(
        lambda pair: SpanRead(start=pair[0], end=pair[1])
    ),
    max_size=6,
)


@given(text=st.text(max_size=25), spans=SPANS)
def test_the_pieces_of_a_text_are_the_text_and_marked_where_a_span_lies(
    text: str, spans: list[SpanRead]
) -> None:
    segments = split_text(text, spans)
    assert "".join(segment.text for segment in segments) == text
    marks = "".join(("1" if segment.is_marked else "0") * len(segment.text) for segment in segments)
    expected = "".join(
        "1" if any(span.start <= at < span.end for span in spans) else "0"
        for at in range(len(text))
    )
    assert marks == expected


def test_neighbouring_pieces_differ() -> None:
    segments = split_text(
        "roads in Vietnam", [SpanRead(start=9, end=12), SpanRead(start=11, end=16)]
    )
    assert [(s.text, s.is_marked) for s in segments] == [("roads in ", False), ("Vietnam", True)]


def test_a_long_need_is_cut_between_words() -> None:
    need = StructuredNeed(text="word " * 60)
    said = summarise(need, Names(Script.EN, LISTS))
    assert len(said) <= ASKED_LENGTH
    assert said.endswith("word…")


def test_a_long_chinese_need_is_cut_at_its_length() -> None:
    said = summarise(StructuredNeed(text="越南公路" * 60), Names(Script.ZH_HANT, LISTS))
    assert len(said) == ASKED_LENGTH


def test_a_need_without_words_is_said_by_its_fields() -> None:
    need = StructuredNeed(target_jurisdictions=["VN", "XX"], sector_codes=["LEG"])
    assert summarise(need, Names(Script.ZH_HANT, LISTS)) == "法律服務 · 越南 · XX"
