/// An index that belongs to no constraint.
public struct TableIndex: Hashable, Sendable {
  /// The index's name.
  public var name: String
  /// `pg_get_indexdef` without ONLY: the statement that creates it; nil if the table was locked when it was read.
  public var definition: String?

  /// Joins a name and a definition.
  public init(name: String, definition: String? = nil) {
    self.name = name
    self.definition = definition
  }
}
