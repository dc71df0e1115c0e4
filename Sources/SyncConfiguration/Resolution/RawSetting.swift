/// A setting before it is read as what its key wants.
struct RawSetting: Sendable {
  /// One text, or the texts of a list.
  enum Value: Sendable {
    case text(String)
    case list([String])
    /// What `schema.table_overrides` says.
    case overrides([TableOverride])
    /// Anything else that the file holds under a key that takes none of these.
    case structure
    /// It names an environment variable that is not set; this counts only if the setting is needed.
    case unresolved(variable: String)
  }

  var value: Value
  var origin: SettingOrigin
  /// The value as the user wrote it, before variables were put in: the only form that may be shown.
  var shown: String
}
