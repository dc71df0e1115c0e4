import PostgresTypes

/// Renames columns in an order in which no new name is still taken. A cycle (two columns that swap names) goes through
/// a name that nothing else has.
struct RenamePlan {
  /// One column to rename.
  struct Rename: Hashable {
    var old: String
    var new: String
  }

  /// The renames in runnable order, each with its statements.
  let steps: [(rename: Rename, statements: [String])]

  /// - Parameter taken: every name that the table has, those that are renamed included.
  /// - Parameter columns: the table's columns, if they are known: run a second time, a cycle then stays as it is.
  init(_ renames: [Rename], table: QualifiedName, taken: [String], columns: [ColumnSchema] = []) {
    var waiting = renames.sorted { NameKey($0.old) < NameKey($1.old) }
    var steps: [(rename: Rename, statements: [String])] = []
    let statement = { (old: String, new: String) in
      "ALTER TABLE \(table.sql) RENAME COLUMN \(SQLIdentifier.quoted(old)) TO \(SQLIdentifier.quoted(new));"
    }
    while !waiting.isEmpty {
      let olds = Set(waiting.map { NameKey($0.old) })
      if let free = waiting.firstIndex(where: { !olds.contains(NameKey($0.new)) }) {
        let rename = waiting.remove(at: free)
        steps.append((rename, [statement(rename.old, rename.new)]))
        continue
      }
      // Only cycles are left. The first column steps aside; the rest of its cycle follows, back to front.
      let first = waiting.removeFirst()
      let aside = Self.unusedName(taken: taken + renames.map(\.new))
      let column = columns.first { $0.name.isSameName(as: first.old) }
      let step = statement(first.old, aside)
      steps.append(
        (first, [column.map { GuardedStatement.whileColumn($0, of: table, String(step.dropLast())) } ?? step]))
      var vacant = first.old
      while let next = waiting.firstIndex(where: { $0.new.isSameName(as: vacant) }) {
        let rename = waiting.remove(at: next)
        steps.append((rename, [statement(rename.old, rename.new)]))
        vacant = rename.old
      }
      steps[steps.count - 1].statements.append(statement(aside, first.new))
    }
    self.steps = steps
  }

  private static func unusedName(taken: [String]) -> String {
    let names = Set(taken.map(NameKey.init))
    var number = 1
    // A name may be 63 bytes long already, so the new one does not build on it.
    while names.contains(NameKey("pgsyncd_renamed_\(number)")) { number += 1 }
    return "pgsyncd_renamed_\(number)"
  }
}
