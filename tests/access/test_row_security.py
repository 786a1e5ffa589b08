"""The second wall: what PostgreSQL itself refuses, and what the ORM adds where there is no such thing."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Engine, delete, func, insert, select, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.orm import Session

from core.backup import postgresql as backup
from core.backup.errors import BackupNotMade
from core.db import (
    APP_ROLE,
    SessionFactory,
    StrangersRow,
    across_tenants,
    make_engine,
    make_session_factory,
    tenant_session,
    transaction,
)
from core.identity.actor import OPEN_ACCESS_ID
from core.migrations.runner import upgrade_to_head
from enterprises.models import Need, NeedVersion
from tests.core.identity.people import make_organisation
from tests.factories import NOW, make_need

ON_POSTGRESQL = pytest.mark.parametrize("databases", ["postgresql"], indirect=True)

# Tables with a tenant whose rows are not confined to it, and why.
NOT_CONFINED: dict[str, str] = {}


@pytest.fixture
def tenants(sessions: SessionFactory) -> tuple[UUID, UUID]:
    """Two organisations with a need each."""
    with transaction(sessions) as session:
        made = make_organisation(session), make_organisation(session)
        for tenant_id in made:
            make_need(session, tenant_id=tenant_id)
    return made


def test_a_confined_session_sees_and_changes_its_own_rows_only(
    sessions: SessionFactory, tenants: tuple[UUID, UUID]
) -> None:
    own, other = tenants
    with transaction(sessions) as session:
        strangers = session.scalars(select(Need.id).where(Need.tenant_id == other)).one()
    with tenant_session(sessions, own) as session:
        assert [need.tenant_id for need in session.scalars(select(Need))] == [own]
        assert session.scalars(select(NeedVersion.tenant_id)).all() == [own]
        assert session.get(Need, strangers) is None
        session.execute(update(Need).values(version=7))
        session.execute(delete(NeedVersion))
    with transaction(sessions) as session:
        left = dict(session.execute(select(Need.tenant_id, Need.version)).all())
        assert left == {own: 7, other: 1}
        assert session.scalars(select(NeedVersion.tenant_id)).all() == [other]


def test_a_session_of_nobody_sees_nothing(
    sessions: SessionFactory, tenants: tuple[UUID, UUID]
) -> None:
    with tenant_session(sessions, None) as session:
        assert session.scalars(select(Need)).all() == []


def test_a_confined_session_writes_no_strangers_row(
    sessions: SessionFactory, tenants: tuple[UUID, UUID]
) -> None:
    own, other = tenants
    with pytest.raises(StrangersRow), tenant_session(sessions, own) as session:
        make_need(session, tenant_id=other)


def test_only_the_way_out_leads_across_and_it_leads_back(
    sessions: SessionFactory, tenants: tuple[UUID, UUID]
) -> None:
    own, other = tenants
    with tenant_session(sessions, own) as session:
        with across_tenants(session):
            assert set(session.scalars(select(Need.tenant_id))) == {own, other}
        assert session.scalars(select(Need.tenant_id)).all() == [own]
        with pytest.raises(LookupError), across_tenants(session):
            raise LookupError
        assert session.scalars(select(Need.tenant_id)).all() == [own]
        with pytest.raises(DBAPIError), across_tenants(session):
            session.execute(text("SELECT nonsense FROM nowhere"))
    with tenant_session(sessions, own) as session:
        assert session.scalars(select(Need.tenant_id)).all() == [own]


def test_a_row_cannot_be_made_to_hang_on_a_strangers_need(
    sessions: SessionFactory, tenants: tuple[UUID, UUID]
) -> None:
    own, other = tenants
    with transaction(sessions) as session:
        strangers = session.scalars(select(Need.id).where(Need.tenant_id == other)).one()
    guessed = {"need_id": strangers, "version": 2, "tenant_id": own, "structured": {}}
    with pytest.raises(IntegrityError), tenant_session(sessions, own) as session:
        row = {**guessed, "written_by": "somebody", "written_at": NOW}
        session.execute(insert(NeedVersion).values(row))


@ON_POSTGRESQL
def test_every_table_with_a_tenant_is_walled(db_engine: Engine) -> None:
    tables = """
        SELECT c.relname,
               c.relrowsecurity AND c.relforcerowsecurity,
               (SELECT count(*) FROM pg_policy p
                 WHERE p.polrelid = c.oid AND p.polpermissive AND p.polcmd = '*'
                   AND p.polwithcheck IS NOT NULL
                   AND p.polroles = ARRAY[(SELECT oid FROM pg_roles WHERE rolname = :role)]
                   AND pg_get_expr(p.polqual, c.oid) LIKE '%app.tenant%'),
               (SELECT count(*) FROM pg_policy p, unnest(p.polroles) AS held(role)
                 WHERE p.polrelid = c.oid AND held.role <> c.relowner
                   AND pg_get_expr(p.polqual, c.oid) = 'true')
          FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
         WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
    """
    with db_engine.connect() as connection:
        found = connection.execute(text(tables), {"role": APP_ROLE}).all()
    walled = {name for name, *rest in found if rest == [True, 1, 0]}
    assert {"need", "need_version", "recommendation", "judgement", "outcome"} <= walled
    assert {name for name, *_ in found} - walled == set(NOT_CONFINED)


@ON_POSTGRESQL
def test_the_role_of_requests_owns_nothing_and_passes_by_nothing(db_engine: Engine) -> None:
    with db_engine.connect() as connection:

        def ask(question: str) -> list[object]:
            return list(connection.execute(text(question), {"role": APP_ROLE}).scalars())

        may = "SELECT rolsuper OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolcanlogin "
        assert ask(may + "FROM pg_roles WHERE rolname = :role") == [False]
        owned = "SELECT relname FROM pg_class c JOIN pg_roles r ON r.oid = c.relowner "
        assert ask(owned + "WHERE r.rolname = :role") == []
        ours = "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_toast'"
        joined = "JOIN pg_namespace n ON n.oid ="
        views = f"FROM pg_class c {joined} c.relnamespace WHERE {ours} AND c.relkind IN ('v', 'm')"
        assert ask(f"SELECT relname {views} AND :role <> ''") == []
        definers = f"FROM pg_proc p {joined} p.pronamespace WHERE {ours} AND p.prosecdef"
        assert ask(f"SELECT proname {definers} AND :role <> ''") == []


@ON_POSTGRESQL
def test_keys_between_rows_of_tenants_include_the_tenant(db_engine: Engine) -> None:
    """Else a key that is taken, or that can be referred to, would tell of a stranger's row."""
    keys = """
        SELECT c.conrelid::regclass::text, c.conname
          FROM pg_constraint c
         WHERE c.contype IN ('u', 'f')
           AND EXISTS (SELECT FROM pg_attribute WHERE attrelid = c.conrelid AND attname = 'tenant_id')
           AND (c.contype = 'u'
                OR EXISTS (SELECT FROM pg_attribute
                            WHERE attrelid = c.confrelid AND attname = 'tenant_id'))
           AND NOT (SELECT attnum FROM pg_attribute
                     WHERE attrelid = c.conrelid AND attname = 'tenant_id') = ANY (c.conkey)
    """
    with db_engine.connect() as connection:
        assert connection.execute(text(keys)).all() == []


