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

  /// Runs a statement only as long as the column is the one that was judged, told by its attribute number: run a second
  /// time, it would hit the column that has taken its name.
  ///
  /// - Parameter statement: without its semicolon.
  static func whileColumn(
    _ column: ColumnSchema, of table: QualifiedName, _ statement: String
  ) -> String {
    guard column.attributeNumber != 0 else { return statement + ";" }
    return block(
      attribute(column, of: table) + " AND attnum = \(column.attributeNumber))", statement,
      otherwise: "column \(SQLIdentifier.quoted(column.name)) of \(table.sql) is another one by now, nothing to do")
  }

  /// Runs a statement only as long as the column has the type that was judged: run a second time, it would convert
  /// what is converted.
  ///
  /// - Parameter statement: without its semicolon.
  static func whileType(of column: ColumnSchema, in table: QualifiedName, _ statement: String) -> String {
    block(
      attribute(column, of: table) + " AND pg_catalog.format_type(atttypid, -1) = "
        + literal(column.type.castName) + ")", statement,
      otherwise: "column \(SQLIdentifier.quoted(column.name)) of \(table.sql) has another type by now, nothing to do")
  }

  /// Drops a type unless something still uses it.
  static func dropTypeUnlessUsed(_ name: QualifiedName) -> String {
    let body =
      "BEGIN DROP TYPE IF EXISTS \(name.sql); EXCEPTION WHEN dependent_objects_still_exist THEN RAISE NOTICE USING "
      + "MESSAGE = \(literal("\(name.sql) stays: other columns use it")); END"
    let tag = unusedTag(in: body)
    return "DO \(tag) \(body) \(tag);"
  }

  private static func attribute(_ column: ColumnSchema, of table: QualifiedName) -> String {
    "EXISTS (SELECT FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass(" + literal(table.sql)
      + ") AND attname = " + literal(column.name)
  }

  private static func block(_ condition: String, _ statement: String, otherwise notice: String? = nil) -> String {
    let otherwise = notice.map { " ELSE RAISE NOTICE USING MESSAGE = \(literal($0));" } ?? ""
    let body = "BEGIN IF \(condition) THEN \(statement);\(otherwise) END IF; END"
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
