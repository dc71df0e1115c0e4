/// How much is logged.
public enum LogLevel: String, CaseIterable, Sendable {
  /// Everything, down to single protocol messages.
  case trace
  /// What helps to follow a decision.
  case debug
  /// What an operator wants to read in quiet times.
  case info
  /// Rare but normal.
  case notice
  /// Worth a look.
  case warning
  /// Something failed or a table stopped.
  case error
  /// The service cannot go on.
  case critical
}

extension LogLevel: Comparable {
  /// Ordered by weight, as they are declared.
  public static func < (lhs: LogLevel, rhs: LogLevel) -> Bool { lhs.weight < rhs.weight }

  private var weight: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// In which form log lines are written to stderr.
public enum LogFormat: String, CaseIterable, Sendable {
  /// For people.
  case text
  /// One JSON object a line.
  case json
}
