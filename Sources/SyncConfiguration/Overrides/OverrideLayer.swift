import PostgresTypes
import SchemaDrift

/// The overrides of one place: the flags of a command, or the `schema` section of the file.
public struct OverrideLayer: Hashable, Sendable {
  /// What is said of all tables.
  public var general: PolicyOverrides
  /// What is said of single tables and columns.
  public var tables: [TableOverride]

  /// Puts a layer together.
  public init(general: PolicyOverrides = .none, tables: [TableOverride] = []) {
    self.general = general
    self.tables = tables
  }

  /// The same in the form in which policies are looked up.
  public var policies: PolicyBook.Layer {
    var layer = PolicyBook.Layer(general: general)
    for override in tables {
      layer.tables[override.table] = override.overrides.over(layer.tables[override.table] ?? .none)
    }
    return layer
  }

  /// Refuses what cannot hold at the same time. Between layers the stronger one wins; inside of one nobody can tell what
  /// was meant.
  func requireConsistency() throws(ConfigurationError) {
    var seen: [ColumnKey: TableOverride] = [:]
    for override in tables {
      guard let column = override.column else { continue }
      let key = ColumnKey(table: NameKey(override.table.sql), column: NameKey(column))
      guard let other = seen[key] else {
        seen[key] = override
        continue
      }
      guard other.subject != override.subject else { continue }
      if case .cast = other.subject, case .cast = override.subject, Self.isSameType(other, override) { continue }
      let name = override.table.sql + "." + SQLIdentifier.quoted(column)
      throw ConfigurationError(
        "contradicting overrides: \(name) cannot be \(override.effect) and \(other.effect) (\(other.origin))",
        at: override.origin, key: ConfigurationKey.schemaTableOverrides.rawValue)
    }
  }

  private struct ColumnKey: Hashable {
    var table: NameKey
    var column: NameKey
  }

  private static func isSameType(_ one: TableOverride, _ other: TableOverride) -> Bool {
    guard case .cast(_, let first) = one.subject, case .cast(_, let second) = other.subject else { return false }
    return first.lowercased() == second.lowercased()
  }
}
