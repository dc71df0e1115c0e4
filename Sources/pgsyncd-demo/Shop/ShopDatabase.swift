import LibPQ
import PostgresClusters
import PostgresTypes

/// One side of the shop: a throw-away server and the demo's own session there.
struct ShopDatabase {
  /// Which of the two.
  enum Side: String {
    case source, target
  }

  let side: Side
  let cluster: ThrowawayCluster
  let settings: ConnectionSettings
  let connection: PostgresConnection

  /// Starts a server. If that or the connection fails, nothing is left of it.
  init(_ side: Side) throws {
    self.side = side
    cluster = try ThrowawayCluster()
    do {
      settings = try cluster.connectionSettings()
      connection = try PostgresConnection(
        settings, applicationName: "pgsyncd-demo", session: .pinned.adding("statement_timeout", "20s"))
    } catch {
      cluster.remove()
      throw error
    }
  }

  /// Stops the server and removes its files.
  func remove() {
    connection.close()
    cluster.remove()
  }

  /// `PostgreSQL 15.18`
  func version() throws -> String { "PostgreSQL " + (try text("SHOW server_version")).prefix { $0 != " " } }

  /// The rows of every table.
  func rowCounts() throws -> [String: Int] { try counts { "SELECT count(*) FROM shop.\($0)" } }

  /// The rows of one table.
  func rowCount(of table: String) throws -> Int { Int(try text("SELECT count(*) FROM shop.\(table)")) ?? 0 }

  /// Where the log is written at this moment.
  func walPosition() throws -> LSN { try lsn("SELECT pg_current_wal_lsn()") }

  /// What the target's durable state was confirmed up to, as the source's slot says.
  func confirmedFlushLSN() throws -> LSN {
    try lsn("SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = 'pgsyncd'")
  }

  private func counts(_ query: (String) -> String) throws -> [String: Int] {
    let all = ShopSchema.tables.map { "SELECT '\($0)', (\(query($0)))" }.joined(separator: " UNION ALL ")
    let result = try connection.query(all)
    return Dictionary(
      uniqueKeysWithValues: (0..<result.rowCount).map { (result[$0, 0] ?? "", Int(result[$0, 1] ?? "") ?? 0) })
  }

  private func lsn(_ sql: String) throws -> LSN {
    guard let lsn = LSN(try text(sql)) else { throw DemoFailure.broken("No position in the log: \(sql)") }
    return lsn
  }

  private func text(_ sql: String) throws -> String {
    let result = try connection.query(sql)
    guard result.rowCount == 1, let text = result[0, 0] else {
      throw DemoFailure.broken("The \(side.rawValue) has no answer to: \(sql)")
    }
    return text
  }
}

// What only the target can tell, from its data and from the catalog that pgsyncd keeps there.
extension ShopDatabase {
  /// How many tables stream; 0 as long as there is no catalog or the first copy is not complete.
  func streamingTables() throws -> Int {
    Int(try text("SELECT count(*) FROM pgsyncd.tables WHERE state = 'streaming'")) ?? 0
  }

  /// The names of the tables that are stopped.
  func stoppedTables() throws -> [String] {
    let result = try connection.query("SELECT table_name FROM pgsyncd.tables WHERE state = 'stopped'")
    return (0..<result.rowCount).compactMap { result[$0, 0] }
  }

  /// The service's own measurement of the last stop.
  func detectionSeconds() throws -> Double? {
    let result = try connection.query(
      "SELECT detection_seconds FROM pgsyncd.drift_events WHERE verdict = 'blocked' ORDER BY event_id DESC LIMIT 1")
    return result.rowCount == 0 ? nil : result[0, 0].flatMap { Double($0) }
  }

  /// A transaction that has not begun: rows that are written from now on have this number or a later one.
  func nextTransaction() throws -> String { try text("SELECT pg_snapshot_xmax(pg_current_snapshot())") }

  /// For every table the rows whose present version was written by this transaction or a later one, as PostgreSQL
  /// itself marks them. The clusters are new, so transaction numbers have not wrapped around.
  func rowsWritten(since transaction: String) throws -> [String: Int] {
    try counts { "SELECT count(*) FROM shop.\($0) WHERE xmin::text::bigint >= \(transaction)" }
  }
}
