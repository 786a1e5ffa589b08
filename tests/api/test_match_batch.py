import json
from typing import Any
from uuid import UUID

import anyio
import orjson
import pytest
from fastapi.testclient import TestClient
from starlette.types import Message

from api import batch
from api.app import create_app
from api.v1.examples import BANGLADESH_TEXT, TANZANIA_TEXT, VIETNAM_TEXT
from api.v1.match_batch import MEDIA_TYPE, BatchLineRead
from core.errors import PlatformError
from tests.conftest import make_settings

Json = dict[str, Any]  # Any: decoded JSON
TYPE = {"Content-Type": MEDIA_TYPE}


def send(client: TestClient, *lines: object) -> list[Json]:
    body = b"".join(
        line if isinstance(line, bytes) else orjson.dumps(line) + b"\n" for line in lines
    )
    response = client.post("/v1/match/batch", content=body, headers=TYPE)
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == MEDIA_TYPE
    answers: list[Json] = [json.loads(line) for line in response.content.splitlines()]
    for answer in answers:
        BatchLineRead.model_validate(answer)
    return answers


def test_each_line_is_answered_in_order_as_a_match_of_its_own(shared_client: TestClient) -> None:
    needs: list[Json] = [
        {"text": text, "on": "2026-01-01", "top": 2}
        for text in (VIETNAM_TEXT, BANGLADESH_TEXT, TANZANIA_TEXT) * 3
    ]
    answers = send(shared_client, *({**need, "id": at} for at, need in enumerate(needs)))

    assert [answer["id"] for answer in answers] == list(range(len(needs)))
    assert [answer["line"] for answer in answers] == list(range(1, len(needs) + 1))
    for need, answer in zip(needs, answers, strict=True):
        assert answer["result"] == shared_client.post("/v1/match", json=need).json()


@pytest.mark.parametrize(
    ("line", "code", "name", "said"),
    [
        (b"{not json}\n", "unreadable-body", None, "the line is not JSON"),
        (b'{"id": "a", "text": "\xff"}\n', "unreadable-body", None, "UTF-8"),
        (b"[1]\n", "invalid-input", None, "send a JSON object"),
        (b'{"id": "a", "top": 0, "text": "x"}\n', "invalid-input", "a", "#/top"),
        (b'{"id": "a", "text": "roads", "sector_codes": ["NO"]}\n', "invalid-input", "a", "NO"),
        (b'{"id": "a", "provider": 1}\n', "invalid-input", "a", "no such field"),
        (b'{"id": 1.5, "text": "roads"}\n', "invalid-input", None, "#/id"),
        (b'{"id": 7}\n', "invalid-input", 7, "say what is wanted"),
    ],
)
def test_a_bad_line_is_answered_with_its_problem_and_the_others_go_on(
    shared_client: TestClient, line: bytes, code: str, name: object, said: str
) -> None:
    first, bad, last = send(shared_client, {"text": VIETNAM_TEXT}, line, {"text": TANZANIA_TEXT})

    assert (bad["line"], bad["id"], bad["problem"]["type"]) == (2, name, f"/problems/{code}")
    assert said in bad["problem"]["detail"]
    assert "result" not in bad
    assert UUID(bad["problem"]["instance"].removeprefix("urn:uuid:"))
    assert first["result"]["need"]["target_jurisdictions"] == ["VN"]
    assert last["result"]["need"]["target_jurisdictions"] == ["TZ"]


def test_blank_lines_are_passed_over_and_counted(shared_client: TestClient) -> None:
    answers = send(shared_client, b"\n\r\n", {"text": VIETNAM_TEXT}, b"  ", b"\n", b'{"id": 1}')
    assert [answer["line"] for answer in answers] == [3, 5]
    assert send(shared_client) == []


def test_other_media_types_are_refused(shared_client: TestClient) -> None:
    response = shared_client.post("/v1/match/batch", json={"text": VIETNAM_TEXT})
    assert response.status_code == 415
    assert MEDIA_TYPE in response.json()["detail"]


def test_a_batch_that_says_it_is_too_long_is_refused_at_once(catalogue_url: str) -> None:
    settings = make_settings(catalogue_url).model_copy(update={"max_batch_bytes": 10_000})
    with TestClient(create_app(settings)) as client:
        response = client.post("/v1/match/batch", content=b" " * 10_001, headers=TYPE)
    assert response.status_code == 413
    assert "10,000 bytes" in response.json()["detail"]


def test_no_more_batches_at_once_than_have_room() -> None:
    places = batch.Places(1)

    async def take_two() -> None:
        async with places.take():
            with pytest.raises(PlatformError, match="1 batches"):
                places.require_room()
        places.require_room()

    anyio.run(take_two)


