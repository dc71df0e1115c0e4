import LibPQ
import PostgresTypes
import SchemaDrift

// What a copy of a single table, made while the others stream, writes to the catalog.
extension PipelineCatalog {
  /// A copy begins: from here on the table's changes are parked, and nothing is left of a stop.
  ///
  /// - Parameters:
  ///   - appliedLSN: where a table that streams is; one that is stopped stays where it stopped.
  ///   - need: why the rows that are there cannot be gone on with should the copy fail; nil leaves a need that is stored,
  ///     but for the target's table being empty: whoever asks for a copy knows that it replaces rows.
  func beginCopy(_ sourceOID: OID, appliedLSN: LSN?, need: CopyNeed?) throws(PostgresError) {
    try connection.query(
      """
      UPDATE pgsyncd.tables
      SET state = 'copying', applied_lsn = coalesce($3::pg_lsn, applied_lsn),
        copy_needed = CASE WHEN $4::text IS NOT NULL THEN $4::text WHEN copy_needed IS NOT NULL THEN 'again' END,
        stop_kind = NULL, reason = NULL, error = NULL, resolution = NULL, fix = '{}', message = '{}',
        stopped_at = NULL, stopped_at_lsn = NULL
      WHERE pipeline = $1 AND source_oid = $2::oid
      """, [pipeline, sourceOID.description, appliedLSN?.description, need?.rawValue])
  }

  /// A copy is complete: the table is as its snapshot, and catches up from there. Part of the transaction that holds the
  /// rows.
  ///
  /// - Parameters:
  ///   - begun: the table as it was when the copy began. Whoever has changed its place since has made the copy useless.
  ///   - position: the snapshot's place in the stream; parked changes before it are in the copy and are dropped.
  ///   - copied: the source's table in the snapshot, which is the new baseline.
  /// - Returns: false if the table is not where it was; then nothing is written.
  func endCopy(
    _ begun: TableRecord, at position: LSN, copied: CopyTable, verdict: CompatibilityVerdict, rows: Int
  ) throws(PostgresError) -> Bool {
    let moved = try connection.query(
      """
      UPDATE pgsyncd.tables
      SET state = 'catching_up', applied_lsn = $3::pg_lsn, needs_repair = NULL, copy_needed = NULL, wire_shape = NULL
      WHERE pipeline = $1 AND source_oid = $2::oid AND state = 'copying'
        AND applied_lsn IS NOT DISTINCT FROM $4::pg_lsn
      RETURNING 1
      """, [pipeline, begun.sourceOID.description, position.description, begun.appliedLSN?.description])
    guard moved.rowCount == 1 else { return false }
    try accept(
      begun.sourceOID, schema: copied.source, target: copied.target, wireShape: nil, warnings: verdict.warnings,
      acceptedLosses: verdict.acceptedLosses)
    try connection.query(
      """
      DELETE FROM pgsyncd.parked_changes
      WHERE pipeline = $1 AND source_oid = $2::oid AND last_commit_lsn < $3::pg_lsn
      """, [pipeline, begun.sourceOID.description, position.description])
    try connection.query(
      """
      UPDATE pgsyncd.table_counters SET rows_copied = rows_copied + $3::bigint
      WHERE pipeline = $1 AND source_oid = $2::oid
      """, [pipeline, begun.sourceOID.description, String(rows)])
    try resolveDriftEvents(begun.sourceOID, resolution: "resync")
    return true
  }

  /// The commit position of the first parked change; nil if nothing is parked.
  func firstParkedLSN(_ sourceOID: OID) throws(PostgresError) -> LSN? {
    let result = try connection.query(
      """
      SELECT first_commit_lsn FROM pgsyncd.parked_changes
      WHERE pipeline = $1 AND source_oid = $2::oid ORDER BY chunk LIMIT 1
      """, [pipeline, sourceOID.description])
    return result.rowCount == 0 ? nil : result[0, 0].flatMap { LSN($0) }
  }
}