RAW = (
    "SELECT 1 FROM need WHERE tenant_id <> :own",
    "SELECT 1 FROM need_version WHERE tenant_id <> :own",
    "UPDATE need SET version = 9 WHERE tenant_id <> :own RETURNING 1",
    "DELETE FROM need_version WHERE tenant_id <> :own RETURNING 1",
)


@ON_POSTGRESQL
@pytest.mark.parametrize("statement", RAW)
def test_plain_sql_does_not_reach_a_strangers_rows(
    sessions: SessionFactory, tenants: tuple[UUID, UUID], statement: str
) -> None:
    with tenant_session(sessions, tenants[0]) as session:
        assert session.execute(text(statement), {"own": tenants[0]}).all() == []


REFUSED = (
    "INSERT INTO need (id, tenant_id, version, created_at, updated_at) "
    "VALUES (gen_random_uuid(), :other, 1, now(), now())",
    "UPDATE need SET tenant_id = :other",
    "ALTER TABLE need DISABLE ROW LEVEL SECURITY",
    "DROP POLICY tenant ON need",
    "TRUNCATE need CASCADE",
    "UPDATE alembic_version SET version_num = '0001'",
)


@ON_POSTGRESQL
@pytest.mark.parametrize("statement", REFUSED)
def test_plain_sql_does_not_move_the_wall(
    sessions: SessionFactory, tenants: tuple[UUID, UUID], statement: str
) -> None:
    own, other = tenants
    refused = pytest.raises((ProgrammingError, DBAPIError), match=r"row-level|denied|owner")
    with refused, tenant_session(sessions, own) as session:
        session.execute(text(statement), {"other": other} if ":other" in statement else {})


