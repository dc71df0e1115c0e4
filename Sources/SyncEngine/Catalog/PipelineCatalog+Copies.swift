import LibPQ
import PostgresTypes
import SchemaDrift

// What a copy of a single table, made while the others stream, writes to the catalog.
extension PipelineCatalog {
  /// A table that came into the publication after the setup: none of its rows were copied.
  func insertNewTable(_ source: TableSchema, _ fingerprint: SchemaFingerprint) throws(PostgresError) {
    try insert([TableRecord(source: source, sourceFingerprint: fingerprint, targetFingerprint: nil, state: .pending)])
    try connection.query(
      """
      UPDATE pgsyncd.tables SET copy_needed = $3, needs_repair = $4
      WHERE pipeline = $1 AND source_oid = $2::oid
      """, [pipeline, source.oid.description, CopyNeed.first.rawValue, ExistingRows.notCopied])
  }

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
        stopped_at = NULL, stopped_at_lsn = NULL, stopped_at_row = NULL
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
      SET state = 'catching_up', applied_lsn = $3::pg_lsn, needs_repair = NULL, copy_needed = NULL, wire_shape = NULL,
        stale_columns = '{}', backfill_columns = '{}'
      WHERE pipeline = $1 AND source_oid = $2::oid AND state = 'copying'
        AND applied_lsn IS NOT DISTINCT FROM $4::pg_lsn
      RETURNING 1
      """, [pipeline, begun.sourceOID.description, position.description, begun.appliedLSN?.description])
    guard moved.rowCount == 1 else { return false }
    try accept(
      begun.sourceOID, schema: copied.source, target: copied.target, wireShape: nil, warnings: verdict.warnings,
      acceptedLosses: verdict.acceptedLosses)
    let kept = begun.overrides.keepingRemovedColumns(of: verdict)
    if kept != begun.overrides { try setOverrides(begun.sourceOID, kept) }
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
    try resolveDriftEvents(begun.sourceOID, .resync)
    return true
  }

  /// Columns are to be read again when the table has caught up; one that streams catches up from here on.
  ///
  /// - Parameter appliedLSN: where a table that streams is; nil for one that is stopped.
  func beginBackfill(_ sourceOID: OID, _ columns: [String], appliedLSN: LSN?) throws(PostgresError) {
    try connection.query(
      """
      UPDATE pgsyncd.tables
      SET state = 'catching_up', applied_lsn = coalesce($4::pg_lsn, applied_lsn),
        backfill_columns = (SELECT array_agg(DISTINCT c) FROM unnest(backfill_columns || $3::text[]) AS u (c))
      WHERE pipeline = $1 AND source_oid = $2::oid
      """, [pipeline, sourceOID.description, TextArray.text(columns), appliedLSN?.description])
  }

  /// The columns have been read again: as of the snapshot's place they are equal. Part of the transaction that writes them.
  ///
  /// - Returns: false if the table does not wait for that any more; then nothing is written.
  func endBackfill(_ begun: TableRecord, at position: LSN) throws(PostgresError) -> Bool {
    let ended = try connection.query(
      """
      UPDATE pgsyncd.tables
      SET applied_lsn = greatest(applied_lsn, $3::pg_lsn), backfill_columns = '{}', stale_columns = '{}',
        needs_repair = CASE WHEN starts_with(needs_repair, 'source_rewritten') THEN NULL ELSE needs_repair END
      WHERE pipeline = $1 AND source_oid = $2::oid AND state = 'catching_up' AND backfill_columns <> '{}'
      RETURNING 1
      """, [pipeline, begun.sourceOID.description, position.description])
    return ended.rowCount == 1
  }

  /// Rows that exist already may hold other values in these columns than on the source.
  func noteStale(_ sourceOID: OID, _ verdict: CompatibilityVerdict) throws(PostgresError) {
    guard let reason = verdict.staleRows else { return }
    try setNeedsRepair(sourceOID, reason)
    try connection.query(
      """
      UPDATE pgsyncd.tables
      SET stale_columns =
        (SELECT coalesce(array_agg(DISTINCT c), '{}') FROM unnest(stale_columns || $3::text[]) AS u (c))
      WHERE pipeline = $1 AND source_oid = $2::oid
      """, [pipeline, sourceOID.description, TextArray.text(verdict.staleColumns.map(\.column))])
  }

  /// Drops what is parked for a stopped table, which can only go on with a copy from here on.
  func dropParkedChanges(_ sourceOID: OID) throws(PostgresError) {
    try connection.query(
      "DELETE FROM pgsyncd.parked_changes WHERE pipeline = $1 AND source_oid = $2::oid",
      [pipeline, sourceOID.description])
    try connection.query(
      """
      UPDATE pgsyncd.tables
      SET copy_needed = coalesce(copy_needed, 'again'),
        needs_repair = 'parking_limit: what was parked for the table was dropped at parking.max_bytes; it is copied anew '
          || 'when it resumes'
      WHERE pipeline = $1 AND source_oid = $2::oid
      """, [pipeline, sourceOID.description])
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
