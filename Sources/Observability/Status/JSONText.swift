import Foundation

/// JSON as the commands print it.
public enum JSONText {
  /// The value as indented JSON with its keys in order, so that two outputs can be compared line by line.
  ///
  /// - Throws: What the value's own `encode` throws; the types of this package throw nothing.
  public static func pretty(_ value: some Encodable) throws -> String {
    try encoded(value, [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }

  /// The value as JSON on one line.
  public static func compact(_ value: some Encodable) throws -> String {
    try encoded(value, [.sortedKeys, .withoutEscapingSlashes])
  }

  private static func encoded(_ value: some Encodable, _ formatting: JSONEncoder.OutputFormatting) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = formatting
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
