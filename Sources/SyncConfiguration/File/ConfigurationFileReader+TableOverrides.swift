import PostgresTypes
import SchemaDrift
import Yams

// `schema.table_overrides`: a list of tables, each with columns and settings of its own.
extension ConfigurationFileReader {
  /// The keys of an entry, in the order of the documentation.
  private enum EntryKey: String, CaseIterable {
    case table
    case skipColumns = "skip_columns"
    case preserveColumns = "preserve_columns"
    case nullRemovedColumns = "null_removed_columns"
    case allowTypeCast = "allow_type_cast"
    case validation
    case sourceAddedColumns = "source_added_columns"
    case targetAddedColumns = "target_added_columns"
    case sourceRemovedColumns = "source_removed_columns"
    case typeMismatches = "type_mismatches"
    case safeCastsAllowed = "safe_casts_allowed"
    case timezone

    var path: String { ConfigurationKey.schemaTableOverrides.rawValue + "." + rawValue }
  }

  /// Reads all entries.
  func tableOverrides(_ node: Node) throws(ConfigurationError) -> [TableOverride] {
    let key = ConfigurationKey.schemaTableOverrides
    guard case .sequence(let entries) = node else {
      throw ConfigurationError(
        "'\(key.rawValue)' is a list of tables", at: origin(of: node), key: key.rawValue, allowed: key.rule.allowed)
    }
    var overrides: [TableOverride] = []
    var seen: [NameKey: SettingOrigin] = [:]
    for entry in entries {
      guard case .mapping(let mapping) = entry else {
        throw ConfigurationError(
          "an entry of '\(key.rawValue)' is a mapping", at: origin(of: entry), key: key.rawValue,
          allowed: EntryKey.allCases.map(\.rawValue).joined(separator: ", "))
      }
      let table = try name(of: entry, mapping)
      if let other = seen[NameKey(table.name.sql)] {
        throw ConfigurationError(
          "the table \(table.name.sql) stands twice in '\(key.rawValue)' (\(other))", at: table.origin,
          key: EntryKey.table.path)
      }
      seen[NameKey(table.name.sql)] = table.origin
      overrides += try entryOverrides(mapping, of: table.name, at: table.origin)
    }
    try OverrideLayer(tables: overrides).requireConsistency()
    return overrides
  }

  private func name(
    of entry: Node, _ mapping: Node.Mapping
  ) throws(ConfigurationError) -> (name: QualifiedName, origin: SettingOrigin) {
    let node = mapping.first { $0.key.scalar?.string == EntryKey.table.rawValue }?.value
    guard let node else {
      throw ConfigurationError(
        "an entry of '\(ConfigurationKey.schemaTableOverrides.rawValue)' names no table", at: origin(of: entry),
        key: EntryKey.table.path, allowed: "table: schema.table")
    }
    let text = try text(node, .table)
    guard let name = QualifiedName(parsing: text) else {
      throw badValue(node, .table, allowed: "schema.table, or table for one in schema public")
    }
    return (name, origin(of: node))
  }

  private func entryOverrides(
    _ mapping: Node.Mapping, of table: QualifiedName, at tableOrigin: SettingOrigin
  ) throws(ConfigurationError) -> [TableOverride] {
    var overrides: [TableOverride] = []
    var settings = PolicyOverrides.none
    for (keyNode, value) in mapping {
      let name = try keyName(keyNode, in: nil)
      guard let key = EntryKey(rawValue: name) else {
        let names = EntryKey.allCases.map(\.rawValue)
        let path = ConfigurationKey.schemaTableOverrides.rawValue
        throw ConfigurationError(
          "unknown key '\(path).\(name)'", at: origin(of: keyNode), key: "\(path).\(name)",
          allowed: names.joined(separator: ", "), suggestion: NearestName.likely(for: name, among: names))
      }
      switch key {
      case .table: break
      case .skipColumns: overrides += try columns(value, key, of: table) { .skip($0) }
      case .preserveColumns: overrides += try columns(value, key, of: table) { .preserve($0) }
      case .nullRemovedColumns: overrides += try columns(value, key, of: table) { .null($0) }
      case .allowTypeCast: overrides += try casts(value, of: table)
      case .validation: settings.validation = try word(value, key)
      case .sourceAddedColumns: settings.sourceAddedColumns = try word(value, key)
      case .targetAddedColumns: settings.targetAddedColumns = try word(value, key)
      case .sourceRemovedColumns: settings.sourceRemovedColumns = try word(value, key)
      case .typeMismatches: settings.typeMismatches = try word(value, key)
      case .safeCastsAllowed: settings.safeCastsAllowed = try flag(value, key)
      case .timezone: settings.timezone = try text(value, key)
      }
    }
    return overrides + [TableOverride(table: table, subject: .settings(settings), origin: tableOrigin)]
  }

