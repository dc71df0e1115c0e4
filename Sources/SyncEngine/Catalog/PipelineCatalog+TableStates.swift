import LibPQ
import LogicalReplication
import PostgresTypes
import SchemaDrift

extension PipelineCatalog {
  /// Stops a table: from here on its changes are parked. A table that is stopped already keeps where it stopped first.
  public func stopTable(_ sourceOID: OID, _ stop: TableStop) throws(PostgresError) {
    try connection.query(
      """
      UPDATE pgsyncd.tables
      SET state = 'stopped', stop_kind = $3, reason = $4, error = $5, resolution = $6, fix = $7::text[],
        message = $8::text[], stopped_at = coalesce(stopped_at, clock_timestamp()),
        stopped_at_lsn =
          CASE WHEN state = 'stopped' THEN coalesce(stopped_at_lsn, $9::pg_lsn)
          ELSE coalesce($9::pg_lsn, stopped_at_lsn) END,
        stopped_at_row = CASE WHEN state = 'stopped' THEN coalesce($11, stopped_at_row) ELSE $11 END,
        applied_lsn = coalesce($10::pg_lsn, applied_lsn)
      WHERE pipeline = $1 AND source_oid = $2::oid
      """,
      [
        pipeline, sourceOID.description, stop.kind.rawValue, stop.reason, stop.error, stop.resolution,
        TextArray.text(stop.fix), TextArray.text(stop.message), stop.lsn?.description, stop.appliedLSN?.description,
        stop.row,
      ])
  }

  /// Moves a table to another state than `stopped`. A table that streams again has nothing left of its stop.
  public func setState(
    _ sourceOID: OID, _ state: TableState, appliedLSN: LSN? = nil
  ) throws(PostgresError) {
    precondition(state != .stopped, "a table is stopped with its reason, by stopTable")
    let forgetsStop = state == .catchingUp ? "" : Self.noStop
    // What is applied of a table that catches up is where it stopped, until more is applied.
    let applied = state == .catchingUp ? "coalesce($4::pg_lsn, applied_lsn)" : "$4::pg_lsn"
    try connection.query(
      """
      UPDATE pgsyncd.tables
      SET state = $3, applied_lsn = \(applied)\(forgetsStop)
      WHERE pipeline = $1 AND source_oid = $2::oid
      """,
      [pipeline, sourceOID.description, state.rawValue, appliedLSN?.description])
  }

  /// Moves all tables that are in one of some states to another state than `stopped`.
  public func setStates(
    from states: [TableState], to state: TableState
  ) throws(PostgresError) {
    precondition(state != .stopped, "a table is stopped with its reason, by stopTable")
    try connection.query(
      """
      UPDATE pgsyncd.tables
      SET state = $3, applied_lsn = NULL\(Self.noStop)
      WHERE pipeline = $1 AND state = ANY ($2::text[])
      """,
      [pipeline, TextArray.text(states.map(\.rawValue)), state.rawValue])
  }

  /// Stores what was judged and accepted for a table: from now on it is the baseline.
  ///
  /// - Parameter wireShape: The RELATION message that was judged; nil leaves the stored one.
  public func accept(
    _ sourceOID: OID, schema: TableSchema, target: TableSchema?, wireShape: [UInt8]?, warnings: [String],
    acceptedLosses: [AcceptedLoss]
  ) throws(PostgresError) {
    var targetText: String?
    if let target { targetText = try StoredSchema.text(target) }
    try connection.query(
      """
      UPDATE pgsyncd.tables
      SET schema_name = $3, table_name = $4, source_schema = $5::jsonb, source_fingerprint = $6,
        target_fingerprint = $7, wire_shape = coalesce(decode($8, 'hex'), wire_shape), warnings = $9::text[],
        accepted_losses = $10::text[], target_schema = $11::jsonb
      WHERE pipeline = $1 AND source_oid = $2::oid
      """,
      [
        pipeline, sourceOID.description, schema.name.schema, schema.name.name, try StoredSchema.text(schema),
        SchemaFingerprint(of: schema).hex, target.map { SchemaFingerprint(of: $0).hex },
        wireShape.map(Hexadecimal.text), TextArray.text(warnings),
        TextArray.text(acceptedLosses.map(\.what)), targetText,
      ])
    try setLosses(sourceOID, acceptedLosses)
  }

  /// Replaces what is allowed for a table.
  public func setOverrides(_ sourceOID: OID, _ overrides: PolicyOverrides) throws(PostgresError) {
    try connection.query(
      "UPDATE pgsyncd.tables SET overrides = $3::jsonb WHERE pipeline = $1 AND source_oid = $2::oid",
      [pipeline, sourceOID.description, StoredSchema.text(overrides)])
  }

  /// Marks a table whose rows may differ between the sides; nil takes the mark away.
  public func setNeedsRepair(_ sourceOID: OID, _ reason: String?) throws(PostgresError) {
    try connection.query(
      "UPDATE pgsyncd.tables SET needs_repair = $3 WHERE pipeline = $1 AND source_oid = $2::oid",
      [pipeline, sourceOID.description, reason])
  }

  /// Replaces what an operator should know of a table that goes on.
  public func setWarnings(_ sourceOID: OID, _ warnings: [String]) throws(PostgresError) {
    try connection.query(
      "UPDATE pgsyncd.tables SET warnings = $3::text[] WHERE pipeline = $1 AND source_oid = $2::oid",
      [pipeline, sourceOID.description, TextArray.text(warnings)])
  }

  private static let noStop = """
    , stop_kind = NULL, reason = NULL, error = NULL, resolution = NULL, fix = '{}', message = '{}', stopped_at = NULL,
        stopped_at_lsn = NULL, stopped_at_row = NULL
    """
}
