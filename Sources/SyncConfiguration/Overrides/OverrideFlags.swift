import PostgresTypes
import SchemaDrift

/// The override flags of a command, as they were given.
public struct OverrideFlags: Sendable {
  /// `--skip-columns=T.C,…`
  public var skipColumns: [String] = []
  /// `--preserve-columns=T.C,…`
  public var preserveColumns: [String] = []
  /// `--null-removed-columns=T.C,…`
  public var nullRemovedColumns: [String] = []
  /// `--allow-type-cast=T.C:TYPE,…`
  public var allowTypeCast: [String] = []
  /// `--allow-all-type-casts`
  public var allowAllTypeCasts = false
  /// `--allow-schema-drift=source_superset|target_superset|type_casts|all`
  public var allowSchemaDrift: [String] = []
  /// `--schema-validation=strict|warn-only|disabled`
  public var schemaValidation: String?
  /// `--force`
  public var force = false

  /// No flag is given.
  public init() {}

  /// The flags as a layer of overrides.
  ///
  /// - Throws: for a name that is none, a word that is not among the allowed ones, flags that contradict each other, and
  ///   flags that can lose data for a whole database at once without `--force`.
  public func layer() throws(ConfigurationError) -> OverrideLayer {
    var layer = OverrideLayer(general: try general())
    layer.tables += try columns(skipColumns, "--skip-columns") { .skip($0) }
    layer.tables += try columns(preserveColumns, "--preserve-columns") { .preserve($0) }
    layer.tables += try columns(nullRemovedColumns, "--null-removed-columns") { .null($0) }
    for text in allowTypeCast.flatMap({ ListedNames.split($0) }) { layer.tables.append(try cast(text)) }
    try layer.requireConsistency()
    return layer
  }

  private func general() throws(ConfigurationError) -> PolicyOverrides {
    var general = PolicyOverrides.none
    if allowAllTypeCasts {
      try requireForce("--allow-all-type-casts", "it lets every value be changed or cut that does not fit the target")
      general.typeMismatches = .castAlways
    }
    for word in allowSchemaDrift.flatMap({ ListedNames.split($0) }) {
      let flag = "--allow-schema-drift"
      guard let drift = AllowedDrift(rawValue: word) else {
        let words = AllowedDrift.allCases.map(\.rawValue)
        throw ConfigurationError(
          "bad value '\(word)' for \(flag)", at: .flag(flag), allowed: words.joined(separator: ", "),
          suggestion: NearestName.likely(for: word, among: words))
      }
      if drift.losesValues {
        try requireForce("\(flag)=\(word)", "it lets every value be changed or cut that does not fit the target")
      }
      general = drift.overrides.over(general)
    }
    if let schemaValidation { general.validation = try validation(schemaValidation) }
    return general
  }

  private func validation(_ word: String) throws(ConfigurationError) -> DriftPolicy.Validation {
    let flag = "--schema-validation"
    switch word {
    case "strict": return .strict
    case "warn-only": return .permissive
    case "disabled":
      try requireForce("\(flag)=disabled", "nothing is judged then, and no table stops before it loses a column")
      return .disabled
    default:
      let words = ["strict", "warn-only", "disabled"]
      throw ConfigurationError(
        "bad value '\(word)' for \(flag)", at: .flag(flag), allowed: words.joined(separator: ", "),
        suggestion: word == "permissive" ? "warn-only" : NearestName.likely(for: word, among: words))
    }
  }

  private func requireForce(_ flag: String, _ why: String) throws(ConfigurationError) {
    guard !force else { return }
    throw ConfigurationError("\(flag) needs --force: \(why)", at: .flag(String(flag.prefix { $0 != "=" })))
  }

  private func columns(
    _ values: [String], _ flag: String, _ subject: (String) -> TableOverride.Subject
  ) throws(ConfigurationError) -> [TableOverride] {
    var overrides: [TableOverride] = []
    for text in values.flatMap({ ListedNames.split($0) }) {
      let (table, column) = try path(text, flag)
      overrides.append(TableOverride(table: table, subject: subject(column), origin: .flag(flag)))
    }
    return overrides
  }

  private func cast(_ text: String) throws(ConfigurationError) -> TableOverride {
    let flag = "--allow-type-cast"
    var isQuoted = false
    let colon = text.indices.first { index in
      if text[index] == "\"" { isQuoted.toggle() }
      return text[index] == ":" && !isQuoted
    }
    let type = colon.map { String(text[text.index(after: $0)...].drop { $0 == " " }) } ?? ""
    guard let colon, !type.isEmpty else {
      throw ConfigurationError(
        "bad value '\(text)' for \(flag)", at: .flag(flag),
        allowed: "table.column:type or schema.table.column:type, such as public.products.price:integer")
    }
    let (table, column) = try path(String(text[..<colon]), flag)
    return TableOverride(table: table, subject: .cast(column, type: type), origin: .flag(flag))
  }

  /// `table.column` (schema `public`) or `schema.table.column`, each part quoted as in SQL or not.
  private func path(_ text: String, _ flag: String) throws(ConfigurationError) -> (QualifiedName, String) {
    switch SQLIdentifier.parts(of: text) {
    case .some(let parts) where parts.count == 2: return (QualifiedName(schema: "public", name: parts[0]), parts[1])
    case .some(let parts) where parts.count == 3:
      return (QualifiedName(schema: parts[0], name: parts[1]), parts[2])
    default:
      throw ConfigurationError(
        "bad value '\(text)' for \(flag)", at: .flag(flag),
        allowed: "table.column or schema.table.column, with a dot inside a name in double quotes")
    }
  }
}
