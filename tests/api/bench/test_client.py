import socket
from collections.abc import Iterator
from contextlib import closing
from threading import Thread

import pytest

from api.bench.client import WrongAnswer, as_request, ask_all, drive

SLOWLY = b"x" * 300_000


class Answerer:
    """Answers every request with its own body, a status that it names, and not all at once."""

    def __init__(self) -> None:
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.door.getsockname()[1]
        self.seen: list[bytes] = []
        self.thread = Thread(target=self.run, daemon=True)
        self.thread.start()

    def run(self) -> None:
        while True:
            try:
                line, _ = self.door.accept()
            except OSError:
                return
            Thread(target=self.answer, args=(line,), daemon=True).start()

    def answer(self, line: socket.socket) -> None:
        with closing(line):
            while head := self.read_head(line):
                length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
                body = line.recv(length, socket.MSG_WAITALL)
                self.seen.append(body)
                status = b"500 Broken" if body == b"break" else b"200 OK"
                line.sendall(b"HTTP/1.1 " + status + b"\r\n")
                line.sendall(b"content-length: %d\r\n\r\n" % len(body))
                line.sendall(body)

    @staticmethod
    def read_head(line: socket.socket) -> bytes:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            part = line.recv(1)
            if not part:
                return b""
            head += part
        return head


@pytest.fixture
def answerer() -> Iterator[Answerer]:
    made = Answerer()
    yield made
    # A close alone would leave `accept` waiting for ever.
    made.door.shutdown(socket.SHUT_RDWR)
    made.door.close()
    made.thread.join()


def post(body: bytes) -> bytes:
    return as_request("POST", "/anything", body)


def test_asks_one_after_the_other_and_returns_whole_bodies(answerer: Answerer) -> None:
    assert ask_all(answerer.port, [post(b"one"), post(SLOWLY), post(b"")]) == [b"one", SLOWLY, b""]


def test_drives_all_connections_with_messages_in_turn(answerer: Answerer) -> None:
    messages = [post(f"need {i}".encode()) for i in range(9)]

    done = drive(answerer.port, messages, 3, 0.05, skip=4)

    assert len(done.times) == len(answerer.seen) >= 3
    assert {b"need 4", b"need 5", b"need 6"} <= set(answerer.seen)
    assert done.received == sum(map(len, answerer.seen))
    assert 0 < min(done.times) <= done.seconds
    assert done.per_second == pytest.approx(len(done.times) / done.seconds)


def test_an_answer_that_is_an_error_ends_the_run_with_its_words(answerer: Answerer) -> None:
    with pytest.raises(WrongAnswer, match="500 Broken"):
        drive(answerer.port, [post(b"break")], 1, 0.05)
