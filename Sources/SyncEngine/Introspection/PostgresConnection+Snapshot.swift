import LibPQ

extension PostgresConnection {
  /// Runs queries that see one snapshot: in the open transaction if there is one, else in a read-only one of their own.
  func inOneSnapshot<Value>(
    _ body: (PostgresConnection) throws(PostgresError) -> Value
  ) throws(PostgresError) -> Value {
    guard transactionStatus == .idle else { return try body(self) }
    try execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
    do {
      let value = try body(self)
      try execute("COMMIT")
      return value
    } catch {
      // The first error is the one to report; a connection that cannot roll back reports itself at its next use.
      if !error.endsConnection { try? execute("ROLLBACK") }
      throw error
    }
  }
}
