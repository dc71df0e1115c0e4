-- The catalog of pgsyncd, in the target database: everything durable that a pipeline knows.
-- Applied once, in one transaction, by `setup` and `sync`; later versions are files of their own (catalog_0002.sql, …).

CREATE SCHEMA pgsyncd;
COMMENT ON SCHEMA pgsyncd IS 'State of the pgsyncd pipelines that write to this database.';

CREATE TABLE pgsyncd.catalog_version (
  version integer PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT now()
);

-- One row a pipeline: which source it follows, through which publication and slot.
CREATE TABLE pgsyncd.pipelines (
  pipeline text PRIMARY KEY CHECK (pipeline ~ '^[a-z0-9_]{1,40}$'),
  publication text NOT NULL,
  slot text NOT NULL,
  include_tables text[] NOT NULL,
  exclude_tables text[] NOT NULL,
  source_system_id text NOT NULL,
  source_timeline integer NOT NULL,
  source_database text NOT NULL,
  -- set_up: fingerprints are stored, there is no slot yet. copying: the slot exists and the first copy under its
  -- snapshot is not complete. streaming: the copy is complete (or was not wanted) and progress counts.
  phase text NOT NULL DEFAULT 'set_up' CHECK (phase IN ('set_up', 'copying', 'streaming')),
  -- True if the publication holds every table that the patterns choose, so that a new one is to be added to it; false if
  -- somebody made a choice of tables by making the publication.
  adds_tables boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- How far a pipeline is: written in the same transaction as the data of that position.
CREATE TABLE pgsyncd.progress (
  pipeline text NOT NULL REFERENCES pgsyncd.pipelines ON DELETE CASCADE,
  worker integer NOT NULL,
  applied_lsn pg_lsn NOT NULL,
  -- When the source committed the last transaction up to applied_lsn.
  commit_time timestamptz,
  PRIMARY KEY (pipeline, worker)
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000);

-- One row a replicated table. source_oid is the table's identity: names may change.
CREATE TABLE pgsyncd.tables (
  pipeline text NOT NULL REFERENCES pgsyncd.pipelines ON DELETE CASCADE,
  source_oid oid NOT NULL,
  schema_name text NOT NULL,
  table_name text NOT NULL,
  state text NOT NULL CHECK (state IN ('pending', 'copying', 'catching_up', 'streaming', 'stopped')),
  -- Set while stopped, and while catching up after it.
  stop_kind text CHECK (stop_kind IN ('schema_mismatch', 'apply_error', 'pending_approval', 'paused')),
  reason text,
  error text,
  resolution text,
  fix text[] NOT NULL DEFAULT '{}',
  -- The whole message that was shown, line by line.
  message text[] NOT NULL DEFAULT '{}',
  stopped_at timestamptz,
  stopped_at_lsn pg_lsn,
  -- The key of the row that could not be applied, if one row is the cause: column = value, …
  stopped_at_row text,
  -- Everything of this table up to here is applied; a streaming table is where its worker is.
  applied_lsn pg_lsn,
  warnings text[] NOT NULL DEFAULT '{}',
  -- The losses that are in force, in a sentence each; all that there ever were are in accepted_losses.
  accepted_losses text[] NOT NULL DEFAULT '{}',
  -- Not null: the two sides may differ in rows, and this says why: a reason code (`row_missing`, `existing_rows`, …),
  -- and where there is more to say, a colon and the explanation.
  needs_repair text,
  -- Not null: the rows that are there cannot be gone on with, so the table resumes with a copy. first: it was never
  -- copied, and the target's table has to be empty. again: the rows are another table's, or parked changes were dropped.
  copy_needed text CHECK (copy_needed IN ('first', 'again')),
  -- The source's columns whose values in existing rows may differ; and those that are to be read again from the source
  -- (resume --backfill) before the table streams.
  stale_columns text[] NOT NULL DEFAULT '{}',
  backfill_columns text[] NOT NULL DEFAULT '{}',
  overrides jsonb NOT NULL DEFAULT '{}',
  -- The source's table as it was last judged and accepted (SchemaDrift.TableSchema as JSON), and its fingerprint.
  source_schema jsonb NOT NULL,
  source_fingerprint text NOT NULL,
  -- The target's table as it was then: it tells a column that was renamed there from another one under the same name.
  target_schema jsonb,
  target_fingerprint text,
  -- The RELATION message that was last judged and accepted, byte by byte; null until the first one arrives.
  wire_shape bytea,
  -- What the catalog watch last saw of the table on the source and the schema does not say: membership of the
  -- publication, file nodes. Null until it has looked.
  watched jsonb,
  PRIMARY KEY (pipeline, source_oid)
);

-- Counters, apart from the states because they change all the time. Written about once a second, with the data.
CREATE TABLE pgsyncd.table_counters (
  pipeline text NOT NULL,
  source_oid oid NOT NULL,
  rows_copied bigint NOT NULL DEFAULT 0,
  rows_inserted bigint NOT NULL DEFAULT 0,
  rows_updated bigint NOT NULL DEFAULT 0,
  rows_deleted bigint NOT NULL DEFAULT 0,
  truncates bigint NOT NULL DEFAULT 0,
  -- An INSERT found its key taken and overwrote that row.
  insert_exists bigint NOT NULL DEFAULT 0,
  -- An UPDATE or DELETE found no row.
  row_missing bigint NOT NULL DEFAULT 0,
  -- Rows that were written without a value that they have on the source: an override leaves its column out.
  column_mismatch bigint NOT NULL DEFAULT 0,
  -- Changes that an operator let go because a value did not fit, or because a constraint refused them.
  cast_error bigint NOT NULL DEFAULT 0,
  constraint_violation bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (pipeline, source_oid),
  FOREIGN KEY (pipeline, source_oid) REFERENCES pgsyncd.tables ON UPDATE CASCADE ON DELETE CASCADE
) WITH (fillfactor = 50);

-- What an override lets go: listed for ever, also when the override has ended.
CREATE TABLE pgsyncd.accepted_losses (
  pipeline text NOT NULL,
  source_oid oid NOT NULL,
  -- The loss in one sentence; the same loss is always told in the same words.
  what text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('skipped_column', 'cast_column', 'kept_column', 'nulled_column')),
  column_name text NOT NULL,
  -- The setting that allows it, where that was said (flag, stored, table_overrides, schema), and who had it stored.
  leave text NOT NULL,
  place text,
  role text,
  since timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Null while it is in force.
  ended_at timestamptz,
  -- Rows that were written meanwhile without a value of a skipped column; counted in the transaction of the data.
  rows_without_value bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (pipeline, source_oid, what),
  FOREIGN KEY (pipeline, source_oid) REFERENCES pgsyncd.tables ON UPDATE CASCADE ON DELETE CASCADE
) WITH (fillfactor = 50);

