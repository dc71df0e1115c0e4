-- The least that pgsyncd needs: a role on the source that reads, and a role on the target that writes.
--
-- Run the first part with psql on the source database and the second on the target database, each as a superuser or as
-- the owner of the tables (creating roles and REPLICATION need more than an owner). Change names and schemas to yours:
--
--   psql -v role=pgsyncd -v schemas=public -v part=source -f roles.sql SOURCE
--   psql -v role=pgsyncd -v schemas=public -v part=target -f roles.sql TARGET
--
-- `schemas` is a list as GRANT takes it: -v schemas='public, shop'. Passwords are not set here: use \password.
-- `pgsyncd setup` looks at all of this and prints the statement for whatever is missing.

\set ON_ERROR_STOP on
SELECT :'part' = 'source' AS is_source, :'part' = 'target' AS is_target \gset

SELECT format('CREATE ROLE %I LOGIN', :'role')
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = :'role') \gexec

\if :is_source
-- Changes are read over a replication connection.
ALTER ROLE :"role" REPLICATION;
-- The first copy reads the tables.
GRANT USAGE ON SCHEMA :schemas TO :"role";
GRANT SELECT ON ALL TABLES IN SCHEMA :schemas TO :"role";
-- The publication belongs to the owner of its tables, so that the role needs no right to create one. Row filters and
-- column lists that are set on it are honoured. (Partitions follow their root.)
--
--   CREATE PUBLICATION pgsyncd FOR TABLE shop.customers, shop.orders WITH (publish_via_partition_root = true);
--
-- Where row security is on, its policies would hide rows from the copy: setup refuses that and asks for
--
--   ALTER ROLE pgsyncd BYPASSRLS;
\endif

\if :is_target
-- The catalog of pgsyncd is a schema of its own, created by the first setup.
SELECT format('GRANT CREATE ON DATABASE %I TO %I', current_database(), :'role') \gexec
-- Changes are written row by row. SELECT is needed to find the rows of updates and deletes.
GRANT USAGE ON SCHEMA :schemas TO :"role";
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE ON ALL TABLES IN SCHEMA :schemas TO :"role";
-- TRUNCATE … RESTART IDENTITY of the source is repeated on the target, where it needs the sequences' owner; without
-- that right such a TRUNCATE stops its table.
-- Triggers and foreign keys of the target do not act on replicated rows. From PostgreSQL 15 on this can be granted;
-- on 14 it takes a superuser, and without it setup names the triggers and foreign keys that will act.
SELECT format('GRANT SET ON PARAMETER session_replication_role TO %I', :'role')
WHERE current_setting('server_version_num')::integer >= 150000 \gexec
\endif
