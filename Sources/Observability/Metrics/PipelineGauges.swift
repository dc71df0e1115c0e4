import LogicalReplication
import PostgresTypes
import SchemaDrift

/// The state of a pipeline as gauges. Without a status there are no samples, but the names stand there all the same.
struct PipelineGauges {
  private let status: PipelineStatus?
  /// Blocked tables first: should two rows of the catalog bear one name, the one that needs attention is shown.
  private let tables: [TableStatus]
  private let now: PipelineLag

  init(_ status: PipelineStatus?, lag: PipelineLag) {
    self.status = status
    now = lag
    let all = status?.tables ?? []
    tables = all.filter(\.condition.isStopped) + all.filter { !$0.condition.isStopped }
  }

  var families: [MetricFamily] { [schemaStatus, blocked, states] + parked + lag + [slot] }

  private var schemaStatus: MetricFamily {
    var family = MetricFamily(
      "pgsyncd_schema_status", .gauge, "1 if the two sides of the table match, 0 if their difference blocks it.")
    for table in tables {
      let labels = [MetricLabel("table", table.name.name), MetricLabel("schema", table.name.schema)]
      family.add(labels, flag: BlockedReason(table) == nil)
    }
    return family
  }

  private var blocked: MetricFamily {
    // Its suffix is that of a counter and what it tells is how many tables there are now, so it is neither.
    var family = MetricFamily(
      "pgsyncd_tables_blocked_schema_total", .untyped, "Tables that their schema blocks at this moment.")
    guard status != nil else { return family }
    var counts: [BlockedReason: Int64] = [:]
    for table in tables { if let reason = BlockedReason(table) { counts[reason, default: 0] += 1 } }
    for reason in BlockedReason.allCases {
      family.add([MetricLabel("reason", reason.rawValue)], counts[reason] ?? 0)
    }
    return family
  }

  private var states: MetricFamily {
    var family = MetricFamily(
      "pgsyncd_table_state", .gauge, "1 for the state that the table is in, 0 for the others.")
    for table in tables {
      for state in TableState.allCases {
        let labels = [MetricLabel("table", table.name.sql), MetricLabel("state", state.rawValue)]
        family.add(labels, flag: table.worker == state)
      }
    }
    return family
  }

  private var parked: [MetricFamily] {
    var changes = MetricFamily("pgsyncd_parked_changes", .gauge, "Changes that wait for the table to resume.")
    var bytes = MetricFamily("pgsyncd_parked_bytes", .gauge, "The bytes that those changes take.")
    for table in tables {
      changes.add([MetricLabel("table", table.name.sql)], table.parkedChanges)
      bytes.add([MetricLabel("table", table.name.sql)], table.parkedBytes)
    }
    return [changes, bytes]
  }

  private var lag: [MetricFamily] {
    var bytes = MetricFamily(
      "pgsyncd_replication_lag_bytes", .gauge, "WAL between what is applied or parked and the source's position.")
    if let lag = now.bytes { bytes.add([], lag) }
    var seconds = MetricFamily(
      "pgsyncd_replication_lag_seconds", .gauge, "Time since the target last had everything that the source had.")
    if let lag = now.seconds { seconds.add([], lag) }
    return [bytes, seconds]
  }

  private var slot: MetricFamily {
    var family = MetricFamily(
      "pgsyncd_slot_retained_wal_bytes", .gauge, "WAL that the source keeps for the replication slot.")
    if let retained = status?.slot.retainedWALBytes { family.add([], retained) }
    return family
  }
}
