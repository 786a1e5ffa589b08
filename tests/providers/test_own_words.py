"""What a firm wrote itself stays when its source is imported again; on both databases."""

from uuid import UUID

import pytest

from core.db import SessionFactory, reading, transaction
from core.identity.actor import OPERATOR, Actor, UserKind
from core.identity.models import Organisation
from providers.importing.rows import ProviderRow
from providers.importing.spec import WriteContext
from providers.importing.supply import provider_id, write_providers
from providers.imports.models import RowOutcome
from providers.models import Provider, ProviderStatus
from providers.own import deciding, service
from providers.own.schemas import OwnProviderChange
from providers.service import publish_provider
from tests.core.identity.people import make_organisation
from tests.factories import NOW
from tests.providers.import_steps import (
    SOURCE,
    as_csv,
    checked,
    imported,
    provider_row,
    rows_of,
    stored,
    undone,
)

FIRST = as_csv([provider_row("a", city="Hue", languages="en")])
AGAIN = as_csv([provider_row("a", city="Hanoi", languages="en;vi", status="published")])


@pytest.fixture
def manager(catalogue_sessions: SessionFactory) -> Actor:
    """Who manages the organisation that answers for an imported firm."""
    imported(catalogue_sessions, FIRST)
    with transaction(catalogue_sessions) as session:
        tenant = make_organisation(session, UserKind.PROVIDER)
        session.get_one(Organisation, tenant).provider_id = provider_id(SOURCE, "a")
    return Actor(UserKind.PROVIDER, "li", tenant, is_manager=True)


def change(sessions: SessionFactory, manager: Actor) -> None:
    with transaction(sessions) as session:
        body = OwnProviderChange(city="Da Nang", name="Synthetic firm Li")
        service.change_own_provider(session, manager, body=body, now=NOW)


def said(sessions: SessionFactory) -> tuple[str | None, str, list[str] | None]:
    with reading(sessions) as session:
        found = session.get_one(Provider, provider_id(SOURCE, "a"))
        return found.city, found.name, found.languages


def test_an_import_keeps_what_the_firm_wrote_names_it_and_writes_the_rest(
    catalogue_sessions: SessionFactory, manager: Actor
) -> None:
    change(catalogue_sessions, manager)
    found = checked(catalogue_sessions, AGAIN)
    (row,) = rows_of(catalogue_sessions, found.id)
    assert (found.rows_own, row.outcome) == (1, RowOutcome.CHANGED)
    assert row.changes == {"languages": ["en", "en;vi"]}
    assert row.kept == {
        "city": ["Da Nang", "Hanoi"],
        "name": ["Synthetic firm Li", "Synthetic firm a"],
    }
    before = stored(catalogue_sessions, "a")
    done = imported(catalogue_sessions, AGAIN)
    assert (done.rows_written, done.rows_stale) == (1, 0)
    assert said(catalogue_sessions) == ("Da Nang", "Synthetic firm Li", ["en", "vi"])
    undone(catalogue_sessions, done.id)
    assert stored(catalogue_sessions, "a") == before


def test_the_command_that_imports_at_once_keeps_it_too(
    catalogue_sessions: SessionFactory, manager: Actor
) -> None:
    change(catalogue_sessions, manager)
    row = ProviderRow.model_validate(provider_row("a", city="Hanoi"))
    context = WriteContext(source=SOURCE, now=NOW)
    with transaction(catalogue_sessions) as session:
        write_providers(session, [row], context)
    assert context.kept == {"a": ("city", "name")}
    assert said(catalogue_sessions)[:2] == ("Da Nang", "Synthetic firm Li")


def test_a_withdrawn_firm_is_listed_again_by_itself_or_operators_and_no_import(
    catalogue_sessions: SessionFactory, manager: Actor
) -> None:
    key: UUID = provider_id(SOURCE, "a")
    with transaction(catalogue_sessions) as session:
        service.withdraw_own_provider(session, manager, now=NOW)
    imported(catalogue_sessions, AGAIN)
    with transaction(catalogue_sessions) as session:
        provider = session.get_one(Provider, key)
        assert (provider.status, provider.own_fields) == (ProviderStatus.SUSPENDED, ["status"])
        publish_provider(session, OPERATOR, provider_id=key, now=NOW)
        assert provider.own_fields is None


def test_the_source_has_its_say_again_once_nobody_answers_for_the_profile(
    catalogue_sessions: SessionFactory, manager: Actor
) -> None:
    change(catalogue_sessions, manager)
    with transaction(catalogue_sessions) as session:
        deciding.tie_organisation(
            session, OPERATOR, organisation_id=manager.tenant, provider_id=None
        )
    found = imported(catalogue_sessions, AGAIN)
    assert found.rows_own == 0
    assert said(catalogue_sessions) == ("Hanoi", "Synthetic firm a", ["en", "vi"])
