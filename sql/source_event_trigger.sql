-- Optional, on the source: puts a mark into the change stream wherever DDL was committed, so that pgsyncd compares the
-- schemas as soon as the stream is there, without waiting for a row or for the next look at the catalogs.
--
-- Run it with psql on the source database, as a superuser: only a superuser may create an event trigger. It needs
-- wal_level = logical, as replication does. It may be run again at any time. The service reads the marks of every
-- publication; nothing has to be configured.
--
--   psql -f source_event_trigger.sql SOURCE
--
-- What it does: at the end of a command that changes a table, a type or a publication, pg_logical_emit_message(true,
-- 'pgsyncd_ddl', 'the command''s tag'). The message lies in the log at the very place of the DDL, is part of its
-- transaction, and is gone with it if that is rolled back. It holds no row and no statement.
--
-- To remove it, as a superuser:
--
--   DROP EVENT TRIGGER IF EXISTS pgsyncd_source_ddl;
--   DROP EVENT TRIGGER IF EXISTS pgsyncd_source_drop;
--   DROP FUNCTION IF EXISTS public.pgsyncd_mark_ddl();
--   DROP FUNCTION IF EXISTS public.pgsyncd_mark_drop();
--
-- Another schema than public: psql -v schema=NAME -f source_event_trigger.sql SOURCE

\set ON_ERROR_STOP on
\if :{?schema}
\else
\set schema public
\endif
BEGIN;

CREATE OR REPLACE FUNCTION :"schema".pgsyncd_mark_ddl() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  -- Temporary tables come and go without meaning anything to anybody else.
  IF EXISTS (
    SELECT FROM pg_event_trigger_ddl_commands() WHERE schema_name IS DISTINCT FROM 'pg_temp'
  ) THEN
    PERFORM pg_logical_emit_message(true, 'pgsyncd_ddl', tg_tag);
  END IF;
END
$$;

CREATE OR REPLACE FUNCTION :"schema".pgsyncd_mark_drop() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT FROM pg_event_trigger_dropped_objects() WHERE NOT is_temporary) THEN
    PERFORM pg_logical_emit_message(true, 'pgsyncd_ddl', tg_tag);
  END IF;
END
$$;

DROP EVENT TRIGGER IF EXISTS pgsyncd_source_ddl;
CREATE EVENT TRIGGER pgsyncd_source_ddl ON ddl_command_end
  WHEN TAG IN ('ALTER TABLE', 'CREATE TABLE', 'CREATE TABLE AS', 'SELECT INTO', 'CREATE INDEX', 'ALTER INDEX',
    'ALTER TYPE', 'ALTER DOMAIN', 'CREATE TYPE', 'CREATE DOMAIN', 'ALTER SCHEMA', 'ALTER PUBLICATION',
    'CREATE PUBLICATION')
  EXECUTE FUNCTION :"schema".pgsyncd_mark_ddl();

DROP EVENT TRIGGER IF EXISTS pgsyncd_source_drop;
CREATE EVENT TRIGGER pgsyncd_source_drop ON sql_drop EXECUTE FUNCTION :"schema".pgsyncd_mark_drop();

COMMIT;
