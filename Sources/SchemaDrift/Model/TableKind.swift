/// What sort of relation a table is (`pg_class.relkind`).
public enum TableKind: String, Hashable, Sendable, Codable {
  /// An ordinary table, partitions included.
  case ordinary = "r"
  /// A partitioned table.
  case partitioned = "p"
  /// A foreign table.
  case foreign = "f"
  /// A view.
  case view = "v"
  /// A materialized view.
  case materializedView = "m"
}
