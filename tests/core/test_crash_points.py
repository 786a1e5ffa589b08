"""Points at which a process may die: each commit of a job's path has a name, and each name a commit."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from core.crash_points import COMMITS, STEPS, crash_point, points_of, watching
from core.db import SessionFactory, after_commit, transaction
from providers.imports import checking, writing

ROOT = Path(__file__).parents[2]
# What a request, a job or who looks after jobs runs through. Commands that a person types and repeats
# are not here.
PATHS = (
    "core/**/*.py", "jobs/*.py", "enterprises/**/*.py", "committee/**/*.py", "providers/**/*.py",
    "api/deps.py", "api/v1/*.py", "api/web/imports.py", "api/manners/*.py",
)  # fmt: skip
# What a command alone runs: bulk loads whose chunks are known by their file, comparing rankers, which
# is one transaction, and sealing anew, which passes over what was sealed before.
COMMANDS = {
    "providers/catalogue.py",
    "providers/importing/run.py",
    "committee/comparing.py",
    "core/sealed_rows.py",
}


def nodes() -> Iterator[tuple[str, ast.AST]]:
    for pattern in PATHS:
        for path in sorted(ROOT.glob(pattern)):
            place = path.relative_to(ROOT).as_posix()
            if place not in COMMANDS:
                for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                    yield place, node


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    for place, node in nodes():
        if isinstance(node, ast.Call) and _name_of(node) == name:
            yield f"{place}:{node.lineno}", node


def _name_of(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def first_text(values: list[ast.expr]) -> str:
    value = values[0] if values else None
    return value.value if isinstance(value, ast.Constant) and isinstance(value.value, str) else ""


def test_every_commit_has_a_name_and_every_name_a_commit() -> None:
    named = {
        place: first_text([one.value for one in call.keywords if one.arg == "at"])
        for place, call in (*calls("transaction"), *calls("tenant_session"))
        if not place.startswith("core/db.py")  # which hands the name on
    }

    assert [place for place, name in named.items() if name not in COMMITS] == []
    assert set(named.values()) == set(COMMITS)


def test_nothing_commits_past_the_one_function_that_does() -> None:
    # The driver's own connection has a method of that name.
    own = ("core/sqlite_turns.py",)
    assert [place for place, _ in calls("commit") if not place.startswith(own)] == []
    ended_with_a_commit = [
        place
        for place, node in nodes()
        if isinstance(node, ast.With)
        and any(ast.unparse(item.context_expr) == "session.begin()" for item in node.items)
    ]
    assert ended_with_a_commit == ["core/db.py"]


def test_every_other_point_is_reached_somewhere_and_listed() -> None:
    steps = {first_text(call.args) for _, call in calls("crash_point")} - {""}
    of_imports = {first_text(call.args) for _, call in calls("reached")} - {""}

    assert steps == set(STEPS)
    assert of_imports == {*checking.CRASH_POINTS, *writing.CRASH_POINTS}


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_a_commit_reaches_its_points_around_itself_and_around_the_hint(
    sessions: SessionFactory,
) -> None:
    seen: list[str] = []
    with watching(seen.append), transaction(sessions, at="job.end") as session:
        after_commit(session, lambda: seen.append("told"))
        session.execute(text("SELECT 1"))
    with transaction(sessions, at="job.end"):
        crash_point("job.worked")

    before, committed, hinted = points_of("job.end")
    assert seen == [before, committed, "told", hinted]


@pytest.mark.parametrize("databases", ["sqlite"], indirect=True)
def test_what_fails_reaches_no_point(sessions: SessionFactory) -> None:
    seen: list[str] = []
    with (
        pytest.raises(ZeroDivisionError),
        watching(seen.append),
        transaction(sessions, at="job.end"),
    ):
        raise ZeroDivisionError

    assert seen == []
