import PostgresTypes
import SchemaDrift

/// The plan that aligns the target with the source, table by table, and what became of it: what `schema sync` prints.
public struct AlignmentReport: Hashable, Sendable {
  /// What became of one table.
  public enum Outcome: String, Hashable, Sendable {
    /// Nothing was run: only the plan is shown.
    case planned
    /// The statements were run and committed.
    case applied
    /// The two sides agree, as far as statements can make them.
    case nothingToDo = "nothing_to_do"
    /// One side was changed between the plan and its application; nothing was run.
    case moved
    /// A statement was refused; nothing of the table's transaction has happened.
    case failed
  }

  /// One table.
  public struct Table: Hashable, Sendable {
    /// The table's name on the source.
    public var name: QualifiedName
    /// The plan.
    public var plan: AlignmentPlan
    /// Statements that are committed before the others.
    public var labels: [AlignmentPlan.Statement]
    /// Statements that run in one transaction.
    public var statements: [AlignmentPlan.Statement]
    /// Statements that have to wait until the table has caught up.
    public var later: [AlignmentPlan.Statement]
    /// True if the table is stopped, so that it has to be resumed afterwards.
    public var isStopped: Bool
    /// What became of it.
    public var outcome: Outcome
    /// Why it failed or why the plan was not right any more, line by line.
    public var explanation: [String]

    /// Puts a table together.
    public init(
      name: QualifiedName, plan: AlignmentPlan, labels: [AlignmentPlan.Statement],
      statements: [AlignmentPlan.Statement], later: [AlignmentPlan.Statement], isStopped: Bool, outcome: Outcome,
      explanation: [String] = []
    ) {
      self.name = name
      self.plan = plan
      self.labels = labels
      self.statements = statements
      self.later = later
      self.isStopped = isStopped
      self.outcome = outcome
      self.explanation = explanation
    }

    /// True if something is, or would be, run.
    public var isChanged: Bool { !labels.isEmpty || !statements.isEmpty }
    /// True if the two sides differ in a way that the statements do not reach.
    public var isUnresolved: Bool { !plan.unresolved.isEmpty || !plan.withheld.isEmpty }
  }

  /// The pipeline's name.
  public var pipeline: String
  /// The tables, by name.
  public var tables: [Table]

  /// Puts a report together.
  public init(pipeline: String, tables: [Table]) {
    self.pipeline = pipeline
    self.tables = tables.sorted { $0.name < $1.name }
  }

  /// How many tables came to this.
  public func count(_ outcome: Outcome) -> Int { tables.count { $0.outcome == outcome } }

  /// True if the statements of a table were not, or not all, carried out.
  public var hasFailed: Bool { tables.contains { $0.outcome == .failed || $0.outcome == .moved } }
}

extension AlignmentReport: Encodable {
  private enum CodingKeys: String, CodingKey { case pipeline, summary, tables }
  private enum SummaryKeys: String, CodingKey {
    case tables, planned, applied, moved, failed, unresolved
    case nothingToDo = "nothing_to_do"
  }
  private enum TableKeys: String, CodingKey {
    case table, outcome, statements, later, withheld, unresolved, explanation
    case sourceFingerprint = "source_fingerprint"
    case targetFingerprint = "target_fingerprint"
    case isStopped = "stopped"
  }
  private enum StatementKeys: String, CodingKey { case sql, change, column, hazards }

  /// Writes `summary` and a plan with its outcome for each table.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pipeline, forKey: .pipeline)
    var summary = container.nestedContainer(keyedBy: SummaryKeys.self, forKey: .summary)
    try summary.encode(tables.count, forKey: .tables)
    try summary.encode(count(.planned), forKey: .planned)
    try summary.encode(count(.applied), forKey: .applied)
    try summary.encode(count(.nothingToDo), forKey: .nothingToDo)
    try summary.encode(count(.moved), forKey: .moved)
    try summary.encode(count(.failed), forKey: .failed)
    try summary.encode(tables.count(where: \.isUnresolved), forKey: .unresolved)
    var list = container.nestedUnkeyedContainer(forKey: .tables)
    for table in tables {
      var object = list.nestedContainer(keyedBy: TableKeys.self)
      try object.encode(table.name.sql, forKey: .table)
      try object.encode(table.outcome.rawValue, forKey: .outcome)
      try object.encode(table.isStopped, forKey: .isStopped)
      try object.encode(table.plan.sourceFingerprint.hex, forKey: .sourceFingerprint)
      try object.encode(table.plan.targetFingerprint?.hex, forKey: .targetFingerprint)
      try Self.encode(table.labels + table.statements, .statements, &object)
      try Self.encode(table.later, .later, &object)
      try Self.encode(table.plan.withheld, .withheld, &object)
      try object.encode(table.plan.unresolved.map(FindingReport.init), forKey: .unresolved)
      try object.encode(table.explanation, forKey: .explanation)
    }
  }

  private static func encode(
    _ statements: [AlignmentPlan.Statement], _ key: TableKeys, _ container: inout KeyedEncodingContainer<TableKeys>
  ) throws {
    var list = container.nestedUnkeyedContainer(forKey: key)
    for statement in statements {
      var object = list.nestedContainer(keyedBy: StatementKeys.self)
      try object.encode(statement.sql, forKey: .sql)
      try object.encode(statement.change, forKey: .change)
      try object.encode(statement.column, forKey: .column)
      try object.encode(statement.hazards, forKey: .hazards)
    }
  }
}
