import asyncio
import os
import sys
import threading
from unittest.mock import patch

from api import password_desk
from api.password_desk import PasswordDesk


def test_passwords_are_hashed_less_urgently_than_requests_are_answered() -> None:
    desk = PasswordDesk(at_once=1)

    def urgency(_password: str) -> str:
        return str(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))

    with patch.object(password_desk, "hash_password", urgency):
        there = int(asyncio.run(desk.hash("any")))
    desk.close()

    here = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    # Elsewhere threads have no urgency of their own.
    assert there == (min(19, here + 10) if sys.platform == "linux" else here)
