"""Servers and jobs that are killed: nothing lost, missing or twice; and a broken mechanism is found."""

import json
import subprocess
import sys
from pathlib import Path

TOOLS = Path(__file__).parents[2] / "tools"


def run(tool: str, *arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, str(TOOLS / tool), "--json", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    found: dict[str, object] = json.loads(done.stdout)
    assert done.returncode == (0 if found["is_good"] else 1), done.stderr
    return found


def test_a_server_killed_sixty_times_keeps_all_that_it_acknowledged() -> None:
    found = run("kill_embedded.py", "--kills", "60")

    assert found["is_good"], json.dumps(found, indent=1)
    assert (found["lost"], found["missing"], found["doubled"], found["broken"]) == (0, 0, 0, 0)


def test_effects_apart_from_the_end_of_a_job_are_found_out_by_kills() -> None:
    found = run("kill_embedded.py", "--kills", "3", "--break")

    # The rematch at the end for certain; that of the first life where it was begun before the kill.
    assert found["doubled"] in {1, 2}
    assert not found["is_good"]


def test_at_each_point_a_crash_leaves_what_no_crash_leaves() -> None:
    found = run("crash_points.py", "--first", "--kinds", "probe,requests")

    assert found["wrong"] == {}
    reached = found["reached"]
    assert isinstance(reached, dict)
    assert {"job.claim", "job.end.committed", "job.fail", "job.lease", "request.hinted"} <= set(
        reached
    )


def test_effects_apart_from_the_end_of_a_job_are_found_out_at_its_point() -> None:
    points = "broken.apart,job.claim"
    found = run("crash_points.py", "--first", "--kinds", "rematch", "--points", points, "--break")

    assert isinstance(found["wrong"], dict)
    assert list(found["wrong"]) == ["rematch at broken.apart, time 1"]
    assert not found["is_good"]


def test_a_fleet_killed_piece_by_piece_keeps_all_that_it_acknowledged() -> None:
    found = run("kill_fleet.py", "--kills", "20")

    assert found["is_good"], json.dumps(found, indent=1)
    kills = found["kills"]
    assert isinstance(kills, dict)
    assert set(kills) == {"server", "worker", "redis", "postgresql"}


def test_a_server_that_is_told_to_stop_answers_what_it_took_in_hand() -> None:
    found = run("stop_gracefully.py", "--stops", "3", "--slack", "3")

    assert found["is_good"], json.dumps(found, indent=1)
    assert (found["answered_and_lost"], found["done_without_an_answer"]) == (0, 0)
