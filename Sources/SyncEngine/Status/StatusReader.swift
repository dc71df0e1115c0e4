import LibPQ
import LogicalReplication
import PostgresTypes

/// Reads a pipeline's status from the catalog alone, so it works from any machine, with the service up or down.
///
/// A fixed number of statements, whatever the number of tables; all of them see one snapshot.
public struct StatusReader {
  private let connection: PostgresConnection
  private let catalog: PipelineCatalog

  /// Reads over a connection to the target that the caller owns and that has no transaction open.
  public init(_ connection: PostgresConnection, pipeline: String) {
    self.connection = connection
    catalog = PipelineCatalog(connection, pipeline: pipeline)
  }

  /// The status now.
  ///
  /// - Parameter figures: asks the source about the slot of that name (``SlotFigures/ask(_:slot:withinSeconds:)``);
  ///   where it does not know, the service's last sign of life counts.
  public func read(
    figures: (_ slot: String) -> SlotFigures? = { _ in nil }
  ) throws(CatalogError) -> PipelineStatus {
    let status: PipelineStatus?
    do throws(PostgresError) {
      try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
      status = try readInTransaction(figures)
      try connection.execute("COMMIT")
    } catch {
      // The first error is the one to report; a connection that cannot roll back reports itself at its next use.
      if connection.transactionStatus != .idle { try? connection.execute("ROLLBACK") }
      throw .postgres(error)
    }
    guard let status else { throw .noSuchPipeline(catalog.pipeline) }
    return status
  }

  /// Nil if the target has no catalog, or the catalog has no such pipeline.
  private func readInTransaction(
    _ figures: (_ slot: String) -> SlotFigures?
  ) throws(PostgresError) -> PipelineStatus? {
    guard let record = try catalog.pipelineRecordIfAny() else { return nil }
    let figures = figures(record.slot)
    let heartbeat = try catalog.service()
    // The target is as far as its slowest worker.
    let progress = try catalog.progress().min { $0.appliedLSN < $1.appliedLSN }
    let now = try connection.query("SELECT \(ResultRow.microseconds("clock_timestamp()"))").onlyRow().moment(0)
    var status = PipelineStatus(
      pipeline: record.pipeline, publication: record.publication, phase: record.phase.rawValue,
      service: try service(heartbeat), slot: Self.slot(record.slot, heartbeat, figures, now: now), observedAt: now,
      tables: try tables(workerAppliedLSN: progress?.appliedLSN))
    status.appliedLSN = progress?.appliedLSN
    // What a service that is gone said of the source tells nothing of how far the source is now.
    status.sourceLSN = figures?.sourceLSN ?? (status.service.isRunning ? heartbeat?.sourceLSN : nil)
    var sign: (source: LSN, at: PostgresTimestamp)?
    if let heartbeat, let lsn = heartbeat.sourceLSN { sign = (lsn, heartbeat.heartbeatAt) }
    let lag = PipelineLag(
      applied: progress?.appliedLSN, commitTime: progress?.commitTime, source: status.sourceLSN, heartbeat: sign,
      now: now)
    status.lagBytes = lag.bytes
    status.lagSeconds = lag.seconds
    return status
  }

  private func service(_ heartbeat: ServiceRecord?) throws(PostgresError) -> ServiceStatus {
    var service = ServiceStatus()
    let holders = try LeadershipLock(pipeline: catalog.pipeline).sessions(connection)
    service.isRunning = holders.leaders > 0
    service.standbys = holders.standbys
    service.host = heartbeat?.host
    service.pid = heartbeat.map { Int($0.pid) }
    service.version = heartbeat?.version
    service.startedAt = heartbeat?.startedAt
    service.heartbeatAt = heartbeat?.heartbeatAt
    service.activity = heartbeat?.activity
    service.lastError = heartbeat?.lastError
    return service
  }

  private static func slot(
    _ name: String, _ heartbeat: ServiceRecord?, _ figures: SlotFigures?, now: PostgresTimestamp
  ) -> SlotStatus {
    var slot = SlotStatus(name: name)
    if let figures {
      slot.confirmedFlushLSN = figures.confirmedFlushLSN
      slot.restartLSN = figures.restartLSN
      slot.retainedWALBytes = figures.retainedWALBytes
      slot.walStatus = figures.walStatus
      slot.witness = .source
      slot.observedAt = now
    } else if let heartbeat {
      slot.confirmedFlushLSN = heartbeat.confirmedFlushLSN
      slot.restartLSN = heartbeat.restartLSN
      slot.retainedWALBytes = heartbeat.retainedWALBytes
      slot.walStatus = heartbeat.walStatus
      slot.witness = .heartbeat
      slot.observedAt = heartbeat.heartbeatAt
    }
    return slot
  }

