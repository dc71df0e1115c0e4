/// One label of a sample.
///
/// A name is one of ours and fits `[a-zA-Z_][a-zA-Z0-9_]*`. A value may be any text: names of tables come from the source
/// database, so it is escaped where it is written, and never left out or shortened.
public struct MetricLabel: Hashable, Sendable {
  /// The label's name.
  public var name: String
  /// Its value.
  public var value: String

  /// Joins a name and a value.
  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

extension MetricLabel {
  /// `name="value"` as the text format has it: backslash, quote and line feed are escaped, nothing else has to be.
  var text: String {
    var text = name + "=\""
    for scalar in value.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
