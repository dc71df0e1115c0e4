-- Optional, on the target: tells pgsyncd of DDL, so that it compares the schemas at once and not at the next look.
--
-- Run it with psql on the target database, as a superuser: only a superuser may create an event trigger (from
-- PostgreSQL 18 on, too). The catalog of pgsyncd has to be there (pgsyncd setup). It may be run again at any time.
--
--   psql -f target_event_trigger.sql TARGET
--
-- What it does: at the end of a command that changes a table, a type or an index, NOTIFY pgsyncd, 'DDL'. The notification
-- is sent when the transaction commits, and not at all if it does not. Nothing else depends on it.
--
-- To remove it, as a superuser (do this before pgsyncd teardown, which would find the functions in its schema):
--
--   DROP EVENT TRIGGER IF EXISTS pgsyncd_target_ddl;
--   DROP EVENT TRIGGER IF EXISTS pgsyncd_target_drop;
--   DROP FUNCTION IF EXISTS pgsyncd.notify_ddl();
--   DROP FUNCTION IF EXISTS pgsyncd.notify_drop();

\set ON_ERROR_STOP on
BEGIN;

CREATE OR REPLACE FUNCTION pgsyncd.notify_ddl() RETURNS event_trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Temporary tables come and go without meaning anything to anybody else.
  IF EXISTS (
    SELECT FROM pg_event_trigger_ddl_commands()
    WHERE schema_name IS DISTINCT FROM 'pg_temp' AND schema_name IS DISTINCT FROM 'pgsyncd'
  ) THEN
    PERFORM pg_notify('pgsyncd', 'DDL');
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION pgsyncd.notify_drop() RETURNS event_trigger LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (
    SELECT FROM pg_event_trigger_dropped_objects()
    WHERE NOT is_temporary AND schema_name IS DISTINCT FROM 'pgsyncd'
  ) THEN
    PERFORM pg_notify('pgsyncd', 'DDL');
  END IF;
END
$$;

DROP EVENT TRIGGER IF EXISTS pgsyncd_target_ddl;
CREATE EVENT TRIGGER pgsyncd_target_ddl ON ddl_command_end
  WHEN TAG IN ('ALTER TABLE', 'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE INDEX', 'ALTER INDEX',
    'ALTER TYPE', 'ALTER DOMAIN', 'CREATE TYPE', 'CREATE DOMAIN', 'ALTER SCHEMA')
  EXECUTE FUNCTION pgsyncd.notify_ddl();

DROP EVENT TRIGGER IF EXISTS pgsyncd_target_drop;
CREATE EVENT TRIGGER pgsyncd_target_drop ON sql_drop EXECUTE FUNCTION pgsyncd.notify_drop();

COMMIT;
