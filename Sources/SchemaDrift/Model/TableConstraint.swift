/// A check or exclusion constraint of a table.
public struct TableConstraint: Hashable, Sendable {
  /// The constraint's name.
  public var name: String
  /// `pg_get_constraintdef`: `CHECK ((v >= 0))`; nil if the table was locked when it was read.
  public var definition: String?

  /// Joins a name and a definition.
  public init(name: String, definition: String? = nil) {
    self.name = name
    self.definition = definition
  }
}
