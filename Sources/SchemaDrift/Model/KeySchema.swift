/// A unique index of a table, the primary key's included. Only valid, live indexes count.
public struct KeySchema: Hashable, Sendable, Codable {
  /// The index's name, which is also its constraint's name where there is one.
  public var name: String
  /// The key columns in index order (without INCLUDE columns).
  public var columns: [String]
  /// True for the primary key.
  public var isPrimary: Bool
  /// False for a deferrable constraint: it cannot find rows safely.
  public var isImmediate: Bool
  /// True if the index covers only part of the rows, or an expression.
  public var hasPredicateOrExpression: Bool
  /// `pg_get_constraintdef`: `UNIQUE (a, b) DEFERRABLE`; nil if the index is no constraint's, or if it is not known.
  public var definition: String?

  /// Puts a key together.
  public init(
    name: String, columns: [String], isPrimary: Bool = false, isImmediate: Bool = true,
    hasPredicateOrExpression: Bool = false, definition: String? = nil
  ) {
    self.name = name
    self.columns = columns
    self.isPrimary = isPrimary
    self.isImmediate = isImmediate
    self.hasPredicateOrExpression = hasPredicateOrExpression
    self.definition = definition
  }

  private enum CodingKeys: String, CodingKey {
    case name, columns, definition
    case isPrimary = "primary"
    case isImmediate = "immediate"
    case hasPredicateOrExpression = "partial_or_expression"
  }
}
