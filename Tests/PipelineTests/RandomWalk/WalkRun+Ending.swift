import Foundation
import LibPQ
import PostgresClusters
import PostgresTypes

// How a walk is brought to its end, and what has to hold then.
extension WalkRun {
  /// Rounds in which an operator resolves what is stopped. Each stop may hide the next one, a few of them a table.
  private static let roundsMax = 40

  func end(tampering: String?) throws {
    note("the end begins")
    try source(walk.lastChanges)
    try startService()
    try waitUntilStreaming()
    try resolveEverything()
    try waitForCatchUp()
    try check()
    if let tampering { try lane.target.execute(tampering, database: database) }
    try compareEverything(acceptsRepair: true)
    if try repair() {
      try waitForCatchUp()
      try compareEverything(acceptsRepair: false)
    }
    if let ended = try stopService(), ended.exitCode != 0 { throw WalkFailure("after SIGTERM: \(ended)") }
    // The next start judges everything again, and has nothing to object to.
    try command("sync", "--once", codes: [0])
    try command("schema", "validate", codes: [0])
  }

  private func resolveEverything() throws {
    var before: [Int: [WalkStatus]] = [:]
    for _ in 0..<Self.roundsMax {
      try waitForCatchUp()
      let tables = try status()
      let open = tables.filter { $0.worker != "streaming" }
      if open.isEmpty { return }
      for table in open where table.isStopped {
        // The same stop twice over: what was printed did not help.
        if (before[table.sourceOID] ?? []).filter({ $0 == table }).count > 1 {
          throw WalkFailure("\(table.name) does not come out of its stop: \(table)")
        }
        let isAgain = before[table.sourceOID]?.contains(table) == true
        before[table.sourceOID, default: []].append(table)
        try fix(table)
        if isAgain, table.message.contains(where: { $0.contains("resync") }) {
          try resync(table)
        } else {
          try resume(table)
        }
      }
      for table in open { try waitUntilSettled(table.sourceOID) }
    }
    throw WalkFailure("tables are still stopped after \(Self.roundsMax) rounds: \(try status())")
  }

  /// Has everything copied anew that the status says needs it.
  private func repair() throws -> Bool {
    let tables = try status().filter { $0.needsRepair != nil }
    for table in tables {
      try resync(table)
      try waitUntilSettled(table.sourceOID)
    }
    return !tables.isEmpty
  }

  /// - Parameter acceptsRepair: true if rows may differ where the walk did what the stream does not carry, and the
  ///   status says so.
  private func compareEverything(acceptsRepair: Bool) throws {
    let comparison = WalkComparison(
      source: try lane.source.connect(database: database), target: try lane.target.connect(database: database))
    defer {
      comparison.source.close()
      comparison.target.close()
    }
    let status = try status()
    var found: [String] = []
    for table in walk.tables + WalkTable.ledgers {
      let differences = try comparison.differences(table)
      let repair = status.first { $0.sourceOID == sourceOID(of: table) }?.needsRepair
      if let repair, !table.mayNeedRepair || !acceptsRepair {
        found.append("\(table.name) is said to need repair: \(repair)")
      }
      if !differences.isEmpty, repair == nil || !table.mayNeedRepair || !acceptsRepair { found += differences }
    }
    found += try counted(exceptRowMissingOf: walk.tables.filter { $0.mayNeedRepair && $0.isMatchedByRow })
    guard found.isEmpty else { throw WalkFailure("the two sides differ:\n" + found.joined(separator: "\n")) }
  }

  /// What no row may ever have been: there already, or missing. Only where a row is found by all its values, a column that
  /// the stream does not carry hides it.
  private func counted(exceptRowMissingOf tables: [WalkTable]) throws -> [String] {
    let excepted = tables.compactMap(sourceOID(of:)).map(String.init)
    return try lane.target.query(
      """
      SELECT schema_name || '.' || table_name || ': insert_exists ' || insert_exists || ', row_missing ' || row_missing
      FROM pgsyncd.table_counters JOIN pgsyncd.tables USING (pipeline, source_oid)
      WHERE insert_exists > 0 OR row_missing > 0 AND source_oid <> ALL ('{\(excepted.joined(separator: ","))}'::oid[])
      """, database: database
    ).compactMap { $0[0] }
  }

  private func sourceOID(of table: WalkTable) -> Int? {
    sourceOIDs.indices.contains(table.index) ? sourceOIDs[table.index] : nil
  }

  // MARK: What holds at any time

  /// The slot is never ahead of what is stored, and the tables that stream are what the source was at one moment.
  func check() throws {
    let confirmed =
      try lane.source.query(
        "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '\(database)'")[0][0] ?? "0/0"
    let isAhead = try lane.target.query(
      "SELECT bool_or('\(confirmed)'::pg_lsn > applied_lsn) FROM pgsyncd.progress", database: database)[0][0]
    guard isAhead == "f" else { throw WalkFailure("the slot has confirmed \(confirmed), which is not stored") }
    let sum = try lane.target.query(
      "SELECT sum(amount) FROM (SELECT amount FROM ledger_left UNION ALL SELECT amount FROM ledger_right) a",
      database: database)[0][0]
    guard sum == "\(WalkAuthor.ledgerRows * 200)" else {
      throw WalkFailure("the target is between two transactions of the source: the ledgers sum up to \(sum ?? "NULL")")
    }
  }

  // MARK: Waiting

  func waitUntilStreaming() throws {
    try wait("the catalog is there", "SELECT to_regclass('pgsyncd.services') IS NOT NULL")
    try wait(
      "the service streams",
      """
      SELECT count(*) = 1 FROM pgsyncd.services
      WHERE activity = 'streaming' AND pid = \(service?.processIdentifier ?? 0)
      """)
  }

  func waitForCatchUp() throws {
    let lsn = try lane.source.query("SELECT pg_current_wal_flush_lsn()")[0][0] ?? "0/0"
    try wait("the target has everything up to \(lsn)", "SELECT bool_and(applied_lsn >= '\(lsn)') FROM pgsyncd.progress")
  }

  private func waitUntilSettled(_ table: Int) throws {
    try wait(
      "table \(table) streams or is stopped, and nothing is asked of it",
      """
      SELECT state IN ('streaming', 'stopped')
        AND NOT EXISTS (SELECT FROM pgsyncd.requests r WHERE r.source_oid = t.source_oid AND finished_at IS NULL)
      FROM pgsyncd.tables t WHERE source_oid = \(table)
      """)
  }

  private func wait(_ what: String, _ sql: String) throws {
    do {
      try lane.target.waitFor(what, trueOf: sql, database: database)
    } catch {
      try requireService()
      throw WalkFailure("\(error)\n\(try status())")
    }
  }
}

extension WalkTable {
  /// The two tables that every walk has, which are never paused and never drift.
  static let ledgers = ["ledger_left", "ledger_right"].map { WalkTable(index: -1, kind: .keyed, name: $0, columns: []) }
}
