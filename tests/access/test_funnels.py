"""What is not everybody's is read in few places, each of which is named here with why."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "committee", "core", "enterprises", "jobs", "providers")
OWNED = {
    "Need",
    "NeedVersion",
    "NeedMatch",
    "NeedAccess",
    "ReadingCorrection",
    "Recommendation",
    "Judgement",
    "Preference",
    "Outcome",
}
READING = {"select", "update", "delete", "exists", "get", "get_one", "select_from", "join"}
# Modules that read such tables: the funnels, writes behind a funnel, and the platform's own work.
ALLOWED = {
    "enterprises/access.py": "the funnel",
    "enterprises/need_accesses.py": "asked by the funnel",
    "enterprises/service.py": "writes of what the funnel let through",
    "enterprises/importing.py": "the operator's command: writes, and shows nothing",
    "enterprises/rematching.py": "a job: all open needs",
    "enterprises/queries.py": "the operator's command: corrections that their authors let us keep",
    "enterprises/retention.py": "a job: deletes what is overdue, and shows nothing",
    "enterprises/trail.py": "which needs were read, for the audit trail",
    "enterprises/record_check.py": "the operator's command: checksums",
    "committee/access.py": "the funnel",
    "committee/judgements/service.py": "writes of what the funnel let through",
    "committee/judgements/importing.py": "the operator's command: writes, and shows nothing",
    "committee/judgements/queries.py": "training: all that was said",
    "api/bench/tables.py": "made-up rows of a benchmark",
}
REACHING = {
    "core/db.py",
    "core/identity/reach.py",
    "core/audit/service.py",
    "core/outbox/notifying.py",
    "api/v1/audit.py",
    "enterprises/access.py",
    "committee/access.py",
    "committee/judgements/service.py",
}
# What hands out sessions that are confined to nobody.
WIDE = {
    "api/app.py": "what lives as long as the process",
    "api/deps.py": "who asks, before anything is known of them",
    "api/manners/idempotency.py": "answers kept under the actor's own key",
    "api/v1/exports.py": "the catalogue",
    "api/web/account.py": "the password of whoever has signed in",
    "api/web/invitations.py": "whoever holds the secret of an invitation has no account yet",
    "api/web/outside.py": "who asks, before anything is known of them",
    "api/web/registering.py": "who registers, or holds the secret of it, has no account yet",
    "api/web/sign_in.py": "who asks, before anything is known of them",
    "api/web/imports.py": "files of operators",
}


def modules() -> Iterator[tuple[str, ast.Module]]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def names_in(nodes: list[ast.expr]) -> set[str]:
    return {inner.id for node in nodes for inner in ast.walk(node) if isinstance(inner, ast.Name)}


def reads_of_owned(tree: ast.Module) -> bool:
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("enterp", "commit"))
        for alias in node.names
    }
    defined = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and "Owned" in names_in(node.bases)
    }
    return any(
        called(node) in READING and names_in(node.args) & OWNED & (imported | defined)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    )


def test_rows_of_tenants_are_read_in_the_named_modules_only() -> None:
    found = {name for name, tree in modules() if reads_of_owned(tree)}
    assert found <= set(ALLOWED), found - set(ALLOWED)
    assert {"enterprises/access.py", "committee/access.py"} <= found


def test_a_read_elsewhere_would_be_found() -> None:
    elsewhere = "from enterprises.models import Need\nsession.scalars(select(Need.id))"
    assert reads_of_owned(ast.parse(elsewhere))
    assert reads_of_owned(ast.parse(elsewhere.replace("select(Need.id)", "session.get(Need, 1)")))


def test_the_way_across_tenants_is_taken_in_the_funnels_only() -> None:
    found = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and called(node) in {"across_tenants", "reach"}
    }
    assert found <= REACHING


def test_requests_get_confined_sessions() -> None:
    """Sessions of the application itself see everything: only these take one."""
    found = {
        name
        for name, tree in modules()
        if name.startswith("api/") and not name.startswith(("api/cli/", "api/bench/"))
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in {"sessions", "read_engine", "db_engine"}
        and isinstance(node.value, ast.Attribute)
        and node.value.attr == "state"
    }
    assert found - {"api/v1/health.py"} == set(WIDE)
