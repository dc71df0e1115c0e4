import PostgresTypes

/// Statements that create something unless it exists, for objects whose CREATE knows no IF NOT EXISTS, or checks the
/// privilege even when there is nothing to do.
enum GuardedStatement {
  /// Runs a statement unless a type of that name exists.
  static func unlessTypeExists(_ name: QualifiedName, _ statement: String) -> String {
    block("pg_catalog.to_regtype(\(literal(name.sql))) IS NULL", statement)
  }

  /// Creates a schema unless it exists.
  static func createSchema(_ schema: String) -> String {
    let name = SQLIdentifier.quoted(schema)
    return block("pg_catalog.to_regnamespace(\(literal(name))) IS NULL", "CREATE SCHEMA \(name)")
  }

  private static func block(_ condition: String, _ statement: String) -> String {
    let body = "BEGIN IF \(condition) THEN \(statement); END IF; END"
    let tag = unusedTag(in: body)
    return "DO \(tag) \(body) \(tag);"
  }

  /// A dollar quote that the body does not contain.
  private static func unusedTag(in body: String) -> String {
    var tag = "$pgsyncd$"
    var number = 0
    let bytes = Array(body.utf8)
    while contains(bytes, Array(tag.utf8)) {
      number += 1
      tag = "$pgsyncd\(number)$"
    }
    return tag
  }

  private static func contains(_ bytes: [UInt8], _ part: [UInt8]) -> Bool {
    guard bytes.count >= part.count else { return false }
    return (0...(bytes.count - part.count)).contains { bytes[$0..<($0 + part.count)].elementsEqual(part) }
  }

  private static func literal(_ text: String) -> String { SQLLiteral.afterSpace(text) }
}