@ON_POSTGRESQL
def test_a_view_made_by_a_stranger_to_the_rules_shows_no_more_if_it_asks_as_its_reader(
    db_engine: Engine, sessions: SessionFactory, tenants: tuple[UUID, UUID]
) -> None:
    with db_engine.begin() as connection:
        connection.execute(
            text("CREATE VIEW seen WITH (security_invoker = true) AS SELECT tenant_id FROM need")
        )
    with tenant_session(sessions, tenants[0]) as session:
        assert session.execute(text("SELECT tenant_id FROM seen")).scalars().all() == [tenants[0]]


@ON_POSTGRESQL
def test_the_tenant_of_a_transaction_is_gone_after_it(database_url: str) -> None:
    engine = make_engine(database_url, pool_size=1)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    asked = text("SELECT current_user, current_setting('app.tenant', true)")
    with tenant_session(sessions, OPEN_ACCESS_ID) as session:
        assert session.execute(asked).one() == (APP_ROLE, str(OPEN_ACCESS_ID))
    with tenant_session(sessions, None) as session:
        assert session.execute(asked).one() == (APP_ROLE, str(UUID(int=0)))
    with transaction(sessions) as session:
        user, tenant = session.execute(asked).one()
        assert user != APP_ROLE
        assert not tenant
        # As the role, without a tenant that was set: the cast of nothing must not fail.
        session.execute(text(f"SET LOCAL ROLE {APP_ROLE}"))
        assert session.scalar(select(func.count()).select_from(Need)) == 0
    engine.dispose()


@pytest.fixture
def plain_owner_url(database_url: str) -> Iterator[str]:
    """A database owned by a user who is no superuser, as it should be."""
    name = f"owner_{uuid4().hex[:12]}"
    url = make_url(database_url)
    server = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN CREATEROLE".encode())
        connection.execute(f'ALTER DATABASE "{url.database}" OWNER TO {name}'.encode())
        connection.execute(f"ALTER SCHEMA public OWNER TO {name}".encode())
    yield url.set(username=name).render_as_string(hide_password=False)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"DROP OWNED BY {name} CASCADE".encode())
        connection.execute(f'ALTER DATABASE "{url.database}" OWNER TO CURRENT_USER'.encode())
        connection.execute(f"DROP ROLE {name}".encode())


@ON_POSTGRESQL
def test_an_owner_without_more_rights_migrates_serves_and_sees_everything_for_a_backup(
    plain_owner_url: str,
) -> None:
    engine = make_engine(plain_owner_url)
    upgrade_to_head(engine)
    sessions = make_session_factory(engine)
    with transaction(sessions) as session:
        own, other = make_organisation(session), make_organisation(session)
        make_need(session, tenant_id=own)
        make_need(session, tenant_id=other)
    with tenant_session(sessions, own) as session:
        assert session.scalars(select(Need.tenant_id)).all() == [own]
        assert _count(session) == 1
    assert {one.name: one.rows for one in backup.sums(engine)}["need"] == 2
    with engine.begin() as connection:
        connection.execute(text("DROP POLICY platform ON need"))
    with pytest.raises(BackupNotMade, match="need"):
        backup.sums(engine)
    engine.dispose()


def _count(session: Session) -> int:
    counted: int = session.execute(text("SELECT count(*) FROM need")).scalar_one()
    return counted
