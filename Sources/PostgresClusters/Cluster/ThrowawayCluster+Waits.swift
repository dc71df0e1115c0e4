import LibPQ
import PostgresTypes

// Waits for named states. Each is a question that the server answers again and again, with a deadline; between two
// answers the session waits a few milliseconds inside the server, because the catalogs have no event to wait for.
extension ThrowawayCluster {
  /// Waits until a query's only value is true.
  public func waitFor(
    _ what: String, trueOf sql: String, database: String = "postgres", within limit: Duration = .seconds(30)
  ) throws(ClusterError) {
    let deadline = ContinuousClock.now + limit
    do {
      let connection = try connect(database: database, applicationName: "throwaway wait")
      defer { connection.close() }
      while true {
        let result = try connection.query(sql)
        if result.rowCount == 1, result[0, 0] == "t" { return }
        guard ContinuousClock.now < deadline else { break }
        try connection.execute("SELECT pg_sleep(0.005)")
      }
    } catch {
      throw ClusterError("waiting for \(what): \(error)")
    }
    throw ClusterError("waited \(limit) in vain for \(what)")
  }

  /// Up to where the log is flushed now.
  public func currentLSN() throws(PostgresError) -> LSN {
    try query("SELECT pg_current_wal_flush_lsn()")[0][0].flatMap { LSN($0) } ?? .zero
  }

  /// Waits until a slot's consumer has confirmed a position.
  public func waitForSlot(
    _ slot: String, confirming position: LSN, within limit: Duration = .seconds(30)
  ) throws(ClusterError) {
    try waitFor(
      "slot \(slot) to be confirmed up to \(position)",
      trueOf: """
        SELECT coalesce(bool_and(confirmed_flush_lsn >= '\(position)'), false)
        FROM pg_replication_slots WHERE slot_name = \(SQLLiteral.quoted(slot))
        """, within: limit)
  }

  /// Waits until a slot is, or is not, in use by a walsender.
  public func waitForSlot(
    _ slot: String, active: Bool, within limit: Duration = .seconds(30)
  ) throws(ClusterError) {
    try waitFor(
      "slot \(slot) to be \(active ? "active" : "inactive")",
      trueOf: """
        SELECT coalesce(bool_and(active = \(active)), false)
        FROM pg_replication_slots WHERE slot_name = \(SQLLiteral.quoted(slot))
        """, within: limit)
  }

  /// Waits until a session of that application is in a state that a condition on `pg_stat_activity` describes.
  public func waitForSession(
    application: String, where condition: String = "true", within limit: Duration = .seconds(30)
  ) throws(ClusterError) {
    try waitFor(
      "a session of \(application) where \(condition)",
      trueOf: """
        SELECT EXISTS (SELECT FROM pg_stat_activity
        WHERE application_name = \(SQLLiteral.quoted(application)) AND (\(condition)))
        """, within: limit)
  }

  /// Waits until no session of that application is left.
  public func waitForNoSession(application: String, within limit: Duration = .seconds(30)) throws(ClusterError) {
    try waitFor(
      "the sessions of \(application) to end",
      trueOf: """
        SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE application_name = \(SQLLiteral.quoted(application)))
        """, within: limit)
  }
}
