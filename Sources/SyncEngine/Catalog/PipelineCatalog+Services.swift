import LibPQ
import PostgresTypes

extension PipelineCatalog {
  /// Writes what the leading process says of itself; ``ServiceRecord/heartbeatAt`` is the server's clock, not the
  /// record's.
  public func writeService(_ record: ServiceRecord) throws(PostgresError) {
    try connection.query(
      """
      INSERT INTO pgsyncd.services AS s (pipeline, host, pid, version, started_at, heartbeat_at, activity,
        received_lsn, source_lsn, confirmed_flush_lsn, restart_lsn, retained_wal_bytes, wal_status, last_error)
      VALUES ($1, $2, $3::integer, $4, \(ResultRow.moment("$5::bigint")), clock_timestamp(), $6, $7::pg_lsn,
        $8::pg_lsn, $9::pg_lsn, $10::pg_lsn, $11::bigint, $12, $13)
      ON CONFLICT (pipeline) DO UPDATE
      SET host = excluded.host, pid = excluded.pid, version = excluded.version, started_at = excluded.started_at,
        heartbeat_at = excluded.heartbeat_at, activity = excluded.activity, received_lsn = excluded.received_lsn,
        source_lsn = excluded.source_lsn, confirmed_flush_lsn = excluded.confirmed_flush_lsn,
        restart_lsn = excluded.restart_lsn, retained_wal_bytes = excluded.retained_wal_bytes,
        wal_status = excluded.wal_status, last_error = excluded.last_error
      """,
      [
        pipeline, record.host, String(record.pid), record.version, String(record.startedAt.unixMicroseconds),
        record.activity, record.receivedLSN?.description, record.sourceLSN?.description,
        record.confirmedFlushLSN?.description, record.restartLSN?.description,
        record.retainedWALBytes.map { String($0) }, record.walStatus, record.lastError,
      ])
  }

  /// What the process that led last has said of itself; nil if none ever led. Whether it runs is told by
  /// ``LeadershipLock/holder(_:)``.
  public func service() throws(PostgresError) -> ServiceRecord? {
    let result = try connection.query(
      """
      SELECT host, pid, version, \(ResultRow.microseconds("started_at")), \(ResultRow.microseconds("heartbeat_at")),
        activity, received_lsn, source_lsn, confirmed_flush_lsn, restart_lsn, retained_wal_bytes, wal_status,
        last_error
      FROM pgsyncd.services
      WHERE pipeline = $1
      """, [pipeline])
    if result.rowCount == 0 { return nil }
    let row = try result.onlyRow()
    return ServiceRecord(
      host: try row.text(0), pid: try row.integer(1), version: try row.text(2), startedAt: try row.moment(3),
      heartbeatAt: try row.moment(4), activity: try row.text(5), receivedLSN: try row.optionalLSN(6),
      sourceLSN: try row.optionalLSN(7), confirmedFlushLSN: try row.optionalLSN(8),
      restartLSN: try row.optionalLSN(9), retainedWALBytes: try row.optionalInteger(10),
      walStatus: row.optionalText(11), lastError: row.optionalText(12))
  }
}
