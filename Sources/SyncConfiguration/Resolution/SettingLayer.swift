/// The settings of one source of settings: the flags, the environment, or the file.
public struct SettingLayer: Sendable {
  var settings: [ConfigurationKey: RawSetting] = [:]
  /// The overrides that flags give; the file's are settings like any other.
  var overrides = OverrideLayer()

  /// A layer that says nothing.
  public init() {}

  /// Takes what a flag gave; nil if the flag was not given.
  public mutating func set(_ key: ConfigurationKey, _ text: String?, flag: String) {
    guard let text else { return }
    settings[key] = RawSetting(value: .text(text), origin: .flag(flag), shown: text)
  }

  /// Takes the values of a flag that can be repeated; nothing if it was not given.
  ///
  /// Each value may hold several names, separated by commas; a comma in a quoted name does not count.
  public mutating func set(_ key: ConfigurationKey, list values: [String], flag: String) {
    guard !values.isEmpty else { return }
    let names = values.flatMap { ListedNames.split($0) }
    settings[key] = RawSetting(value: .list(names), origin: .flag(flag), shown: values.joined(separator: ","))
  }

  /// Takes the override flags.
  public mutating func set(_ flags: OverrideFlags) throws(ConfigurationError) { overrides = try flags.layer() }

  /// The connection strings that the environment gives. A variable that is set to nothing counts as not set.
  public init(environment: [String: String]) {
    for (key, variable) in [(ConfigurationKey.source, "PGSYNCD_SOURCE"), (.target, "PGSYNCD_TARGET")] {
      guard let text = environment[variable], !text.isEmpty else { continue }
      settings[key] = RawSetting(value: .text(text), origin: .environment(variable), shown: "…")
    }
  }
}
