import LibPQ
import PostgresTypes
import SchemaDrift

/// Which privileges the role lacks on some tables; found by one statement for all of them.
struct TablePrivileges {
  /// Tables whose schema must not even be looked into.
  private(set) var unreachable: [QualifiedName] = []
  /// The privileges that are missing, each with its tables.
  private(set) var missing: [(privilege: String, tables: [QualifiedName])] = []
  /// Tables that the role neither owns nor belongs to the owner of.
  private(set) var foreign: [QualifiedName] = []

  /// Asks which of `privileges` are missing on tables.
  init(
    _ connection: PostgresConnection, _ tables: [TableSchema], needing privileges: [String]
  ) throws(PostgresError) {
    let checks = privileges.map { "has_table_privilege(c.oid, \(SQLLiteral.quoted($0)))" }
    let result = try connection.query(
      """
      SELECT c.oid, has_schema_privilege(c.relnamespace, 'USAGE'), pg_has_role(c.relowner, 'USAGE'),
        (SELECT array_agg(a.attname) FROM pg_attribute a
          WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            AND has_column_privilege(c.oid, a.attnum, 'SELECT')),
        \(checks.joined(separator: ", "))
      FROM pg_class c
      WHERE c.oid = ANY ($1::oid[]) AND NOT (
        has_schema_privilege(c.relnamespace, 'USAGE') AND pg_has_role(c.relowner, 'USAGE')
        AND \(checks.joined(separator: " AND ")))
      """, [TextArray.text(tables.map(\.oid.description))])
    let byOID = Dictionary(tables.map { ($0.oid, $0) }, uniquingKeysWith: { first, _ in first })
    missing = privileges.map { ($0, []) }
    for row in result.rows {
      guard let table = byOID[try row.oid(0)] else { continue }
      if try !row.flag(1) { unreachable.append(table.name) }
      if try !row.flag(2) { foreign.append(table.name) }
      let readable = Set(try row.list(3).map(NameKey.init))
      for (index, privilege) in privileges.enumerated() where try !row.flag(4 + index) {
        // The columns that travel are enough: a column list may exist to keep the others from being read.
        if privilege == "SELECT", table.carriedColumns.allSatisfy({ readable.contains(NameKey($0.name)) }),
          !table.carriedColumns.isEmpty
        {
          continue
        }
        missing[index].tables.append(table.name)
      }
    }
    missing.removeAll { $0.tables.isEmpty }
    unreachable.sort()
    foreign.sort()
  }

  /// The problem that the missing privileges are; nil if none is missing.
  ///
  /// - Parameter purpose: What they are needed for, as the end of a sentence.
  func problem(role: String, on place: SetupProblem.Place, purpose: String) -> SetupProblem? {
    if unreachable.isEmpty && missing.isEmpty { return nil }
    var fix: [String] = []
    if !unreachable.isEmpty { fix.append(Grant.usage(onSchemas: Set(unreachable.map(\.schema)), to: role)) }
    // Privileges that are missing on the same tables are granted together.
    var grants: [(privileges: [String], tables: [QualifiedName])] = []
    for (privilege, tables) in missing {
      let sorted = tables.sorted()
      if let index = grants.firstIndex(where: { $0.tables == sorted }) {
        grants[index].privileges.append(privilege)
      } else {
        grants.append(([privilege], sorted))
      }
    }
    fix += grants.map { Grant.onTables($0.privileges, $0.tables, to: role) }
    let tables = Set(unreachable + missing.flatMap(\.tables)).sorted()
    let privileges = missing.map(\.privilege)
    let what =
      privileges.isEmpty
      ? "may not use the schema of \(Listing.of(tables))"
      : "lacks \(privileges.joined(separator: ", ")) on \(Listing.of(tables))"
    return SetupProblem(
      .failure, "The role \(SQLIdentifier.quoted(role)) \(what) on the \(place.rawValue)", why: purpose, on: place,
      fix: fix)
  }
}
