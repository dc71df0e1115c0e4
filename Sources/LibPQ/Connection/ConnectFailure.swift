import PostgresTypes

/// Reads the text that libpq leaves after a failed connection attempt; there is no structured form of it.
///
/// With verbose errors the server's part has its code: `FATAL:  28P01: password authentication failed …`. Every host
/// and every address that was tried has a paragraph of its own.
struct ConnectFailure {
  var message = ""
  var sqlState: SQLState?
  var detail: String?
  var hint: String?

  init(_ text: String) {
    var messages: [String] = []
    for line in text.split(separator: "\n") {
      if line.hasPrefix("LOCATION:  ") {
        continue
      } else if line.hasPrefix("DETAIL:  ") {
        detail = String(line.dropFirst("DETAIL:  ".count))
      } else if line.hasPrefix("HINT:  ") {
        hint = String(line.dropFirst("HINT:  ".count))
      } else if line.hasPrefix("\t") {
        hint = String(line.drop { $0 == "\t" })
      } else {
        let message = withoutPlace(line)
        if !messages.contains(message) { messages.append(message) }
      }
    }
    message = messages.isEmpty ? "no reason given" : messages.joined(separator: "; ")
  }

  /// Takes the place (it is in the endpoint), the severity and the code off a line.
  private mutating func withoutPlace(_ line: Substring) -> String {
    var rest = line
    if rest.hasPrefix("connection to server "), let end = rest.firstRange(of: " failed: ") {
      rest = rest[end.upperBound...]
    }
    guard let severityEnd = rest.firstRange(of: ":  ") else { return String(rest) }
    let afterSeverity = rest[severityEnd.upperBound...]
    let code = afterSeverity.prefix(5)
    guard code.utf8.count == 5, code.utf8.allSatisfy(Self.isCodeCharacter), afterSeverity.dropFirst(5).hasPrefix(": ")
    else { return String(rest) }
    sqlState = SQLState(rawValue: String(code))
    return String(afterSeverity.dropFirst(7))
  }

  private static func isCodeCharacter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
  }
}
