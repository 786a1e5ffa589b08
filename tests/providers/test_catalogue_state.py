from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pytest
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from core.db import SessionFactory, make_session_factory, reading, transaction
from core.errors import InvalidInput
from core.identity.actor import OPERATOR
from core.migrations import runner
from providers.catalogue_state import (
    EVERYTHING,
    LISTS,
    RANKER,
    Changes,
    catalogue_id,
    catalogue_sequence,
    changes_since,
    mark_at,
    of_providers,
    of_vectors,
    prune_changes,
    touch_catalogue,
)
from providers.importing.formats import EVIDENCE_COLUMNS
from providers.importing.rows import EvidenceRow, ProviderRow
from providers.importing.supply import provider_id
from providers.models import CatalogueChange, ChangeKind, Evidence, Provider
from providers.service import (
    delete_evidence,
    delete_provider,
    publish_provider,
    save_evidence,
    save_provider,
    suspend_provider,
)
from providers.vectors import store_vectors
from tests.factories import NOW, make_evidence, make_provider
from tests.providers.importer import HEADER, load, provider_line, write_lines

A, B, C = (UUID(int=n) for n in (1, 2, 3))


def logged(session: Session, act: Callable[[], object]) -> Changes:
    """What is logged while something is done."""
    before = catalogue_sequence(session)
    act()
    session.flush()
    return changes_since(session, before)


def test_tells_what_changed_after_a_number(session: Session) -> None:
    touch_catalogue(session, of_providers([A]))
    seen = touch_catalogue(session, of_vectors([A, B]))
    touch_catalogue(session, of_providers([C, B]))
    touch_catalogue(session, RANKER)

    assert changes_since(session, seen) == Changes(
        4, frozenset({B, C}), frozenset({ChangeKind.PROVIDER, ChangeKind.RANKER}), is_complete=True
    )
    assert changes_since(session, 0).providers == {A, B, C}
    assert changes_since(session, 4) == Changes(4, frozenset(), frozenset(), is_complete=True)


def test_nothing_has_changed_before_the_first_change(session: Session) -> None:
    assert changes_since(session, 0) == Changes(0, frozenset(), frozenset(), is_complete=True)
    assert catalogue_id(session) == ""


def test_a_change_of_which_nobody_knows_whom_it_concerns_is_not_followed(session: Session) -> None:
    touch_catalogue(session, EVERYTHING)
    seen = touch_catalogue(session, LISTS)

    assert not changes_since(session, 0).is_complete
    assert changes_since(session, seen).is_complete


def test_a_number_of_another_log_is_noticed(session: Session) -> None:
    touch_catalogue(session, LISTS)

    assert not changes_since(session, 2).is_complete


def test_what_is_rolled_back_is_not_logged(sessions: SessionFactory) -> None:
    with sessions() as session:
        touch_catalogue(session, of_providers([A]))
        session.rollback()
    with reading(sessions) as session:
        assert changes_since(session, 0).providers == frozenset()