  private func columns(
    _ node: Node, _ key: EntryKey, of table: QualifiedName, _ subject: (String) -> TableOverride.Subject
  ) throws(ConfigurationError) -> [TableOverride] {
    guard case .sequence(let items) = node else { throw badValue(node, key, allowed: "a list of columns") }
    var overrides: [TableOverride] = []
    for item in items {
      let column = try text(item, key)
      overrides.append(TableOverride(table: table, subject: subject(column), origin: origin(of: item)))
    }
    return overrides
  }

  private func casts(_ node: Node, of table: QualifiedName) throws(ConfigurationError) -> [TableOverride] {
    guard case .mapping(let mapping) = node else {
      throw badValue(node, .allowTypeCast, allowed: "a mapping of columns to types, such as {price: integer}")
    }
    var overrides: [TableOverride] = []
    for (column, type) in mapping {
      let subject = TableOverride.Subject.cast(
        try text(column, .allowTypeCast), type: try text(type, .allowTypeCast))
      overrides.append(TableOverride(table: table, subject: subject, origin: origin(of: column)))
    }
    return overrides
  }

  private func word<Word: RawRepresentable<String> & CaseIterable>(
    _ node: Node, _ key: EntryKey
  ) throws(ConfigurationError) -> Word {
    let text = try text(node, key)
    guard let word = Word(rawValue: text) else {
      let words = Word.allCases.map(\.rawValue)
      throw badValue(
        node, key, allowed: words.joined(separator: ", "), suggestion: NearestName.likely(for: text, among: words))
    }
    return word
  }

  private func flag(_ node: Node, _ key: EntryKey) throws(ConfigurationError) -> Bool {
    switch try text(node, key) {
    case "true": return true
    case "false": return false
    default: throw badValue(node, key, allowed: "true, false")
    }
  }

  /// A text that is not empty, with its variables put in.
  private func text(_ node: Node, _ key: EntryKey) throws(ConfigurationError) -> String {
    guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
      throw badValue(node, key, allowed: "a text")
    }
    switch VariableExpansion.expand(scalar.string, environment: environment) {
    case .text(let text) where !text.isEmpty: return text
    case .text: throw badValue(node, key, allowed: "a text")
    case .unset(let variable):
      throw ConfigurationError(
        "'\(key.path)' refers to the environment variable \(variable), which is not set", at: origin(of: node),
        key: key.path)
    case .malformed:
      throw ConfigurationError(
        "'\(key.path)' has a '${' without a variable's name and '}' after it; write '$${' for a literal '${'",
        at: origin(of: node), key: key.path)
    }
  }

  private func badValue(
    _ node: Node, _ key: EntryKey, allowed: String, suggestion: String? = nil
  ) -> ConfigurationError {
    let shown =
      switch node {
      case .scalar(let scalar): "'\(scalar.string)'"
      case .sequence: "a list"
      case .mapping: "a mapping"
      case .alias: "an anchor"
      }
    return ConfigurationError(
      "bad value \(shown) for '\(key.path)'", at: origin(of: node), key: key.path, allowed: allowed,
      suggestion: suggestion)
  }
}