class Wire:
    """The two ends of a connection: parts of a body that come in, and messages that go out."""

    def __init__(self, *parts: bytes, is_whole: bool = True) -> None:
        self.parts = list(parts)
        self.is_whole = is_whole
        self.is_gone = anyio.Event()
        self.answered: list[int] = []
        self.sent: list[bytes] = []
        self.reads = anyio.Event()
        self.reads.set()

    async def receive(self) -> Message:
        if self.parts:
            part = self.parts.pop(0)
            more = bool(self.parts) or not self.is_whole
            return {"type": "http.request", "body": part, "more_body": more}
        await self.is_gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.body":
            await self.reads.wait()
            self.sent.append(message["body"])

    async def answer(self, number: int, line: bytes) -> bytes:
        self.answered.append(number)
        await anyio.lowlevel.checkpoint()
        return b"%d:%b\n" % (number, line)

    async def run(self, *, most_bytes: int = 1_000, most_line_bytes: int = 100) -> None:
        await batch.stream_batch(
            self.receive,
            self.send,
            answer=self.answer,
            complain=lambda number, error: f"{number}!{error.detail}\n".encode(),
            media_type=MEDIA_TYPE,
            most_bytes=most_bytes,
            most_line_bytes=most_line_bytes,
        )


def test_lines_are_found_wherever_the_body_is_cut() -> None:
    whole = b"one\ntwo\n\nfour\nfive"
    expected = [b"1:one\n", b"2:two\n", b"4:four\n", b"5:five\n", b""]
    for cut in range(len(whole) + 1):
        wire = Wire(whole[:cut], whole[cut:])
        anyio.run(wire.run)
        assert wire.sent == expected


def test_a_line_or_a_body_that_is_too_long_ends_the_batch_with_its_reason() -> None:
    wire = Wire(b"one\n", b"x" * 101, is_whole=False)
    anyio.run(wire.run)
    assert wire.sent[0] == b"1:one\n"
    assert wire.sent[1].startswith(b"2!a line may carry 100 bytes at most")

    wire = Wire(*[b"0123456789\n"] * 200)
    anyio.run(wire.run)
    assert wire.sent[-2].startswith(b"91!a batch may carry 1,000 bytes at most")
    assert wire.sent[-3].startswith(b"90:")


def test_too_many_lines_end_the_batch_with_their_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "MOST_LINES", 3)
    wire = Wire(b"a\nb\nc\nd\ne\n")
    anyio.run(wire.run)
    assert wire.sent[:3] == [b"1:a\n", b"2:b\n", b"3:c\n"]
    assert wire.sent[3].startswith(b"4!a batch may have 3 lines at most")


def test_a_body_that_does_not_come_in_time_ends_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "BODY_SECONDS", 0.01)
    wire = Wire(b"one\n", is_whole=False)
    anyio.run(wire.run)
    assert wire.sent[0] == b"1:one\n"
    assert wire.sent[1].startswith(b"2!the whole batch must arrive")


def test_the_first_answer_comes_before_the_last_line() -> None:
    async def converse() -> None:
        wire = Wire(b"one\n", is_whole=False)
        async with anyio.create_task_group() as group:
            group.start_soon(wire.run)
            while not wire.sent:
                await anyio.lowlevel.checkpoint()
            wire.is_gone.set()
        assert wire.sent == [b"1:one\n"]

    anyio.run(converse)


def test_the_work_stops_when_the_client_no_longer_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "UNREAD_SECONDS", 0.05)
    wire = Wire(b"".join(b"%d\n" % number for number in range(50)))

    async def ignore() -> None:
        wire.reads = anyio.Event()
        await wire.run()

    anyio.run(ignore)
    assert wire.sent == []
    assert len(wire.answered) <= batch.AHEAD


def test_a_client_that_reads_a_little_now_and_then_keeps_its_place_for_so_long_only() -> None:
    clock = [0.0]

    async def send_slowly(_message: Message) -> None:
        clock[0] += 50.0

    async def read(part: bytes) -> int:
        reader = batch.Reader(send_slowly, clock=lambda: clock[0])
        times = 0
        while times < 1_000 and await reader.takes(part):
            times += 1
        return times

    assert anyio.run(read, b"short\n") == 2
    # It reads twice as fast as it must: only the time in all ends it.
    assert anyio.run(read, bytes(100 * batch.SLOWEST_BYTES_PER_SECOND)) == 36
    assert batch.MOST_UNREAD_SECONDS == 36 * 50.0


def test_the_work_stops_when_the_client_goes_away() -> None:
    wire = Wire(b"".join(b"%d\n" % number for number in range(50)))

    async def leave() -> None:
        wire.reads = anyio.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(wire.run)
            while len(wire.answered) < batch.AHEAD:
                await anyio.lowlevel.checkpoint()
            wire.is_gone.set()

    anyio.run(leave)
    assert wire.sent == []
    assert len(wire.answered) <= batch.AHEAD
