"""Row security of PostgreSQL, for migrations: on tables with a `tenant_id`, and who it is for.

On SQLite there is none, and these do nothing.
"""

from alembic import op

from core.db import APP_ROLE

_OWN_ROW = "tenant_id = NULLIF(current_setting('app.tenant', true), '')::uuid"

_MAKE_ROLE = f"""
DO $$
BEGIN
  BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{APP_ROLE}') THEN
      CREATE ROLE {APP_ROLE} NOLOGIN;
    END IF;
  EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;  -- another database's migration was first
    WHEN insufficient_privilege THEN
      RAISE EXCEPTION 'have an administrator run: CREATE ROLE {APP_ROLE}; GRANT {APP_ROLE} TO %;',
        quote_ident(current_user);
  END;
  IF EXISTS (SELECT FROM pg_roles
              WHERE rolname = '{APP_ROLE}' AND (rolsuper OR rolbypassrls OR rolcreaterole)) THEN
    RAISE EXCEPTION 'the role {APP_ROLE} may pass by row security: take that right from it';
  END IF;
  IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
    BEGIN
      EXECUTE format('GRANT {APP_ROLE} TO %I', current_user);
    EXCEPTION WHEN insufficient_privilege THEN
      IF NOT pg_has_role(current_user, '{APP_ROLE}', 'MEMBER') THEN
        RAISE EXCEPTION 'have an administrator run: GRANT {APP_ROLE} TO %;',
          quote_ident(current_user);
      END IF;
    END;
  END IF;
END
$$
"""  # noqa: S608 the name of a role, and ours
_GRANT = f"""
DO $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO {APP_ROLE}', current_schema());
  EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO {APP_ROLE}',
                 current_schema());
  EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO {APP_ROLE}',
                 current_schema());
END
$$
"""
_REVOKE = f"""
DO $$
BEGIN
  EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM {APP_ROLE}', current_schema());
  EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM {APP_ROLE}', current_schema());
  EXECUTE format('REVOKE ALL ON SCHEMA %I FROM {APP_ROLE}', current_schema());
END
$$
"""
_LATER = (
    ("SELECT, INSERT, UPDATE, DELETE", "TABLES"),
    ("USAGE, SELECT", "SEQUENCES"),
)


def make_app_role() -> None:
    """Make sure of the role that confined sessions take, and that whoever migrates may take it."""
    _run(_MAKE_ROLE)


def grant_to_app() -> None:
    """Let the role work with all tables that there are, and with those that later migrations make."""
    _run(_GRANT)
    # Which schema there is, is not for the application to say.
    _run(f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {APP_ROLE}")
    for rights, what in _LATER:
        _run(f"ALTER DEFAULT PRIVILEGES GRANT {rights} ON {what} TO {APP_ROLE}")


def revoke_from_app() -> None:
    """Take all that back."""
    for rights, what in _LATER:
        _run(f"ALTER DEFAULT PRIVILEGES REVOKE {rights} ON {what} FROM {APP_ROLE}")
    _run(_REVOKE)


def secure(table: str) -> None:
    """Show the role the rows of the transaction's tenant; the owner of the table all of them.

    The owner is subject to policies too: without the second one, it would see nothing.
    """
    _run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    _run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    _run(
        f"CREATE POLICY tenant ON {table} TO {APP_ROLE} USING ({_OWN_ROW}) WITH CHECK ({_OWN_ROW})"
    )
    _run(f"CREATE POLICY platform ON {table} TO CURRENT_USER USING (true) WITH CHECK (true)")


def unsecure(table: str) -> None:
    """Take the policies of a table away."""
    _run(f"DROP POLICY platform ON {table}")
    _run(f"DROP POLICY tenant ON {table}")
    _run(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    _run(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")


def _run(statement: str) -> None:
    if op.get_context().dialect.name == "postgresql":
        op.execute(statement)
