import LibPQ
import PostgresTypes
import SchemaDrift

extension PipelineCatalog {
  /// Records a drift that was judged. Returns the event's number.
  @discardableResult
  public func insertDriftEvent(_ event: DriftEventRecord) throws(PostgresError) -> Int64 {
    let result = try connection.query(
      """
      INSERT INTO pgsyncd.drift_events (pipeline, source_oid, schema_name, table_name, lsn, detection_seconds,
        old_fingerprint, new_fingerprint, verdict, reason, message)
      VALUES ($1, $2::oid, $3, $4, $5::pg_lsn, $6::double precision, $7, $8, $9, $10, $11::text[])
      RETURNING event_id
      """,
      [
        pipeline, event.sourceOID.description, event.name.schema, event.name.name, event.lsn?.description,
        event.detectionSeconds.map { String($0) }, event.oldFingerprint?.hex, event.newFingerprint?.hex,
        event.verdict.rawValue, event.reason, TextArray.text(event.message),
      ])
    return try result.onlyRow().integer(0)
  }

  /// Notes what resolved the blocking events of a table that are still open.
  public func resolveDriftEvents(_ sourceOID: OID, _ resolution: DriftResolution) throws(PostgresError) {
    try connection.query(
      """
      UPDATE pgsyncd.drift_events
      SET resolved_at = clock_timestamp(), resolution = $3
      WHERE pipeline = $1 AND source_oid = $2::oid AND verdict = 'blocked' AND resolved_at IS NULL
      """, [pipeline, sourceOID.description, resolution.rawValue])
  }

  /// The events of one table, or of all, oldest first.
  public func driftEvents(of sourceOID: OID? = nil) throws(PostgresError) -> [DriftEventRecord] {
    let result = try connection.query(
      """
      SELECT event_id, source_oid, schema_name, table_name, \(ResultRow.microseconds("occurred_at")), lsn,
        detection_seconds, old_fingerprint, new_fingerprint, verdict, reason, message,
        \(ResultRow.microseconds("resolved_at")), resolution
      FROM pgsyncd.drift_events
      WHERE pipeline = $1 AND ($2::oid IS NULL OR source_oid = $2::oid)
      ORDER BY event_id
      """, [pipeline, sourceOID?.description])
    var events: [DriftEventRecord] = []
    for row in result.rows {
      var event = DriftEventRecord(
        sourceOID: try row.oid(1), name: try row.name(2, 3), lsn: try row.optionalLSN(5),
        detectionSeconds: try row.optionalDouble(6),
        oldFingerprint: row.optionalText(7).map(SchemaFingerprint.init(hex:)),
        newFingerprint: row.optionalText(8).map(SchemaFingerprint.init(hex:)), verdict: try row.value(9),
        reason: row.optionalText(10), message: try row.list(11))
      event.id = try row.integer(0)
      event.occurredAt = try row.optionalMoment(4)
      event.resolvedAt = try row.optionalMoment(12)
      event.resolution = row.optionalText(13)
      events.append(event)
    }
    return events
  }
}
