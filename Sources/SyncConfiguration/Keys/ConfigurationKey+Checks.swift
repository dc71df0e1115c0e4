extension ConfigurationKey {
  /// Says what is wrong with a setting: not of the key's kind, or not supported by this version.
  ///
  /// A value that came out of a variable is never shown, nor is a connection string.
  func check(_ setting: RawSetting) throws(ConfigurationError) {
    switch setting.value {
    case .text(let text):
      guard rule.accepts(text) else { throw badValue(setting, words: [text]) }
      let isWanted = defaultText.map { rule.isSame(text, $0) } ?? false
      guard isSupported || isWanted else { throw unsupported(setting) }
    case .list(let list):
      guard rule.accepts(list) else {
        throw badValue(setting, words: list)
      }
      if case .words = rule, !Set(list).isSubset(of: Self.supportedMigrations) { throw unsupported(setting) }
    case .overrides(let overrides):
      guard isSupported || overrides.isEmpty else { throw unsupported(setting) }
    case .structure: throw badValue(setting, words: [])
    case .unresolved:
      // Only an error if the setting is needed: a flag may stand above it.
      return
    }
  }

  /// What is migrated so far; a table that is new has to be copied too.
  private static let supportedMigrations = ["add_column", "safe_type_change", "rename_column", "drop_column"]

  private func badValue(_ setting: RawSetting, words: [String]) -> ConfigurationError {
    let known = rule.words
    let wrong = known.isEmpty ? nil : words.first { !known.contains($0) }
    return ConfigurationError(
      isSecret ? "bad value for '\(rawValue)'" : "bad value '\(setting.shown)' for '\(rawValue)'",
      at: setting.origin, key: rawValue, allowed: rule.allowed,
      suggestion: wrong.flatMap { NearestName.likely(for: $0, among: known) })
  }

  private func unsupported(_ setting: RawSetting) -> ConfigurationError {
    let only =
      switch rule {
      case .overrides: "no overrides of single tables"
      case .words: "only " + Self.supportedMigrations.joined(separator: ", ")
      default: "only '\(defaultText ?? "")'"
      }
    return ConfigurationError(
      "'\(rawValue)' is '\(setting.shown)', but this version of pgsyncd supports \(only) there",
      at: setting.origin, key: rawValue)
  }

  private var isSecret: Bool { self == .source || self == .target }
}
