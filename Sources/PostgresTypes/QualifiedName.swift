/// The name of a table or type together with its schema.
///
/// Its description is what users see and script against: `public.users`, each part quoted where SQL needs it.
public struct QualifiedName: Hashable, Sendable, Codable {
  /// The schema, as it stands in the catalog (unquoted).
  public var schema: String
  /// The name inside the schema, as it stands in the catalog (unquoted).
  public var name: String

  /// Joins a schema and a name, both as they stand in the catalog.
  public init(schema: String, name: String) {
    self.schema = schema
    self.name = name
  }

  /// The name as SQL source text, each part quoted where it must be.
  public var sql: String { SQLIdentifier.quoted(schema) + "." + SQLIdentifier.quoted(name) }
}

extension QualifiedName: CustomStringConvertible {
  /// The same as ``sql``.
  public var description: String { sql }
}

extension QualifiedName: Comparable {
  /// Ordered by schema, then by name, by Unicode scalar values.
  public static func < (lhs: QualifiedName, rhs: QualifiedName) -> Bool {
    (lhs.schema, lhs.name) < (rhs.schema, rhs.name)
  }
}

extension QualifiedName {
  /// Reads what a user writes for a table: `users` (schema `public`), `shop.users`, `"we""ird"."Table"`.
  ///
  /// Unquoted parts are taken as they are written, not folded to lower case, so that a name that was
  /// copied out of the output is found again. Returns nil if a quote is left open or a part is empty.
  public init?(parsing text: String) {
    guard let parts = SQLIdentifier.parts(of: text) else { return nil }
    switch parts.count {
    case 1: self.init(schema: "public", name: parts[0])
    case 2: self.init(schema: parts[0], name: parts[1])
    default: return nil
    }
  }
}
