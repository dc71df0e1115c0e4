import Foundation
import SyncConfiguration

/// How a failure is told: on stderr, as text or as a line of the JSON log.
enum FailureReport {
  /// Writes the failure.
  ///
  /// - Parameters:
  ///   - invocation: how the command is called, for the pointer to its help.
  ///   - sink: where log lines go; nil before the settings are known.
  static func write(_ failure: CommandFailure, invocation: String, sink: LogSink? = nil) {
    if let sink, sink.format == .json {
      sink.write(LogLine(.error, failure.message, fields: fields(failure)))
      return
    }
    StandardStream.write(lines(failure, invocation: invocation).map { $0 + "\n" }.joined(), to: STDERR_FILENO)
  }

  static func lines(_ failure: CommandFailure, invocation: String) -> [String] {
    var lines = ["Error: " + failure.message]
    if let hint = failure.hint { lines.append("Hint: " + hint) }
    if failure.status == .usage { lines.append("See '\(invocation) --help' for more information.") }
    return lines
  }

  private static func fields(_ failure: CommandFailure) -> [String: JSONValue] {
    var fields: [String: JSONValue] = ["exit_code": .number(Double(failure.status.rawValue))]
    if let hint = failure.hint { fields["hint"] = .string(hint) }
    if let sqlState = failure.sqlState { fields["sqlstate"] = .string(sqlState) }
    return fields
  }
}
