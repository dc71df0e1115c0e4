import PostgresTypes

extension QualifiedName {
  /// True if schema and name are the same bytes; `==` would also accept canonically equivalent text.
  func isSameName(as other: QualifiedName) -> Bool {
    schema.isSameName(as: other.schema) && name.isSameName(as: other.name)
  }
}
