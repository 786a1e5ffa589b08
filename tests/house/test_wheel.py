"""The wheel, installed away from the repository, runs as it is: what nobody packaged is missed here."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

ROOT = Path(__file__).parents[2]
NEED = "feasibility study for rural roads in Vietnam"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout as `pip wheel` would."""
    folder = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder), cwd=ROOT)
    [built] = folder.glob("*.whl")
    return built


@dataclass(frozen=True, slots=True)
class Installation:
    """An environment outside the checkout with the wheel in it."""

    program: Path
    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {**kept, "LANDBRIDGE_DATA_DIR": str(self.folder / "var")}

    def command(self, *arguments: str) -> str:
        return run(str(self.program), *arguments, cwd=self.folder, env=self.environment)


@pytest.fixture(scope="module")
def installation(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A new environment with the wheel; of the locked requirements it uses the installed copies."""
    folder = tmp_path_factory.mktemp("elsewhere")
    environment = folder / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", str(environment))
    python = environment / "bin" / "python"
    site = run(str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip()
    # A line of a .pth file is one more folder to import from; .pth files in that folder are not
    # followed, so an editable install of the checkout stays out of sight.
    Path(site, "requirements.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    run(
        sys.executable,
        *("-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"),
        *("--ignore-installed", str(wheel)),
    )
    _lend_compiled(Path(site))
    return Installation(environment / "bin" / "landbridge", folder)


def _lend_compiled(site: Path) -> None:
    """Lend the wheel the kernels that the checkout has compiled, if it has: that takes half a minute.

    They are taken only where the wheel has every source file of the checkout, of the same length.
    """
    source, target = ROOT / "matching", site / "matching"
    for path in source.rglob("*.py"):
        copy = target / path.relative_to(source)
        if copy.exists():
            changed = path.stat().st_mtime_ns
            os.utime(copy, ns=(changed, changed))
    for path in source.rglob("__pycache__/*.nb[ci]"):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, copy)


def run(*command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("folder", "suffix"),
    [
        ("api/web/templates/", ".html"),
        ("api/web/static/", ".css"),
        ("api/web/static/", ".js"),
        ("api/web/locale/zh_Hant/", ".po"),
        ("api/web/locale/zh_Hans/", ".po"),
        ("core/migrations/versions/", ".py"),
        ("providers/data/", ".csv"),
        ("providers/data/", ".csv.gz"),
        ("providers/data/", ".npz"),
        ("providers/data/", ".json"),
        ("providers/data/jurisdictions/", ".csv"),
    ],
)
def test_wheel_holds_every_tracked_file_of_this_sort(wheel: Path, folder: str, suffix: str) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith(folder)}
    tracked = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / folder).rglob(f"*{suffix}")
        if not path.name.startswith(".")
    }

    assert tracked
    assert tracked <= packed


def test_wheel_says_that_it_must_not_be_uploaded(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = archive.read(name).decode()

    assert "Classifier: Private :: Do Not Upload" in metadata


def test_the_modules_come_from_the_wheel(installation: Installation) -> None:
    python = installation.program.with_name("python")
    source = run(
        str(python), "-c", "import api, matching; print(api.__file__, matching.__file__)",
        cwd=installation.folder,
        env=installation.environment,
    )  # fmt: skip

    assert str(ROOT) not in source


@pytest.fixture(scope="module")
def filled(installation: Installation) -> Installation:
    """An empty database is migrated and gets the packaged catalogue."""
    installation.command("migrate")
    installation.command("demo", "--prepare-only")
    return installation


def test_the_command_line_matches(filled: Installation) -> None:
    document = json.loads(filled.command("match", "--text", NEED, "--top", "3", "--json"))

    assert document["need"]["target_jurisdictions"] == ["VN"]
    assert document["considered"] >= 9_000
    assert len(document["ranked"]) == 3
    assert all(ranked["reasons"] for ranked in document["ranked"])


@pytest.fixture
def address(filled: Installation) -> Iterator[str]:
    """The address of `landbridge serve` from the wheel."""
    process = subprocess.Popen(
        [str(filled.program), "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=filled.folder,
        env=filled.environment,
    )
    with process:
        assert process.stdout is not None
        yield process.stdout.readline().removeprefix("serving on ").strip()
        process.terminate()


def test_the_server_answers_a_page_its_style_sheet_and_a_match(address: str) -> None:
    with httpx2.Client(base_url=address, timeout=60, follow_redirects=True) as client:
        page = client.get("/")
        [sheet] = [part for part in page.text.split('"') if part.endswith(".css")]
        style = client.get(sheet)
        match = client.post("/v1/match", json={"text": NEED})

    assert "<form" in page.text
    assert style.headers["content-type"].startswith("text/css")
    assert len(match.json()["ranked"]) == 10
