import LibPQ
import LogicalReplication
import PostgresTypes

/// Counts rows in memory and writes the figures to `pgsyncd.table_counters` about once a second, in the transaction of
/// the data that they count. What was counted since then is lost with the process; the data never is.
struct CounterStore {
  private static let interval = Duration.seconds(1)

  /// What the open unit does. Becomes part of the figures when the unit commits.
  var unit: [OID: RowCounters] = [:]
  private let pipeline: String

  /// Something that was said of a table.
  private struct Telling: Hashable {
    var table: OID
    var what: String
  }

  private var waiting: [OID: RowCounters] = [:]
  private var lastWrite = ContinuousClock.now
  private var writtenAt: ContinuousClock.Instant?
  private var tablesToRepair: Set<OID> = []
  private var told: Set<Telling> = []
  private var untold: [(table: OID, what: String)] = []

  init(pipeline: String) { self.pipeline = pipeline }

  /// True if there is something to write.
  var hasUnwritten: Bool { !waiting.isEmpty }

  /// True if what there is is to be written at the next occasion: nobody will come back to it.
  var isEnding = false

  /// True if there is something to write, and it is time.
  var isDue: Bool {
    !waiting.isEmpty && (isEnding || !tablesToRepair.isEmpty || ContinuousClock.now - lastWrite >= Self.interval)
  }

  /// Writes the figures if it is time; they count as written when the unit commits.
  mutating func write(to session: TargetSession) throws(SyncError) {
    let now = ContinuousClock.now
    // What is left out is counted in the very transaction that leaves it out.
    let leavesOut = unit.values.contains { $0.columnMismatch > 0 }
    guard isEnding || leavesOut || !tablesToRepair.isEmpty || now - lastWrite >= Self.interval else { return }
    var all = waiting
    for (table, figures) in unit { all[table, default: RowCounters()].add(figures) }
    guard !all.isEmpty else { return }
    writtenAt = now
    let tables = Array(all)
    session.parameters.removeAll()
    session.parameters.append(text: pipeline)
    session.parameters.append(text: TextArray.text(tables.map(\.key.description)))
    for figure in Self.figures {
      session.parameters.append(text: TextArray.text(tables.map { String($0.value[keyPath: figure]) }))
    }
    try session.send(StatementKey(plan: 0, kind: .counters), table: nil, expecting: .success) {
      """
      UPDATE pgsyncd.table_counters AS c
      SET rows_inserted = rows_inserted + n.inserted, rows_updated = rows_updated + n.updated,
        rows_deleted = rows_deleted + n.deleted, truncates = c.truncates + n.truncates,
        insert_exists = c.insert_exists + n.insert_exists, row_missing = c.row_missing + n.row_missing,
        column_mismatch = c.column_mismatch + n.column_mismatch, cast_error = c.cast_error + n.cast_error,
        constraint_violation = c.constraint_violation + n.constraint_violation
      FROM unnest($2::oid[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[],
          $9::bigint[], $10::bigint[], $11::bigint[])
        AS n (source_oid, inserted, updated, deleted, truncates, insert_exists, row_missing, column_mismatch,
          cast_error, constraint_violation)
      WHERE c.pipeline = $1 AND c.source_oid = n.source_oid
      """
    }
    if leavesOut { try writeLosses(to: session) }
    guard !tablesToRepair.isEmpty else { return }
    session.parameters.removeAll()
    session.parameters.append(text: pipeline)
    session.parameters.append(text: TextArray.text(tablesToRepair.map(\.description)))
    try session.send(
      """
      UPDATE pgsyncd.tables SET needs_repair = coalesce(needs_repair, 'row_missing')
      WHERE pipeline = $1 AND source_oid = ANY ($2::oid[])
      """, usesParameters: true)
  }

  /// Adds what the unit leaves out to the losses that are in force.
  private func writeLosses(to session: TargetSession) throws(SyncError) {
    let tables = unit.filter { $0.value.columnMismatch > 0 }
    session.parameters.removeAll()
    session.parameters.append(text: pipeline)
    session.parameters.append(text: TextArray.text(tables.map(\.key.description)))
    session.parameters.append(text: TextArray.text(tables.map { String($0.value.columnMismatch) }))
    try session.send(
      """
      UPDATE pgsyncd.accepted_losses AS l SET rows_without_value = rows_without_value + n.rows
      FROM unnest($2::oid[], $3::bigint[]) AS n (source_oid, rows)
      WHERE l.pipeline = $1 AND l.source_oid = n.source_oid AND l.kind = 'skipped_column' AND l.ended_at IS NULL
      """, usesParameters: true)
  }

  /// The unit was committed.
  ///
  /// - Parameter missing: rows that its updates and deletes did not find.
  mutating func committed(missing: [OID: Int]) {
    if let writtenAt {
      waiting = [:]
      lastWrite = writtenAt
      tablesToRepair = []
    } else {
      for (table, figures) in unit { waiting[table, default: RowCounters()].add(figures) }
    }
    for (table, figures) in unit where figures.insertExists > 0 {
      tell(table, "an INSERT found its key taken and overwrote the row (insert_exists)")
    }
    for (table, count) in missing {
      waiting[table, default: RowCounters()].rowMissing += Int64(count)
      tablesToRepair.insert(table)
      tell(table, "an UPDATE or DELETE found no row; the table is marked needs_repair (row_missing)")
    }
    unit = [:]
    writtenAt = nil
  }

  /// The unit was taken back.
  mutating func abandoned() {
    unit = [:]
    writtenAt = nil
  }

  /// What the operator should hear: each thing once a table and session.
  mutating func takeEvents(_ router: ChangeRouter) -> [PipelineEvent] {
    guard !untold.isEmpty else { return [] }
    defer { untold = [] }
    return untold.map { item in
      let name = router[oid: item.table]?.name.description ?? "relation \(item.table)"
      return .warning("\(name): \(item.what)")
    }
  }

  private mutating func tell(_ table: OID, _ what: String) {
    if told.insert(Telling(table: table, what: what)).inserted { untold.append((table, what)) }
  }

  private static let figures: [any KeyPath<RowCounters, Int64> & Sendable] = [
    \.inserted, \.updated, \.deleted, \.truncates, \.insertExists, \.rowMissing,
    \.columnMismatch, \.castError, \.constraintViolation,
  ]
}

extension RowCounters {
  /// Adds other figures to these.
  mutating func add(_ other: RowCounters) {
    inserted += other.inserted
    updated += other.updated
    deleted += other.deleted
    truncates += other.truncates
    insertExists += other.insertExists
    rowMissing += other.rowMissing
    columnMismatch += other.columnMismatch
    castError += other.castError
    constraintViolation += other.constraintViolation
  }
}
