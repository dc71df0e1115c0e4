import PostgresTypes

/// A view that uses columns of a table, so that PostgreSQL refuses to drop them or to change their types.
public struct DependentView: Hashable, Sendable {
  /// The view's name.
  public var name: QualifiedName
  /// True for a materialized view.
  public var isMaterialized: Bool
  /// The columns of the table that it uses.
  public var columns: [String]

  /// Puts it together.
  public init(name: QualifiedName, isMaterialized: Bool = false, columns: [String]) {
    self.name = name
    self.isMaterialized = isMaterialized
    self.columns = columns
  }
}
