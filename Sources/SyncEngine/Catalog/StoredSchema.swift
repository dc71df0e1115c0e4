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

  /// Overrides, or the arguments of a request, as JSON.
  static func text(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self)
    } catch {
      preconditionFailure("text, numbers and lists are representable as JSON: \(error)")
    }
  }

  /// Reads stored overrides.
  static func overrides(_ text: String, of table: QualifiedName) throws(CatalogError) -> PolicyOverrides {
    do {
      return try JSONDecoder().decode(PolicyOverrides.self, from: Data(text.utf8))
    } catch {
      throw .unreadableTable(name: table, why: "\(error)")
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
