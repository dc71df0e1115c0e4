import LibPQ
import LogicalReplication
import PostgresTypes

extension PipelineCatalog {
  /// How far each worker is, in order; empty before the first copy is complete.
  public func progress() throws(PostgresError) -> [ProgressRecord] {
    let result = try connection.query(
      """
      SELECT worker, applied_lsn, \(ResultRow.microseconds("commit_time"))
      FROM pgsyncd.progress
      WHERE pipeline = $1
      ORDER BY worker
      """, [pipeline])
    var records: [ProgressRecord] = []
    for row in result.rows {
      guard let lsn = try row.optionalLSN(1) else { throw .unexpectedResult("progress without a position") }
      records.append(
        ProgressRecord(worker: try row.integer(0), appliedLSN: lsn, commitTime: try row.optionalMoment(2)))
    }
    return records
  }

  /// Where a pipeline begins: the one row of progress of worker 0. Later positions are written with the data.
  public func beginProgress(at lsn: LSN) throws(PostgresError) {
    try connection.query(
      "INSERT INTO pgsyncd.progress (pipeline, worker, applied_lsn) VALUES ($1, 0, $2::pg_lsn)",
      [pipeline, lsn.description])
  }

  /// The counters of every table.
  public func counters() throws(PostgresError) -> [OID: RowCounters] {
    let result = try connection.query(
      """
      SELECT source_oid, rows_copied, rows_inserted, rows_updated, rows_deleted, truncates, insert_exists, row_missing,
        column_mismatch, cast_error, constraint_violation
      FROM pgsyncd.table_counters
      WHERE pipeline = $1
      """, [pipeline])
    var counters: [OID: RowCounters] = [:]
    counters.reserveCapacity(result.rowCount)
    for row in result.rows {
      var table = RowCounters()
      table.copied = try row.integer(1)
      table.inserted = try row.integer(2)
      table.updated = try row.integer(3)
      table.deleted = try row.integer(4)
      table.truncates = try row.integer(5)
      table.insertExists = try row.integer(6)
      table.rowMissing = try row.integer(7)
      table.columnMismatch = try row.integer(8)
      table.castError = try row.integer(9)
      table.constraintViolation = try row.integer(10)
      counters[try row.oid(0)] = table
    }
    return counters
  }

  /// Adds rows of a copy of which an override left a value out.
  func addLeftOut(_ rows: Int64, _ sourceOID: OID) throws(PostgresError) {
    guard rows > 0 else { return }
    try connection.query(
      """
      UPDATE pgsyncd.table_counters SET column_mismatch = column_mismatch + $3::bigint
      WHERE pipeline = $1 AND source_oid = $2::oid
      """, [pipeline, sourceOID.description, String(rows)])
  }

  /// Sets how many rows of each table were copied.
  public func setRowsCopied(_ rows: [OID: Int]) throws(PostgresError) {
    let tables = Array(rows)
    try connection.query(
      """
      UPDATE pgsyncd.table_counters AS c
      SET rows_copied = t.rows
      FROM unnest($2::oid[], $3::bigint[]) AS t (source_oid, rows)
      WHERE c.pipeline = $1 AND c.source_oid = t.source_oid
      """,
      [
        pipeline, TextArray.text(tables.map(\.key.description)), TextArray.text(tables.map { String($0.value) }),
      ])
  }

  /// How much is parked of each table that has anything parked.
  public func parkedStatistics() throws(PostgresError) -> [OID: ParkedStatistics] {
    let result = try connection.query(
      """
      SELECT source_oid, count(*), sum(changes), sum(payload_bytes), min(first_commit_lsn), max(last_commit_lsn)
      FROM pgsyncd.parked_changes
      WHERE pipeline = $1
      GROUP BY source_oid
      """, [pipeline])
    var statistics: [OID: ParkedStatistics] = [:]
    for row in result.rows {
      statistics[try row.oid(0)] = ParkedStatistics(
        chunks: try row.integer(1), changes: try row.integer(2), bytes: try row.integer(3),
        firstCommitLSN: try row.optionalLSN(4), lastCommitLSN: try row.optionalLSN(5))
    }
    return statistics
  }
}
