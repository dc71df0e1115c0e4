/// How a generated column gets its value.
public struct GeneratedColumn: Hashable, Sendable, Codable {
  /// Where the value lives (`pg_attribute.attgenerated`).
  public enum Kind: String, Hashable, Sendable, Codable {
    /// Computed when the row is written.
    case stored = "s"
    /// Computed when the row is read; PostgreSQL 18 on.
    case virtual = "v"
  }

  /// Where the value lives.
  public var kind: Kind
  /// The expression as `pg_get_expr` prints it.
  public var expression: String

  /// Joins a kind and an expression.
  public init(kind: Kind, expression: String) {
    self.kind = kind
    self.expression = expression
  }
}
