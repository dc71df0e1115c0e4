/// What a statement of a fix does: the names of `auto_migrate_types`, and what no automation may do.
public enum SchemaChange: String, Hashable, Sendable, Codable, CaseIterable {
  /// Adds a column.
  case addColumn = "add_column"
  /// Changes a type so that every value of the target survives.
  case safeTypeChange = "safe_type_change"
  /// Changes a type so that values of the target may be changed or refused.
  case typeChange = "type_change"
  /// Renames a column.
  case renameColumn = "rename_column"
  /// Creates a table.
  case createTable = "create_table"
  /// Renames a table.
  case renameTable = "rename_table"
  /// Drops a column, or replaces it.
  case dropColumn = "drop_column"
  /// Adds or renames a label of an enum.
  case enumLabel = "enum_label"
  /// Sets or drops NOT NULL, a DEFAULT or a generation expression.
  case columnProperty = "column_property"
  /// Adds a unique key.
  case addKey = "add_key"
}
