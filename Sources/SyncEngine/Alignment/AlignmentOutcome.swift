import LibPQ

/// What became of aligning one table.
public enum AlignmentOutcome: Sendable {
  /// The statements were run and committed.
  case applied
  /// There was nothing to run.
  case nothingToDo
  /// One of the two sides is not what it was when the plan was made, so nothing was run.
  case moved(String)
  /// A statement was refused; nothing of the table's transaction has happened.
  case failed(AlignmentFailure)
}

/// Why a table could not be aligned.
public struct AlignmentFailure: Sendable {
  /// The statement that was refused; nil if the table could not even be locked.
  public var statement: String?
  /// What the server said.
  public var error: PostgresError
  /// The sessions that hold the table, if that was in the way.
  public var blockers: [String]

  /// What happened, line by line: the objects that depend on what was to be changed are named.
  public var lines: [String] {
    var lines: [String] = []
    if let statement { lines.append("refused: " + statement) }
    lines.append(error.messageWithoutValues + (error.sqlState.map { " (SQLSTATE \($0))" } ?? ""))
    // What depends on a column stands in the detail; in these classes it names objects and never values.
    if let detail = error.detail, ["2B", "0A"].contains(error.sqlState?.conditionClass ?? "") {
      lines += detail.split(separator: "\n").map(String.init)
    }
    lines += blockers.map { "held by \($0)" }
    if let hint = error.hint { lines.append("hint: " + hint) }
    return lines
  }
}