-- The changes of tables that do not apply at present, in commit order. A chunk is a piece of the pgoutput stream of
-- one table: Begin, Relation, the changes, Commit, each as length (4 bytes) and message; so it carries its own shapes
-- and is applied by the very code that applies the stream.
CREATE TABLE pgsyncd.parked_changes (
  pipeline text NOT NULL,
  source_oid oid NOT NULL,
  chunk bigint NOT NULL,
  first_commit_lsn pg_lsn NOT NULL,
  last_commit_lsn pg_lsn NOT NULL,
  changes bigint NOT NULL,
  payload_bytes bigint NOT NULL,
  payload bytea NOT NULL,
  PRIMARY KEY (pipeline, source_oid, chunk),
  FOREIGN KEY (pipeline, source_oid) REFERENCES pgsyncd.tables ON UPDATE CASCADE ON DELETE CASCADE
);
-- Compression would cost the stream more than the space is worth.
ALTER TABLE pgsyncd.parked_changes ALTER COLUMN payload SET STORAGE EXTERNAL;

-- Transactions that an operator dropped for one table (resume --skip-transaction): the changes, as they were parked.
CREATE TABLE pgsyncd.dead_letters (
  dead_letter_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pipeline text NOT NULL,
  source_oid oid NOT NULL,
  schema_name text NOT NULL,
  table_name text NOT NULL,
  commit_lsn pg_lsn NOT NULL,
  changes bigint NOT NULL,
  payload bytea NOT NULL,
  -- What had stopped the table.
  error text,
  dropped_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  dropped_by text NOT NULL,
  FOREIGN KEY (pipeline, source_oid) REFERENCES pgsyncd.tables ON UPDATE CASCADE ON DELETE CASCADE
);
CREATE INDEX dead_letters_by_table ON pgsyncd.dead_letters (pipeline, source_oid);

-- What an operator asks of the service; NOTIFY pgsyncd tells it to look. It is taken up at a transaction boundary.
CREATE TABLE pgsyncd.requests (
  request_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pipeline text NOT NULL REFERENCES pgsyncd.pipelines ON DELETE CASCADE,
  command text NOT NULL CHECK (command IN ('resume', 'pause', 'resync', 'approve')),
  source_oid oid NOT NULL,
  -- What was given with the command: overrides to store, a transaction to skip, whether to read columns again.
  arguments jsonb NOT NULL DEFAULT '{}',
  requested_by text NOT NULL DEFAULT session_user,
  requested_at timestamptz NOT NULL DEFAULT now(),
  finished_at timestamptz,
  outcome text CHECK (outcome IN ('accepted', 'refused', 'failed')),
  message text[] NOT NULL DEFAULT '{}'
);
CREATE INDEX requests_open ON pgsyncd.requests (pipeline, request_id) WHERE finished_at IS NULL;

-- Every drift that was judged: when, where in the stream, with what outcome, and what resolved it.
CREATE TABLE pgsyncd.drift_events (
  event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  pipeline text NOT NULL REFERENCES pgsyncd.pipelines ON DELETE CASCADE,
  source_oid oid NOT NULL,
  schema_name text NOT NULL,
  table_name text NOT NULL,
  occurred_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  lsn pg_lsn,
  -- Seconds from the source's commit to this row; null if no change of the stream was the cause.
  detection_seconds double precision,
  old_fingerprint text,
  new_fingerprint text,
  verdict text NOT NULL CHECK (verdict IN ('compatible', 'warning', 'blocked')),
  reason text,
  message text[] NOT NULL DEFAULT '{}',
  resolved_at timestamptz,
  resolution text
);
CREATE INDEX drift_events_by_table ON pgsyncd.drift_events (pipeline, source_oid, event_id);

-- What the process that leads a pipeline says of itself, a few times a minute. Whether it runs is told by its
-- advisory lock, not by this row.
CREATE TABLE pgsyncd.services (
  pipeline text PRIMARY KEY REFERENCES pgsyncd.pipelines ON DELETE CASCADE,
  host text NOT NULL,
  pid integer NOT NULL,
  version text NOT NULL,
  started_at timestamptz NOT NULL,
  heartbeat_at timestamptz NOT NULL,
  activity text NOT NULL,
  received_lsn pg_lsn,
  source_lsn pg_lsn,
  confirmed_flush_lsn pg_lsn,
  restart_lsn pg_lsn,
  retained_wal_bytes bigint,
  wal_status text,
  last_error text
) WITH (fillfactor = 50);
