import PostgresTypes

/// How an update or delete finds its row on the target.
public enum RowIdentity: Hashable, Sendable {
  /// By a unique key of the target. `columns` are names on the target, `index` is the index they come from.
  case key(columns: [String], index: String)
  /// By every column of the old row (REPLICA IDENTITY FULL): byte by byte, one row only.
  case fullRow
  /// Not at all: the table must stop before the first update or delete.
  case none
}

extension RowIdentity {
  /// Finds the target's key for what the source sends of old rows.
  ///
  /// A key will do if it is unique, immediate and not partial, and if the old row has a value for each of its columns:
  /// then it cannot match more than one row. The primary key is preferred, then the smallest one.
  init(sourceIdentity: [String], replicaIdentity: ReplicaIdentity, mappings: [ColumnMapping], target: TableSchema) {
    if replicaIdentity == .full {
      self = .fullRow
      return
    }
    let sent = Set(sourceIdentity.map(NameKey.init))
    // A value that was changed on the way may find another row.
    let exact = mappings.filter { sent.contains(NameKey($0.source)) && $0.conversion.rank <= 3 }
    let available = Set(exact.map { NameKey($0.target) })
    let usable = target.keys.filter { key in
      key.isImmediate && !key.hasPredicateOrExpression && !key.columns.isEmpty
        && key.columns.allSatisfy { available.contains(NameKey($0)) }
    }
    let best = usable.min { first, second in
      if first.isPrimary != second.isPrimary { return first.isPrimary }
      if first.columns.count != second.columns.count { return first.columns.count < second.columns.count }
      return NameKey(first.name) < NameKey(second.name)
    }
    self = best.map { .key(columns: $0.columns, index: $0.name) } ?? .none
  }
}
