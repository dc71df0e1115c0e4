/// In what two columns of the same name can differ.
public enum ColumnAspect: String, Hashable, Sendable, Codable, CaseIterable {
  /// The type or its modifier.
  case type
  /// NOT NULL.
  case notNull = "not_null"
  /// The DEFAULT, as an expression.
  case defaultExpression = "default"
  /// Whether and how the column is generated.
  case generated
  /// Whether and how the column is an identity column.
  case identity
  /// The collation.
  case collation
}
