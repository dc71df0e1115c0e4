import LibPQ
import PostgresTypes

/// Looks at the target's tables before a first copy, and empties them after one that was interrupted.
struct TargetTables {
  let connection: PostgresConnection

  /// The tables that hold a row, in the order given.
  func filled(_ tables: [CopyTable]) throws(PostgresError) -> [QualifiedName] {
    var filled: [QualifiedName] = []
    // Many tables by one statement, but not all by one: it holds a lock on each until it ends.
    for start in stride(from: 0, to: tables.count, by: 200) {
      let parts = (start..<min(start + 200, tables.count)).map { place in
        "SELECT \(place) WHERE EXISTS (SELECT FROM \(tables[place].targetRelation))"
      }
      let result = try connection.query(
        parts.joined(separator: " UNION ALL ") + " ORDER BY 1", label: "looking for rows in the target's tables")
      for row in result.rows { filled.append(tables[try row.integer(0)].target.name) }
    }
    return filled
  }

  /// Refuses tables that hold rows.
  func requireEmpty(_ tables: [CopyTable]) throws(SyncError) {
    let filled = try SyncError.during("looking for rows in the target's tables") { () throws(PostgresError) in
      try self.filled(tables)
    }
    guard !filled.isEmpty else { return }
    let shown = filled.prefix(20).map(\.description).joined(separator: ", ")
    throw .refused(
      what: filled.count == 1
        ? "the target's table \(shown) is not empty"
        : "\(filled.count) tables of the target are not empty: \(shown)\(filled.count > 20 ? ", …" : "")",
      why: "the first copy would add the source's rows to what is there",
      fix: "if the target has the source's data already, run pgsyncd sync --no-copy; else empty the tables: "
        + "TRUNCATE \(shown);")
  }

  /// Empties tables that were empty before a copy began. Has to run inside a transaction.
  func empty(_ tables: [CopyTable]) throws(SyncError) {
    guard !tables.isEmpty else { return }
    do {
      try connection.execute(
        "TRUNCATE \(tables.map(\.targetRelation).joined(separator: ", "))", label: "emptying the target's tables")
    } catch {
      throw refusal(error)
    }
  }

  private func refusal(_ error: PostgresError) -> SyncError {
    let what = "the tables of the interrupted first copy cannot be emptied"
    switch error.sqlState {
    case .featureNotSupported:
      // The detail names both tables and no row.
      return .refused(
        what: what, why: [error.description, error.detail].compactMap { $0 }.joined(separator: "; "),
        fix: "drop that foreign key for the time of the copy and run pgsyncd sync again")
    case .insufficientPrivilege where error.kind == .server:
      return .refused(
        what: what, why: error.description,
        fix: "on the target, as the table's owner: GRANT TRUNCATE ON TABLE … TO the role that pgsyncd connects as")
    default: return .postgres(error, during: "emptying the tables of the interrupted first copy")
    }
  }
}
