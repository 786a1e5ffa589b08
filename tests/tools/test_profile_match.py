import re
from pathlib import Path

import pytest

from api.bench.options import Options
from api.bench.run import prepare_supply
from matching.evaluation.bench.shape import Shape
from tools import profile_match

PROVIDERS = 300


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """The folder of a bench of a few providers."""
    options = Options(shape=Shape(providers=PROVIDERS), folder=tmp_path, processes=1)
    prepare_supply(options, lambda *_: None)
    return tmp_path


def test_every_stage_has_its_share_of_the_time_of_a_match(
    kept: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for module, name, _ in profile_match.STAGES:
        # Put back what stands there now, once the clocks around it have done their work.
        monkeypatch.setattr(module, name, getattr(module, name))

    profile_match.main([str(kept), str(PROVIDERS), "--needs", "12"])

    table = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    heading, _, *rows, mean = table
    assert heading == f"| {PROVIDERS} providers | all | narrow | broad |"
    assert [row.split(" | ")[0][2:] for row in rows] == list(
        dict.fromkeys(stage for *_, stage in profile_match.STAGES)
    )
    shares = [[int(share) for share in re.findall(r"(\d+) %", row)] for row in rows]
    for column in zip(*shares, strict=True):
        # Each share is rounded.
        assert 50 <= sum(column) <= 100 + len(rows)
    assert min(float(cell) for cell in re.findall(r"\d+\.\d", mean)) > 0
