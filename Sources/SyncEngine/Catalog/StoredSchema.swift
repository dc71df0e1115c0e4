import FoundationEssentials
import LibPQ
import PostgresTypes
import SchemaDrift

/// The form in which a table's schema is stored: JSON with sorted keys.
enum StoredSchema {
  /// The schema as JSON.
  static func text(_ schema: TableSchema) throws(PostgresError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(schema), as: UTF8.self)
    } catch {
      // Text, numbers and lists are all that a schema consists of.
      preconditionFailure("a schema is representable as JSON: \(error)")
    }
  }

  /// Reads a stored schema.
  static func schema(_ text: String, of table: QualifiedName) throws(CatalogError) -> TableSchema {
    do {
      return try JSONDecoder().decode(TableSchema.self, from: Data(text.utf8))
    } catch {
      throw .unreadableTable(name: table, why: "\(error)")
    }
  }
}
