import PostgresTypes

/// The statements that align the target's table with the source's: what `schema sync` shows and runs.
///
/// It holds the fix of every finding, whatever the policy allows, and what a verdict does not mind: defaults, and NOT
/// NULL where only the source has it. It is made from two states of the tables and is right for these alone; their
/// fingerprints go with it.
public struct AlignmentPlan: Hashable, Sendable {
  /// One statement.
  public struct Statement: Hashable, Sendable {
    /// The statement, ready to run.
    public var sql: String
    /// What it does.
    public var change: SchemaChange
    /// The column that it is about, by its name on the source; nil for the table.
    public var column: String?
    /// True if it can only be run when the table has caught up and every row has its value.
    public var needsCatchUp: Bool

    /// Puts a statement together.
    public init(sql: String, change: SchemaChange, column: String?, needsCatchUp: Bool = false) {
      self.sql = sql
      self.change = change
      self.column = column
      self.needsCatchUp = needsCatchUp
    }
  }

  /// The statements in runnable order.
  public let statements: [Statement]
  /// Statements that are left out because they drop a column.
  public let withheld: [Statement]
  /// What no statement can mend; these need a copy or the operator's decision.
  public let unresolved: [Finding]
  /// The source's table for which this was made.
  public let sourceFingerprint: SchemaFingerprint
  /// The target's table for which this was made; nil if there was none.
  public let targetFingerprint: SchemaFingerprint?

  /// Makes the plan.
  ///
  /// - Parameters:
  ///   - judgement: the two tables. Its policy counts for the time zone only.
  ///   - allowsDrop: true if columns may be dropped.
  public init(_ judgement: Judgement, allowsDrop: Bool = false) {
    var strict = judgement
    strict.policy = DriftPolicy(timezone: judgement.policy.timezone)
    let verdict = strict.verdict()
    let timezone = judgement.policy.timezone
    let found = verdict.findings.flatMap { Self.statements(of: $0, judgement, timezone: timezone) }
    // A label that is added leaves the rest of its column as it is.
    let isFixed = { (finding: Finding) in !finding.fix.isEmpty && finding.reason != .sourceEnumLabel }
    let fixed = Set(verdict.findings.filter(isFixed).compactMap { $0.column.map(NameKey.init) })
    var seen: Set<NameKey> = []
    let all = (found + Self.propertyStatements(judgement, except: fixed)).filter {
      seen.insert(NameKey($0.sql)).inserted
    }
    let inOrder = all.filter { !$0.needsCatchUp } + all.filter(\.needsCatchUp)
    statements = inOrder.filter { allowsDrop || $0.change != .dropColumn }
    withheld = inOrder.filter { !allowsDrop && $0.change == .dropColumn }
    unresolved = verdict.findings.filter { $0.severity == .blocked && $0.fix.isEmpty }
    sourceFingerprint = SchemaFingerprint(of: judgement.source)
    targetFingerprint = judgement.target.map(SchemaFingerprint.init(of:))
  }

  private static func statements(of finding: Finding, _ judgement: Judgement, timezone: String) -> [Statement] {
    guard let change = change(of: finding, judgement, timezone: timezone) else { return [] }
    return finding.fix.map { Statement(sql: $0, change: change, column: finding.column) }
      + finding.fixAfterResume.map {
        Statement(sql: $0, change: .columnProperty, column: finding.column, needsCatchUp: true)
      }
  }

  /// What the statements of a finding do; nil if it has none.
  static func change(of finding: Finding, _ judgement: Judgement, timezone: String) -> SchemaChange? {
    switch finding.reason {
    case .sourceAddedColumn: .addColumn
    case .sourceGeneratedColumn: finding.severity == .blocked ? .dropColumn : .addColumn
    case .sourceRemovedColumn, .sourceReplacedColumn: .dropColumn
    case .sourceRenamedColumn: .renameColumn
    case .safeCast, .unsafeCast: isSafe(finding, judgement, timezone: timezone) ? .safeTypeChange : .typeChange
    case .sourceEnumLabel: .enumLabel
    case .targetNotNull, .targetStricter, .targetGenerated: .columnProperty
    case .tableMissing: .createTable
    case .tableRenamed: .renameTable
    case .noRowIdentity: .addKey
    case .targetAddedColumn, .tableRecreated, .tableAdded, .publicationGap, .partitionChange, .sourceRewritten,
      .applyError:
      nil
    }
  }

  /// True if the values that the target holds survive the change of the column's type.
  private static func isSafe(_ finding: Finding, _ judgement: Judgement, timezone: String) -> Bool {
    guard let name = finding.column, let source = judgement.source.column(named: name),
      let target = judgement.target?.column(named: name)
    else { return false }
    return TypeConversion.between(target.type, source.type, timezone: timezone).isLossless
  }

  /// Defaults, and NOT NULL where only the source has it, for the columns that both sides have.
  private static func propertyStatements(_ judgement: Judgement, except fixed: Set<NameKey>) -> [Statement] {
    guard let target = judgement.target, judgement.source.catalogCompleteness == .catalog else { return [] }
    let diff = SchemaDiff(source: judgement.source, target: target, timezone: judgement.policy.timezone)
    return diff.common.filter { !fixed.contains(NameKey($0.source.name)) }.flatMap { pair -> [Statement] in
      guard pair.source.generated == nil, pair.target.generated == nil else { return [] }
      let name = pair.source.name
      let alter = "ALTER TABLE \(target.name.sql) ALTER COLUMN \(SQLIdentifier.quoted(name)) "
      var statements: [Statement] = []
      if pair.differences.contains(.defaultExpression), pair.source.identity == nil, pair.target.identity == nil {
        let sequence = pair.source.defaultExpression.flatMap { DefaultExpression($0).sequence }
        if let sequence {
          statements.append(
            Statement(
              sql: "CREATE SEQUENCE IF NOT EXISTS \(sequence);", change: .columnProperty, column: name))
        }
        let change = pair.source.defaultExpression.map { "SET DEFAULT \($0);" } ?? "DROP DEFAULT;"
        statements.append(Statement(sql: alter + change, change: .columnProperty, column: name))
      }
      if pair.source.isNotNull, !pair.target.isNotNull {
        statements.append(
          Statement(sql: alter + "SET NOT NULL;", change: .columnProperty, column: name, needsCatchUp: true))
      }
      return statements
    }
  }
}
