/// How an update or delete finds its row on the target.
public enum RowIdentity: Hashable, Sendable {
  /// By a unique key of the target. `columns` are names on the target, `index` is the index they come from.
  case key(columns: [String], index: String)
  /// By every column of the old row (REPLICA IDENTITY FULL): byte by byte, one row only.
  case fullRow
  /// Not at all: the table must stop before the first update or delete.
  case none
}
