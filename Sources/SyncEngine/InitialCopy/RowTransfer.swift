import LibPQ
import PostgresTypes

/// Moves the rows of one piece of a table from a snapshot of the source into the open transaction on the target.
struct RowTransfer {
  /// The source's session, inside of the snapshot.
  let source: PostgresConnection
  /// The target's session, inside of the transaction.
  let target: PostgresConnection
  let statements: CopyStatements
  let piece: CopyPiece
  /// Throws if the copy is to end.
  let check: () throws(SyncError) -> Void
  /// Hears what was written since the last time: rows and bytes.
  let advance: (Int, Int) -> Void
  /// Hears what the operator should know.
  let tell: (PipelineEvent) -> Void

  /// Rows are handed on in portions: a message of the protocol for every row would cost the target as much as the row.
  private static let portionBytes = 64 * 1024

  /// Moves the rows; returns how many the target took.
  func run() throws(SyncError) -> Int { try statements.isWithoutColumns ? copyCount() : copyRows() }

  /// How many rows of the piece have a value that an override leaves out.
  func countLeftOut() throws(SyncError) -> Int64 {
    guard let sql = statements.countLeftOut(piece) else { return 0 }
    return try onSource { () throws(PostgresError) in try source.query(sql).onlyRow().integer(0) }
  }

  /// Refuses a piece with a value that the casts of the verdict would change, or that has no place on the target, where the
  /// policy does not allow that.
  func requireExactness() throws(SyncError) {
    let name = statements.table.source.name
    for (column, sql) in statements.valueChecks(piece) {
      let hasValue = try onSource { () throws(PostgresError) in try source.query(sql).onlyRow().flag(0) }
      guard hasValue else { continue }
      throw .refused(
        what: "\(name) cannot be copied",
        why: "rows have values in its column \(SQLIdentifier.quoted(column)), which the target does not have, and "
          + "source_added_columns is stop_on_value",
        fix: "add the column on the target, or leave it out with "
          + "--skip-columns=\(name).\(SQLIdentifier.quoted(column))")
    }
    for (column, sql) in statements.exactnessChecks(piece) {
      let isInexact = try onSource { () throws(PostgresError) in try source.query(sql).onlyRow().flag(0) }
      guard isInexact else { continue }
      throw .refused(
        what: "\(name) cannot be copied",
        why: "values of its column \(SQLIdentifier.quoted(column)) do not survive the way to the target's type and "
          + "back (type_mismatches: cast_if_exact, or times that schema.timezone skips)",
        fix: "change the type of the target's column, or allow the loss with "
          + "--allow-type-cast=\(name).\(SQLIdentifier.quoted(column)):TYPE")
    }
  }

  private func copyCount() throws(SyncError) -> Int {
    let count = try onSource { () throws(PostgresError) -> Int64 in
      try source.query(statements.count(piece)).onlyRow().integer(0)
    }
    try onTarget { () throws(PostgresError) in try target.execute(statements.insertEmptyRows(count)) }
    advance(Int(count), 0)
    return Int(count)
  }

  private func copyRows() throws(SyncError) -> Int {
    try onSource { () throws(PostgresError) in try source.startCopyOut(statements.copyOut(piece)) }
    try onTarget { () throws(PostgresError) in try target.copyIn(statements.copyIn()) }
    var portion: [UInt8] = []
    portion.reserveCapacity(2 * Self.portionBytes)
    var rows = 0
    var toldRows = 0
    while true {
      let isMore = try onSource { () throws(PostgresError) in
        guard let row = try source.nextCopyRow() else { return false }
        portion.append(contentsOf: row)
        return true
      }
      if isMore { rows += 1 }
      guard !isMore || portion.count >= Self.portionBytes else { continue }
      try check()
      try onTarget { () throws(PostgresError) in
        try portion.withUnsafeBufferPointer { (bytes) throws(PostgresError) in
          try target.putCopyData(UnsafeRawBufferPointer(bytes))
        }
      }
      guard isMore else { break }
      advance(rows - toldRows, portion.count)
      toldRows = rows
      portion.removeAll(keepingCapacity: portion.count <= 2 * Self.portionBytes)
    }
    let sent = try onSource { () throws(PostgresError) in try source.endCopyOut() }
    let taken = try onTarget { () throws(PostgresError) in try target.endCopyIn() }
    if sent != taken {
      tell(
        .warning(
          "the source sent \(sent) rows of \(statements.table.source.name) and the target took \(taken): a trigger "
            + "there keeps rows out"))
    }
    // The messages that were counted are one more than the rows if the end of the data was one of them.
    advance(taken - toldRows, portion.count)
    return taken
  }

  private func onSource<Value>(_ body: () throws(PostgresError) -> Value) throws(SyncError) -> Value {
    let name = statements.table.source.name
    do { return try body() } catch {
      throw .copying(name, error, grant: "SELECT ON TABLE \(name)", side: "source")
    }
  }

  private func onTarget<Value>(_ body: () throws(PostgresError) -> Value) throws(SyncError) -> Value {
    let name = statements.table.target.name
    do { return try body() } catch {
      throw .copying(name, error, grant: "SELECT, INSERT ON TABLE \(name)", side: "target")
    }
  }
}
