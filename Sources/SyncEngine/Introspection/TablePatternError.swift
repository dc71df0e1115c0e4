import PostgresTypes

/// A pattern of tables that cannot be meant: a usage error.
public enum TablePatternError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The text is no pattern: an empty part, an open quote, more than two parts.
  case malformed(pattern: String)
  /// No table that can be replicated matches; `nearest` is what was perhaps meant.
  case matchesNothing(pattern: String, nearest: String?)
  /// The pattern names a table that logical replication does not carry.
  case notReplicable(pattern: String, obstacle: CandidateTable.Obstacle)

  /// What is wrong, for the user who wrote the pattern.
  public var description: String {
    switch self {
    case .malformed(let pattern):
      return "\"\(pattern)\" is not a pattern of tables: write schema.table, with * for any characters within a part"
    case .matchesNothing(let pattern, let nearest):
      let hint = nearest.map { "; did you mean \($0)?" } ?? ""
      return "no table matches \"\(pattern)\"\(hint)"
    case .notReplicable(let pattern, let obstacle):
      return "\(pattern) cannot be replicated: \(obstacle)"
    }
  }
}
