import PostgresTypes

/// Two tables, one on each side, that should hold the same rows.
public struct TablePair: Sendable, Hashable {
  /// The table in the source.
  public var source: QualifiedName
  /// The table in the target.
  public var target: QualifiedName
  /// The columns to compare, by name; nil for all columns of the source's table.
  public var columns: [String]?

  /// Pairs two tables, by default of the same name.
  public init(_ source: QualifiedName, target: QualifiedName? = nil, columns: [String]? = nil) {
    self.source = source
    self.target = target ?? source
    self.columns = columns
  }
}
