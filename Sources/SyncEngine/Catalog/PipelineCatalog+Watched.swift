import FoundationEssentials
import LibPQ
import LogicalReplication
import PostgresTypes

extension PipelineCatalog {
  /// A table as the catalog watch needs it: without its schemas.
  struct WatchedRecord: Sendable {
    /// The table's OID on the source.
    var sourceOID: OID
    /// Its name.
    var name: QualifiedName
    /// Its state.
    var state: TableState
    /// Why it is stopped.
    var stopKind: TableRecord.StopKind?
    /// The OID of the target's table when it was accepted.
    var targetOID: OID?
    /// True if the watch has stored something of it.
    var isWatched: Bool
  }

  /// All tables in few words, in one query.
  func watchedRecords() throws(PostgresError) -> [WatchedRecord] {
    let result = try connection.query(
      """
      SELECT source_oid, schema_name, table_name, state, stop_kind, target_schema->>'oid', watched IS NOT NULL
      FROM pgsyncd.tables WHERE pipeline = $1
      """, [pipeline])
    var records: [WatchedRecord] = []
    for row in result.rows {
      records.append(
        WatchedRecord(
          sourceOID: try row.oid(0), name: try row.name(1, 2), state: try row.value(3),
          stopKind: row.optionalText(4) == nil ? nil : try row.value(4),
          targetOID: row.optionalText(5) == nil ? nil : try row.oid(5), isWatched: try row.flag(6)))
    }
    return records
  }

  /// What the watch has stored of the tables.
  func watchedTables() throws(PostgresError) -> [OID: WatchedTable] {
    let result = try connection.query(
      "SELECT source_oid, watched FROM pgsyncd.tables WHERE pipeline = $1 AND watched IS NOT NULL", [pipeline])
    var tables: [OID: WatchedTable] = [:]
    for row in result.rows { tables[try row.oid(0)] = try row.json(1) }
    return tables
  }

  /// Stores what the watch has seen of tables, in one statement however many there are; not of tables that the apply
  /// thread is at: it might wait for long, and nothing depends on it.
  func setWatched(_ tables: [OID: WatchedTable]) throws(PostgresError) {
    if tables.isEmpty { return }
    let list = tables.map { ($0.key.description, StoredSchema.text($0.value)) }
    try connection.query(
      """
      UPDATE pgsyncd.tables t SET watched = w.watched::jsonb
      FROM unnest($2::oid[], $3::text[]) AS w (source_oid, watched)
      WHERE t.pipeline = $1 AND t.source_oid = w.source_oid AND t.source_oid IN (
        SELECT source_oid FROM pgsyncd.tables WHERE pipeline = $1 AND source_oid = ANY ($2::oid[])
        FOR NO KEY UPDATE SKIP LOCKED)
      """, [pipeline, TextArray.text(list.map(\.0)), TextArray.text(list.map(\.1))])
  }

  /// Adds a warning to those of a table, if nobody is at it at this moment.
  func noteAhead(_ sourceOID: OID, _ note: String, besides warnings: [String]) throws(PostgresError) {
    try connection.query(
      """
      UPDATE pgsyncd.tables SET warnings = $3::text[]
      WHERE pipeline = $1 AND source_oid = (
        SELECT source_oid FROM pgsyncd.tables WHERE pipeline = $1 AND source_oid = $2::oid AND warnings = $4::text[]
        FOR NO KEY UPDATE SKIP LOCKED)
      """,
      [
        pipeline, sourceOID.description, TextArray.text(CatalogAhead.without(warnings) + [note]),
        TextArray.text(warnings),
      ])
  }

  /// Marks a table whose rows may differ, unless it is marked already; then the new reason is a warning, if it says
  /// something new.
  func addNeedsRepair(_ sourceOID: OID, _ reason: String) throws(PostgresError) {
    try connection.query(
      """
      UPDATE pgsyncd.tables
      SET needs_repair = coalesce(needs_repair, $3),
        warnings = CASE WHEN needs_repair IS NULL OR needs_repair = $3 OR $3 = ANY (warnings) THEN warnings
          ELSE warnings || $3::text END
      WHERE pipeline = $1 AND source_oid = $2::oid
      """, [pipeline, sourceOID.description, reason])
  }
}
