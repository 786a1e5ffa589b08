import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.bench.memory import PeakMemory, family_of, memory_of
from api.bench.options import ALTERNATIVES_AT_MOST, Options, Part, default_parts
from api.bench.postgresql import is_installed
from api.bench.run import prepare_supply, remove_supply, run_bench
from api.bench.serving import BARE, create_bench_app
from api.bench.tables import tables_of
from api.cli.failures import CommandFailed
from api.cli.main import run
from matching.evaluation.bench.shape import Shape
from tests.conftest import make_settings
from tests.trainer import require_trainer

TINY = Shape(providers=500, chunk=250)


def tiny(folder: Path) -> Options:
    return Options(
        shape=TINY,
        folder=folder,
        rounds=1,
        needs=12,
        training_needs=6,
        connections=(1, 2),
        seconds=0.1,
        processes=2,
        tries=2,
        streamed_bytes=1 << 20,
    )


def test_every_part_runs_once_and_is_shown(tmp_path: Path) -> None:
    require_trainer()
    options = tiny(tmp_path / "bench")

    document: Mapping[str, Any] = run_bench(options, lambda *_: None)  # Any: figures by name

    document = json.loads(json.dumps(document, allow_nan=False))
    assert {part.value for part in Part} <= document.keys()
    assert document["supply"]["providers"] == 500
    assert document["engine"]["eligible"]["all"]["max"] <= 500
    assert document["engine"]["two_threads"]["all"]["p50_ms"] > 0
    assert document["build"]["snapshot_bytes"] > 500 * 384
    assert document["build"]["peak_mb"] > 0
    assert document["memory"]["all_mb"] > document["memory"]["one_mb"]
    assert document["http"]["answer_bytes"] > 1_000
    assert set(document["http"]["connections"]) == {"1", "2"}
    assert document["freshness"]["tries"] == 2
    assert document["batch"]["needs"] == 12
    others = document["alternatives"]
    installed = {"tantivy": True, "postgresql": is_installed()}
    for name in (
        name for name, there in installed.items() if there and name not in others["missing"]
    ):
        assert 0 <= others[name]["recall_of_exact_top_10"] <= 1
        assert others[name]["recall_of_exact_top_10"] <= others[name]["exact_top_10_among_fetched"]
    lines = list(tables_of([document]))
    assert sum(line.startswith("### ") for line in lines) == 6
    assert not any(line.split("|")[-2].strip() == "–" for line in lines if line.startswith("| a "))

    # The next run takes what is there; another supply does not pass for it.
    assert prepare_supply(options, lambda *_: None) is None
    with pytest.raises(CommandFailed, match="another supply than 500 providers by seed 8"):
        prepare_supply(replace(options, shape=replace(TINY, seed=8)), lambda *_: None)
    remove_supply(options.folder)
    assert list(options.folder.iterdir()) == []


def test_a_folder_with_another_database_is_left_alone(tmp_path: Path) -> None:
    database = tmp_path / "landbridge.db"
    database.write_bytes(b"precious")

    with pytest.raises(CommandFailed, match="give another folder"):
        prepare_supply(tiny(tmp_path), lambda *_: None)

    assert database.read_bytes() == b"precious"


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--only", "engine,speed"], "there is no part speed: name some of build, engine, http"),
        (["--keep"], "name one with --folder"),
        (["--providers", "0"], "--providers"),
    ],
)
def test_what_cannot_be_measured_is_said_in_one_line(
    options: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["bench", *options]) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert says in line


def test_a_disk_that_is_too_small_is_found_out_before_anything_is_written(tmp_path: Path) -> None:
    options = replace(tiny(tmp_path), shape=Shape(providers=10**12))

    with pytest.raises(CommandFailed, match="or fewer --providers"):
        prepare_supply(options, lambda *_: None)

    assert list(tmp_path.iterdir()) == []


def test_the_alternatives_are_left_out_where_they_would_take_longest() -> None:
    assert default_parts(ALTERNATIVES_AT_MOST) == frozenset(Part)
    assert default_parts(ALTERNATIVES_AT_MOST + 1) == frozenset(Part) - {Part.ALTERNATIVES}


def test_the_bare_endpoint_answers_what_it_was_given_as_a_match_is_answered(
    catalogue_url: str,
) -> None:
    with TestClient(create_bench_app(make_settings(catalogue_url))) as client:
        match = client.post("/v1/match", json={"text": "rural roads"})
        client.put(f"{BARE}/3", content=match.content)
        bare = client.post(f"{BARE}/3", json={"text": "rural roads"})

    assert match.status_code == 200
    assert bare.content == match.content
    assert bare.headers.keys() == match.headers.keys()
    assert bare.headers["content-type"] == match.headers["content-type"]


def test_memory_counts_the_processes_that_a_process_has_started() -> None:
    code = "held = bytearray(60_000_000); held[::4096] = b'1' * len(held[::4096]); input()"
    own = memory_of([os.getpid()])
    with (
        PeakMemory(os.getpid()) as watched,
        subprocess.Popen(
            [sys.executable, "-c", f"{code}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        ) as child,
    ):
        while memory_of([child.pid]).anonymous < 60_000_000:
            assert child.poll() is None
        assert child.pid in family_of(os.getpid())
        assert memory_of(family_of(os.getpid())).anonymous > own.anonymous
        while watched.peak.anonymous < 60_000_000:
            assert child.poll() is None
        child.communicate(b"\n")

    assert watched.peak.pss >= watched.peak.anonymous > 60_000_000
    assert memory_of([child.pid]).pss == 0
