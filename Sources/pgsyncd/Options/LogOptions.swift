import SyncConfiguration

// The argument parser lists the values of an enumeration in the help text and names them in its errors, but the same
// words are also read from the file, where the error has to name line and column; so both go one way, as text.

/// The spellings of settings that are words.
enum SettingWords {
  /// `trace|debug|…`
  static let logLevels = LogLevel.allCases.map(\.rawValue).joined(separator: "|")
  /// `text|json`
  static let logFormats = LogFormat.allCases.map(\.rawValue).joined(separator: "|")
}
