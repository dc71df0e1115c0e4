import LibPQ
import PostgresTypes
import SchemaDrift

/// What aligns one table of the target with the source's: the plan, divided into what can run now and what has to wait.
public struct TableAlignment: Sendable {
  /// The table.
  public var table: ComparedTable
  /// The plan, for the two sides whose fingerprints it carries and no others.
  public var plan: AlignmentPlan
  /// True if the plan may drop columns.
  public var allowsDrop: Bool
  /// Labels of enums: they are committed before the rest, because no transaction can use a label that it has added.
  public var labels: [AlignmentPlan.Statement]
  /// What runs together in one transaction.
  public var statements: [AlignmentPlan.Statement]
  /// What can only run when the table has caught up and every row has its value.
  public var later: [AlignmentPlan.Statement]

  /// True if nothing is to be run now.
  public var isEmpty: Bool { labels.isEmpty && statements.isEmpty }

  /// Makes the plan for a table.
  ///
  /// - Parameters:
  ///   - allowsDrop: columns may be dropped.
  ///   - target: tells whether a table has rows, where that decides what can run now.
  public init(_ table: ComparedTable, allowsDrop: Bool, target: PostgresConnection) {
    self.table = table
    self.allowsDrop = allowsDrop
    plan = AlignmentPlan(table.judgement, allowsDrop: allowsDrop)
    let added = plan.statements.filter { $0.change == .addColumn }.compactMap(\.column)
    let isFollowed = table.record.map { $0.state == .streaming || $0.state == .pending } ?? true
    let waiting = plan.statements.filter(\.needsCatchUp)
    let needsRows = isFollowed && waiting.contains { $0.column.map(added.contains) ?? false }
    let isEmpty = needsRows && Self.isEmpty(table.judgement.target?.name, target)
    // Parked changes may still bring a NULL; a column that is added now has no values yet, unless there are no rows.
    let later = waiting.filter { statement in
      !isFollowed || (!isEmpty && statement.column.map(added.contains) ?? false)
    }
    self.later = later
    let now = plan.statements.filter { !later.contains($0) }
    labels = now.filter { $0.change == .enumLabel }
    statements = now.filter { $0.change != .enumLabel }
  }

  private static func isEmpty(_ table: QualifiedName?, _ target: PostgresConnection) -> Bool {
    guard let table else { return true }
    // Without the right to read it nothing is known, and then the statements wait.
    return (try? target.query("SELECT NOT EXISTS (SELECT FROM \(table.sql))")[0, 0]) == "t"
  }
}
