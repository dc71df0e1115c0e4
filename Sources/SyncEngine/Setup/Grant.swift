import PostgresTypes

/// `GRANT` statements as an operator runs them.
enum Grant {
  /// One statement for all tables.
  static func onTables(_ privileges: [String], _ tables: [QualifiedName], to role: String) -> String {
    "GRANT \(privileges.joined(separator: ", ")) ON TABLE \(tables.map(\.sql).joined(separator: ", ")) TO "
      + "\(SQLIdentifier.quoted(role));"
  }

  /// One statement for all schemas.
  static func usage(onSchemas schemas: Set<String>, to role: String) -> String {
    "GRANT USAGE ON SCHEMA \(schemas.sorted().map(SQLIdentifier.quoted).joined(separator: ", ")) TO "
      + "\(SQLIdentifier.quoted(role));"
  }

  /// The privilege to create schemas or publications.
  static func create(inDatabase database: String, to role: String) -> String {
    "GRANT CREATE ON DATABASE \(SQLIdentifier.quoted(database)) TO \(SQLIdentifier.quoted(role));"
  }
}
