"""Processes that write with keys until they are killed: `killed_writer.py URL KILLS SEED`.

Each prints the number of its key before it asks, and with the id of what was made once it is told.
"""

import os
import random
import signal
import sys
from threading import Timer

from fastapi.testclient import TestClient

from api.app import create_app
from api.manners.idempotency import HEADER
from tests.conftest import make_settings

BODY = {"sector_codes": ["BLT"]}


def tell(line: str) -> None:
    """Say something that is not lost when the process is."""
    os.write(1, f"{line}\n".encode())


def write_until_killed(url: str, first: int, seconds: float) -> None:
    """Write needs, one key after the other; the last key was perhaps used before."""
    with TestClient(create_app(make_settings(url))) as client:
        client.post("/v1/needs", json=BODY, headers={HEADER: "warm"})
        Timer(seconds, os.kill, (os.getpid(), signal.SIGKILL)).start()
        for number in range(first, first + 10_000):
            tell(f"{number}")
            answer = client.post("/v1/needs", json=BODY, headers={HEADER: f"key-{number}"})
            if answer.status_code == 201:
                tell(f"{number} {answer.json()['id']}")


def main(url: str, kills: int, seed: int) -> None:
    """Be the processes, one after the other."""
    chance = random.Random(seed)  # noqa: S311 moments, not secrets
    for kill in range(kills):
        seconds = chance.uniform(0.005, 0.1)
        child = os.fork()
        if child == 0:
            write_until_killed(url, 10_000 * kill, seconds)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
