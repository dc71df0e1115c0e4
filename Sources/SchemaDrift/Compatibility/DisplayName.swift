import PostgresTypes

/// How names stand in messages and commands.
enum DisplayName {
  /// A name in single quotes, with control characters made visible so that no name can forge a line of the log.
  static func quoted(_ name: String) -> String { "'" + visible(name) + "'" }

  /// The text with control characters written as escapes.
  static func visible(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator:
        result += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A table as it stands in messages.
  static func table(_ name: QualifiedName) -> String { visible(name.sql) }

  /// A column of a table as it stands in messages: `public.users.id`.
  static func column(_ column: String, of table: QualifiedName) -> String {
    visible(table.sql + "." + SQLIdentifier.quoted(column))
  }

  /// A text as one word of a POSIX shell.
  static func shellWord(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "_./:=,@%+-".utf8.contains(byte)
      }
    }
    if plain, !text.isEmpty { return text }
    return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
