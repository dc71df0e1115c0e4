import LibPQ
import PostgresTypes

extension PipelineCatalog {
  /// Keeps other processes from setting up the same pipeline until the transaction ends.
  func lockSetup() throws(PostgresError) {
    try connection.query(
      "SELECT pg_advisory_xact_lock(\(LeadershipLock.classKey), hashtext($1))", ["pgsyncd setup " + pipeline])
  }

  /// Stores a pipeline and its tables in place of what was stored of it. The pipeline must not have begun to stream.
  func store(_ record: PipelineRecord, _ tables: [TableRecord]) throws(PostgresError) {
    try connection.query(
      """
      INSERT INTO pgsyncd.pipelines (pipeline, publication, slot, include_tables, exclude_tables, source_system_id,
        source_timeline, source_database, phase, adds_tables)
      VALUES ($1, $2, $3, $4::text[], $5::text[], $6, $7::integer, $8, $9, $10::boolean)
      ON CONFLICT (pipeline) DO UPDATE
      SET publication = excluded.publication, slot = excluded.slot, include_tables = excluded.include_tables,
        exclude_tables = excluded.exclude_tables, source_system_id = excluded.source_system_id,
        source_timeline = excluded.source_timeline, source_database = excluded.source_database, phase = excluded.phase,
        adds_tables = excluded.adds_tables
      """,
      [
        pipeline, record.publication, record.slot, TextArray.text(record.includeTables),
        TextArray.text(record.excludeTables), record.sourceSystemID, String(record.sourceTimeline),
        record.sourceDatabase, record.phase.rawValue, String(record.addsTables),
      ])
    try connection.query("DELETE FROM pgsyncd.tables WHERE pipeline = $1", [pipeline])
    try insert(tables)
  }

  /// Drops the catalog if no pipeline is left. The schema itself stays if somebody has put something else into it.
  ///
  /// Part of an open transaction.
  func dropIfUnused() throws(PostgresError) {
    try connection.execute("LOCK TABLE pgsyncd.pipelines IN ACCESS EXCLUSIVE MODE")
    guard try pipelineCount() == 0 else { return }
    try connection.execute(
      """
      DROP TABLE pgsyncd.services, pgsyncd.drift_events, pgsyncd.requests, pgsyncd.dead_letters, pgsyncd.parked_changes,
        pgsyncd.table_counters, pgsyncd.accepted_losses, pgsyncd.tables, pgsyncd.progress, pgsyncd.pipelines,
        pgsyncd.catalog_version
      """)
    let left = try connection.query(
      """
      SELECT EXISTS (
        SELECT FROM pg_depend d
        WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = 'pgsyncd'::regnamespace AND d.deptype = 'n')
      """)
    if try left.onlyRow().flag(0) { return }
    try connection.execute("DROP SCHEMA pgsyncd")
  }
}
