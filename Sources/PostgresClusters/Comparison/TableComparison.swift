/// What comparing two tables found.
public struct TableComparison: Sendable, CustomStringConvertible {
  /// The tables.
  public let pair: TablePair
  /// The number of rows that the source's table has.
  public internal(set) var sourceRows = 0
  /// The number of rows that the target's table has.
  public internal(set) var targetRows = 0
  /// The number of rows that the target lacks; a row that is there three times and once counts as two.
  public internal(set) var onlyInSource = 0
  /// The number of rows that the source lacks.
  public internal(set) var onlyInTarget = 0
  /// The first differing rows, as many as were asked for.
  public internal(set) var differences: [RowDifference] = []

  /// True if both tables hold the same rows, each equally often.
  public var isEqual: Bool { onlyInSource == 0 && onlyInTarget == 0 }

  /// One line for a report, followed by one for each differing row.
  public var description: String {
    let head = "\(pair.source): \(sourceRows) rows in source, \(targetRows) in target, "
    guard !isEqual else { return head + "equal" }
    let lines = ["\(head)\(onlyInSource) only in source, \(onlyInTarget) only in target"]
    return (lines + differences.map { "  \($0)" }).joined(separator: "\n")
  }
}
