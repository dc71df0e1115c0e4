import Foundation
import Logging
import LogicalReplication
import Observability
import PostgresTypes

/// One line of the log, in either form.
struct LogLine {
  var time: PostgresTimestamp
  var level: Logger.Level
  var message: String
  var fields: [String: JSONValue] = [:]

  /// Begins a line of now.
  init(_ level: Logger.Level, _ message: String, fields: [String: JSONValue] = [:]) {
    self.init(at: Self.now, level, message, fields: fields)
  }

  init(at time: PostgresTimestamp, _ level: Logger.Level, _ message: String, fields: [String: JSONValue] = [:]) {
    self.time = time
    self.level = level
    self.message = message
    self.fields = fields
  }

  /// `2026-02-04T20:15:00Z [INFO] copied public.users rows=1000`; further lines of a message are indented.
  var text: [String] {
    let lines = message.split(separator: "\n", omittingEmptySubsequences: false).map {
      DisplayText.harmless(String($0))
    }
    let suffix = fields.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.plain($0.value))" }.joined()
    return ["\(time.iso8601) \(Self.mark(level)) \(lines.first ?? "")\(suffix)"] + lines.dropFirst().map { "    " + $0 }
  }

  /// The line as one JSON object: `time`, `level`, `message` and the fields.
  var json: String {
    var object = fields
    object["time"] = .string(time.iso8601)
    object["level"] = .string(level.rawValue)
    object["message"] = .string(message)
    do {
      return try JSONText.compact(JSONValue.object(object))
    } catch {
      // Only a number that is not finite cannot be written; the message still can.
      return "{\"level\":\"\(level.rawValue)\",\"message\":\"a log line could not be written as JSON\"}"
    }
  }

  static func mark(_ level: Logger.Level) -> String {
    switch level {
    case .trace: "[TRACE]"
    case .debug: "[DEBUG]"
    case .info: "[INFO]"
    case .notice: "[NOTICE]"
    case .warning: "[WARN]"
    case .error: "[ERROR]"
    case .critical: "[CRITICAL]"
    }
  }

  private static func plain(_ value: JSONValue) -> String {
    switch value {
    case .string(let text):
      let shown = DisplayText.harmless(text)
      return shown.contains(" ") || shown.isEmpty ? "\"" + shown.replacing("\"", with: "\\\"") + "\"" : shown
    case .number(let number): return number == number.rounded() ? String(format: "%.0f", number) : String(number)
    case .list(let list): return "[" + list.map(plain).joined(separator: ", ") + "]"
    case .object(let object):
      return "{" + object.sorted { $0.key < $1.key }.map { "\($0.key)=\(plain($0.value))" }.joined(separator: ", ")
        + "}"
    case .null: return "null"
    }
  }

  private static var now: PostgresTimestamp {
    PostgresTimestamp(unixMicroseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
  }
}
