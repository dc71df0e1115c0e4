/// What the generated traffic has committed so far, counted by the one who made it.
struct TrafficTotals: Sendable {
  /// The rows of one table.
  struct Rows: Sendable {
    var inserted = 0
    var updated = 0
    var deleted = 0

    var all: Int { inserted + updated + deleted }
  }

  /// What a statement does to the rows that it touches.
  enum Operation: Sendable {
    case insert, update, delete
  }

  private(set) var committed = 0
  private(set) var rolledBack = 0
  private(set) var rowsByTable: [String: Rows] = [:]

  /// All row changes that were committed.
  var rows: Int { rowsByTable.values.reduce(0) { $0 + $1.all } }

  /// Notes rows of a transaction that is still open.
  mutating func add(_ count: Int, _ operation: Operation, to table: String) {
    switch operation {
    case .insert: rowsByTable[table, default: Rows()].inserted += count
    case .update: rowsByTable[table, default: Rows()].updated += count
    case .delete: rowsByTable[table, default: Rows()].deleted += count
    }
  }

  /// Takes over the rows of a transaction that committed.
  mutating func commit(_ transaction: TrafficTotals) {
    committed += 1
    rowsByTable.merge(transaction.rowsByTable) { old, new in
      Rows(
        inserted: old.inserted + new.inserted, updated: old.updated + new.updated, deleted: old.deleted + new.deleted)
    }
  }

  /// Counts a transaction whose rows nobody will ever see.
  mutating func rollBack() { rolledBack += 1 }
}