def test_pruning_is_noticed_by_those_who_stand_before_it(
    sessions: SessionFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.catalogue_state._PRUNED_AT_ONCE", 2)
    with transaction(sessions) as session:
        for _ in range(5):
            touch_catalogue(session, of_providers([A, B]))

    assert prune_changes(sessions, up_to=3) == 6
    assert prune_changes(sessions, up_to=2) == 0
    assert prune_changes(sessions, up_to=99) == 0  # never past what has happened

    with reading(sessions) as session:
        assert [changes_since(session, n).is_complete for n in range(6)] == [False] * 3 + [True] * 3
        assert session.scalar(select(func.count()).select_from(CatalogueChange)) == 4
        assert [bool(mark_at(session, n)) for n in range(6)] == [False] * 3 + [True] * 3


def test_each_database_has_an_id_of_its_own(session: Session) -> None:
    touch_catalogue(session, LISTS)
    first = catalogue_id(session)
    session.rollback()
    touch_catalogue(session, LISTS)

    assert UUID(catalogue_id(session)) != UUID(first)


def test_a_database_from_before_the_log_gets_an_id_and_knows_nothing_of_the_past(
    db_engine: Engine,
) -> None:
    sessions = make_session_factory(db_engine)
    with transaction(sessions) as session:
        make_evidence(session, make_provider(session, home=None), jurisdictions=())
    runner.downgrade_to(db_engine, "0005")
    runner.upgrade_to_head(db_engine)

    with transaction(sessions) as session:
        assert UUID(catalogue_id(session))
        assert catalogue_sequence(session) == 2
        assert [changes_since(session, n).is_complete for n in (0, 1, 2)] == [False, False, True]
        assert touch_catalogue(session, of_providers([A])) == 3
        assert changes_since(session, 2).providers == {A}


def test_an_operators_acts_name_the_provider_they_concern(session: Session) -> None:
    other, provider = make_provider(session, home=None), make_provider(session, home=None)
    make_evidence(session, other, jurisdictions=())

    for act in (
        lambda: suspend_provider(session, OPERATOR, provider_id=provider.id, reason="x", now=NOW),
        lambda: publish_provider(session, OPERATOR, provider_id=provider.id, now=NOW),
        lambda: delete_provider(session, OPERATOR, provider_id=provider.id),
    ):
        changes = logged(session, act)
        assert changes.providers == {provider.id}
        assert changes.kinds == {ChangeKind.PROVIDER}


def test_deleting_a_provider_takes_its_evidence_along(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("providers.service._DELETED_AT_ONCE", 2)
    kept, provider = make_provider(session, home=None), make_provider(session, home=None)
    for _ in range(5):
        make_evidence(session, provider, jurisdictions=(), sectors=["LEG"])
    left = make_evidence(session, kept, jurisdictions=())

    delete_provider(session, OPERATOR, provider_id=provider.id)

    assert session.scalars(select(Provider.id)).all() == [kept.id]
    assert session.scalars(select(Evidence.id)).all() == [left.id]

    deleted = logged(session, lambda: delete_evidence(session, OPERATOR, evidence_id=left.id))
    assert deleted.providers == {kept.id}
    assert session.scalars(select(Evidence.id)).all() == []


def test_saving_by_hand_logs_only_what_differs(catalogue_sessions: SessionFactory) -> None:
    row = ProviderRow.model_validate(
        {"source_ref": "1", "name": "Synthetic Firm", "kind": "law_firm", "home_jurisdiction": "SG"}
    )
    piece = EvidenceRow.model_validate(
        {"provider_ref": "1", "matter_ref": "m", "kind": "past_matter", "title": "Roads"}
    )
    with transaction(catalogue_sessions) as session:
        for save in (
            lambda: save_provider(session, OPERATOR, source="hand", row=row, now=NOW),
            lambda: save_evidence(session, OPERATOR, source="hand", row=piece, now=NOW),
        ):
            assert logged(session, save).providers == {provider_id("hand", "1")}
            assert logged(session, save).providers == frozenset()
        with pytest.raises(InvalidInput, match="'XX' is no jurisdiction of the list"):
            save_provider(
                session,
                OPERATOR,
                source="hand",
                row=row.model_copy(update={"home_jurisdiction": "XX"}),
                now=NOW,
            )


def test_an_import_logs_the_providers_whose_rows_changed(
    catalogue_sessions: SessionFactory, tmp_path: Path
) -> None:
    path = tmp_path / "t.csv"
    load(catalogue_sessions, "providers", write_lines(path, [HEADER, *map(provider_line, "abc")]))
    lines = [HEADER, provider_line("a"), provider_line("b", name="Another name")]
    evidence = [
        ",".join(EVIDENCE_COLUMNS),
        ",".join(
            {"provider_ref": "c", "matter_ref": "1", "kind": "past_matter", "title": "x"}.get(
                column, ""
            )
            for column in EVIDENCE_COLUMNS
        ),
    ]
    with reading(catalogue_sessions) as session:
        first = catalogue_sequence(session)
        assert changes_since(session, 0).kinds == {ChangeKind.LISTS, ChangeKind.PROVIDER}

    load(catalogue_sessions, "providers", write_lines(path, lines))
    load(catalogue_sessions, "evidence", write_lines(path, evidence))

    with reading(catalogue_sessions) as session:
        changes = changes_since(session, first)
    assert changes.providers == {provider_id("operator", "b"), provider_id("operator", "c")}
    assert changes.kinds == {ChangeKind.PROVIDER}


def test_vectors_concern_whoever_has_the_text(session: Session) -> None:
    owners = [make_provider(session, home=None) for _ in range(3)]
    pieces = [
        make_evidence(session, owner, title=title, jurisdictions=())
        for owner, title in zip(owners, ("Roads", "Roads", "Water"), strict=True)
    ]
    codes, scales = np.ones((1, 4), dtype=np.int8), np.ones(1, dtype=np.float32)

    def store(key: str) -> None:
        store_vectors(session, "e-1", [key], codes, scales)

    changes = logged(session, lambda: store(pieces[0].text_hash))
    assert changes.providers == {owners[0].id, owners[1].id}
    assert changes.kinds == {ChangeKind.VECTORS}
    # Neither a vector that is there nor one of a text that nobody has is a change.
    for key in (pieces[0].text_hash, str(uuid4())):
        assert logged(session, partial(store, key)).kinds == frozenset()