  private func tables(workerAppliedLSN: LSN?) throws(PostgresError) -> [TableStatus] {
    let result = try connection.query(Self.selectTables, [catalog.pipeline])
    var tables: [TableStatus] = []
    tables.reserveCapacity(result.rowCount)
    let losses = try catalog.losses()
    for row in result.rows {
      var table = try Self.table(row, workerAppliedLSN: workerAppliedLSN)
      table.acceptedLosses = losses[table.sourceOID] ?? []
      tables.append(table)
    }
    return tables
  }

  private static func table(_ row: ResultRow, workerAppliedLSN: LSN?) throws(PostgresError) -> TableStatus {
    let worker: TableState = try row.value(3)
    var counters = RowCounters()
    counters.copied = try row.integer(17)
    counters.inserted = try row.integer(18)
    counters.updated = try row.integer(19)
    counters.deleted = try row.integer(20)
    counters.truncates = try row.integer(21)
    counters.insertExists = try row.integer(22)
    counters.rowMissing = try row.integer(23)
    counters.columnMismatch = try row.integer(25)
    counters.castError = try row.integer(26)
    counters.constraintViolation = try row.integer(27)
    var warnings = try row.list(13)
    if counters.insertExists > 0, !warnings.contains(where: { $0.hasPrefix("insert_exists") }) {
      warnings.append(
        "insert_exists: \(counters.insertExists) inserted rows found their key taken and overwrote that row")
    }
    // A reason code, and where there is more to say, what it means for this table behind a colon.
    let repair = row.optionalText(15)?.split(separator: ": ", maxSplits: 1).map(String.init)
    let needsRepair = repair?.first
    if let explanation = repair?.dropFirst().first { warnings.append(explanation) }
    var table = TableStatus(
      name: try row.name(1, 2), sourceOID: try row.oid(0),
      condition: TableCondition(
        worker: worker, stopKind: row.optionalText(4), needsRepair: needsRepair, hasWarnings: !warnings.isEmpty),
      worker: worker)
    table.reason = row.optionalText(5) ?? (table.condition == .needsRepair ? needsRepair : nil)
    table.error = row.optionalText(6)
    table.resolution = row.optionalText(7)
    table.fix = try row.list(8)
    table.message = try row.list(9)
    table.stoppedAt = try row.optionalMoment(10)
    table.stoppedAtLSN = try row.optionalLSN(11)
    table.stoppedAtRow = row.optionalText(28)
    table.appliedLSN = try row.optionalLSN(12) ?? (worker == .streaming ? workerAppliedLSN : nil)
    table.warnings = warnings
    table.needsRepair = needsRepair
    table.parkedChanges = try row.integer(16)
    table.parkedBytes = try row.integer(24)
    table.counters = counters
    return table
  }

  // The schema and the shape of each table stay where they are: they are most of the catalog's bytes.
  private static let selectTables = """
    SELECT t.source_oid, t.schema_name, t.table_name, t.state, t.stop_kind, t.reason, t.error, t.resolution, t.fix,
      t.message, \(ResultRow.microseconds("t.stopped_at")), t.stopped_at_lsn, t.applied_lsn, t.warnings,
      t.accepted_losses, t.needs_repair, coalesce(p.changes, 0), coalesce(c.rows_copied, 0),
      coalesce(c.rows_inserted, 0), coalesce(c.rows_updated, 0), coalesce(c.rows_deleted, 0),
      coalesce(c.truncates, 0), coalesce(c.insert_exists, 0), coalesce(c.row_missing, 0), coalesce(p.bytes, 0),
      coalesce(c.column_mismatch, 0), coalesce(c.cast_error, 0), coalesce(c.constraint_violation, 0), t.stopped_at_row
    FROM pgsyncd.tables t
    LEFT JOIN pgsyncd.table_counters c USING (pipeline, source_oid)
    LEFT JOIN (
      SELECT source_oid, sum(changes)::bigint AS changes, sum(payload_bytes)::bigint AS bytes
      FROM pgsyncd.parked_changes
      WHERE pipeline = $1
      GROUP BY source_oid) p USING (source_oid)
    WHERE t.pipeline = $1
    ORDER BY t.schema_name COLLATE "C", t.table_name COLLATE "C"
    """
}
