/// One step of a walk.
enum WalkAction: Equatable, CustomStringConvertible {
  /// A script on the source, in one go.
  case source(String)
  /// A script on the target; a table by its place stands for its name there, `%T`, as the two sides may differ.
  case target(String, table: Int)
  /// What an operator does about one table.
  case operate(WalkOperation, table: Int)
  /// Something dies or is started.
  case strike(WalkStrike)
  /// A look at what has to hold at any time.
  case check

  var description: String {
    switch self {
    case .source(let script): "source: \(script)"
    case .target(let script, let table): "target, table \(table): \(script)"
    case .operate(let operation, let table): "operator: \(operation), table \(table)"
    case .strike(let strike): "strike: \(strike)"
    case .check: "check"
    }
  }
}

/// What an operator does about one table.
enum WalkOperation: Equatable {
  /// Runs what the status prints.
  case fix
  /// Asks for the table to go on, whatever was done before.
  case resume
  /// Both, as the message says.
  case fixAndResume
  /// Stops it on purpose.
  case pause
  /// Has it copied anew.
  case resync
}

/// Something dies or is started.
enum WalkStrike: Equatable {
  /// `kill -9` of the service, so many milliseconds from now.
  case kill(afterMilliseconds: Int)
  /// SIGTERM, and it ends by itself.
  case terminate
  /// The service is started, if it does not run.
  case start
  /// `sync --once` while the service is down.
  case runOnce
  /// The service's sessions on one side are ended by the server.
  case endSessions(onSource: Bool)
  /// The server is killed and comes back.
  case crash(ofSource: Bool)
}
