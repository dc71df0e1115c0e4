import PostgresTypes

/// The statements that repeat a change of the source's table on the target, at the very place of the stream where the new
/// shape begins, so that the table does not have to stop.
///
/// There is one only if repeating the statements makes the two tables equal again, existing rows included, as far as that
/// can be known: every finding that blocks is of an allowed kind, is a change of the *source* since the table was accepted
/// (what somebody changed on the target is not undone), and needs no value that the stream does not carry.
///
/// One remark is left: PostgreSQL rewrites the rows when a type is widened (integer to bigint), and nothing tells whether a
/// USING clause changed them meanwhile. The values that the target has survive, and the table is marked for repair.
public struct AutomaticMigration: Hashable, Sendable {
  /// What is run, in order, before the first tuple of the new shape.
  public let statements: [String]
  /// What completes it where the rows allow it, such as SET NOT NULL; the migration stands without.
  public let completion: [String]
  /// What the statements do, each kind once.
  public let changes: [SchemaChange]

  /// The migration for a verdict; nil if the table has to stop.
  ///
  /// - Parameter allowed: the kinds of change that may be made.
  public init?(_ judgement: Judgement, _ verdict: CompatibilityVerdict, allowing allowed: Set<SchemaChange>) {
    let blocking = verdict.findings.filter { $0.severity == .blocked }
    guard !blocking.isEmpty, let baseline = judgement.baseline, let target = judgement.target,
      baseline.oid == judgement.source.oid, judgement.acceptedTarget.map({ $0.oid == target.oid }) ?? true,
      Self.isLineageKnown(judgement)
    else { return nil }
    var changes: [SchemaChange] = []
    for finding in blocking {
      guard let change = Self.change(finding, judgement, since: baseline), allowed.contains(change) else { return nil }
      if !changes.contains(change) { changes.append(change) }
    }
    self.changes = changes
    statements = verdict.fix
    completion = verdict.fixAfterResume
  }

  /// With the source's catalog ahead of the stream, a column that it does not know may be another one under a name that
  /// lasted for a moment: then nothing says what to do with its values.
  private static func isLineageKnown(_ judgement: Judgement) -> Bool {
    judgement.source.columns.allSatisfy { $0.attributeNumber != 0 }
  }

  /// What a finding asks for; nil if repeating it would not be exact.
  private static func change(
    _ finding: Finding, _ judgement: Judgement, since baseline: TableSchema
  ) -> SchemaChange? {
    guard !finding.fix.isEmpty, let name = finding.column else { return nil }
    let change = AlignmentPlan.change(of: finding, judgement, timezone: judgement.policy.timezone)
    switch finding.reason {
    case .sourceAddedColumn:
      guard let column = judgement.source.column(named: name), finding.backfillReason == nil,
        baseline.column(numbered: column.attributeNumber) == nil, holdsOnlyKnownValues(judgement, since: baseline)
      else { return nil }
      return change
    case .safeCast, .unsafeCast:
      guard let column = judgement.source.column(named: name),
        let former = baseline.column(numbered: column.attributeNumber),
        TypeConversion.between(former.type, column.type, timezone: judgement.policy.timezone) != .identical
      else { return nil }
      return change
    case .sourceRenamedColumn, .sourceRemovedColumn:
      return finding.backfillReason == nil ? change : nil
    default: return nil
    }
  }

  /// With the catalog ahead, what rows that exist already hold in a new column is only known if nothing has rewritten the
  /// table since: a rewrite takes the value of ADD time out of the catalog.
  private static func holdsOnlyKnownValues(_ judgement: Judgement, since baseline: TableSchema) -> Bool {
    guard judgement.source.catalogCompleteness == .wire else { return true }
    guard let current = judgement.current, current.relationFileNode != 0 else { return false }
    return current.relationFileNode == baseline.relationFileNode
  }
}
