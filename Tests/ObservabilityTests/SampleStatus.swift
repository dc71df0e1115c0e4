import LogicalReplication
import PostgresTypes

/// A pipeline with one table of each kind of fate.
enum SampleStatus {
  static let now = PostgresTimestamp(iso8601: "2026-02-04T20:18:00Z")!

  static var users: TableStatus {
    var table = TableStatus(
      name: QualifiedName(schema: "public", name: "users"), sourceOID: OID(rawValue: 16_385),
      condition: .schemaMismatch, worker: .stopped)
    table.reason = "source_added_column"
    table.error = "Source has new column 'phone_number' not in target"
    table.stoppedAt = PostgresTimestamp(iso8601: "2026-02-04T20:15:00Z")
    table.stoppedAtLSN = LSN("0/16B3748")
    table.resolution = "Add column to target or use --skip-columns"
    table.fix = ["ALTER TABLE public.users ADD COLUMN phone_number varchar(20);"]
    table.message = [
      "[ERROR] Schema mismatch detected on public.users",
      "Source has new column: 'phone_number' (type: varchar)",
      "Target does not have this column", "Sync STOPPED to prevent data loss.",
    ]
    table.parkedChanges = 5000
    table.parkedBytes = 812_345
    table.appliedLSN = LSN("0/16B3700")
    table.counters.inserted = 120_000
    table.counters.updated = 30
    table.counters.deleted = 4
    return table
  }

  static var orders: TableStatus {
    var table = TableStatus(
      name: QualifiedName(schema: "shop", name: "Orders"), sourceOID: OID(rawValue: 16_390), condition: .ok,
      worker: .streaming)
    table.appliedLSN = LSN("0/16B9000")
    table.counters.copied = 1000
    return table
  }

  static var items: TableStatus {
    var table = TableStatus(
      name: QualifiedName(schema: "shop", name: "items"), sourceOID: OID(rawValue: 16_391), condition: .needsRepair,
      worker: .streaming)
    table.needsRepair = "row_missing"
    table.reason = "row_missing"
    table.warnings = ["insert_exists: 2 rows were overwritten"]
    table.counters.rowMissing = 1
    table.counters.insertExists = 2
    return table
  }

  static var pipeline: PipelineStatus {
    var service = ServiceStatus()
    service.isRunning = true
    service.standbys = 1
    service.host = "db7"
    service.pid = 4711
    service.version = "0.1.0"
    service.startedAt = PostgresTimestamp(iso8601: "2026-02-04T18:00:00Z")
    service.heartbeatAt = PostgresTimestamp(iso8601: "2026-02-04T20:17:58Z")
    service.activity = "streaming"
    var slot = SlotStatus(name: "pgsyncd")
    slot.confirmedFlushLSN = LSN("0/16B9000")
    slot.restartLSN = LSN("0/16B0000")
    slot.retainedWALBytes = 36_864
    slot.walStatus = "reserved"
    slot.witness = .source
    slot.observedAt = now
    var status = PipelineStatus(
      pipeline: "pgsyncd", publication: "pgsyncd", phase: "streaming", service: service, slot: slot, observedAt: now,
      tables: [users, orders, items])
    status.appliedLSN = LSN("0/16B9000")
    status.sourceLSN = LSN("0/16B9800")
    status.lagBytes = 2048
    status.lagSeconds = 0.5
    return status
  }
}
