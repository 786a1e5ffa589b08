"""A throwaway Redis."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis that keeps everything until it is stopped."""
    program = shutil.which("redis-server")
    if program is None:
        reason = "redis-server is not installed (Debian: redis-server)"
        if os.environ.get("LANDBRIDGE_TEST_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    # The path of a socket has at most about a hundred characters: pytest's folders are longer.
    with tempfile.TemporaryDirectory(prefix="lb-redis-") as short:
        address = Path(short) / "redis.sock"
        command = [
            program, "--port", "0", "--unixsocket", str(address), "--dir", str(tmp_path),
            "--save", "", "--appendonly", "no", "--maxmemory-policy", "noeviction",
        ]  # fmt: skip
        with subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
        ) as server:
            assert server.stdout is not None
            for line in server.stdout:
                if "ready to accept connections" in line.lower():
                    break
            try:
                yield f"unix://{address}"
            finally:
                server.kill()
