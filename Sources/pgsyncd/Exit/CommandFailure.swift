/// Why a command ends early, as the operator is told.
struct CommandFailure: Error {
  /// The exit code.
  var status: ExitStatus
  /// What happened; the first line stands for itself.
  var message: String
  /// What to do about it.
  var hint: String?
  /// The server's code, if a server refused.
  var sqlState: String?

  init(_ status: ExitStatus, _ message: String, hint: String? = nil, sqlState: String? = nil) {
    self.status = status
    self.message = message
    self.hint = hint
    self.sqlState = sqlState
  }

  /// The command was not used properly.
  static func usage(_ message: String, hint: String? = nil) -> CommandFailure {
    CommandFailure(.usage, message, hint: hint)
  }
}
