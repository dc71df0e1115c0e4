/// Creates schemas that may be missing on the target.
enum SchemaCreation {
  /// Nothing for `public`, which every database has, and for the system's.
  static func statements(for schema: String) -> [String] {
    schema == "public" || schema == "pg_catalog" ? [] : [GuardedStatement.createSchema(schema)]
  }
}
