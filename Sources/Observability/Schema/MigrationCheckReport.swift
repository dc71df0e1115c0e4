import PostgresTypes
import SchemaDrift

/// What a migration file would do to the tables of a pipeline: what `schema check` prints.
public struct MigrationCheckReport: Hashable, Sendable {
  /// The pipeline's name.
  public var pipeline: String
  /// The migration file, as it was named.
  public var file: String
  /// The tables that it touches, by name.
  public var tables: [CheckedTable]
  /// How many replicated tables it leaves as they are.
  public var untouchedCount: Int
  /// Tables that it creates.
  public var created: [QualifiedName]
  /// What is done with a table that is new in the publication.
  public var newTables: DriftPolicy.NewTables
  /// Objects that the copies lack.
  public var notReproduced: [String]

  /// Puts a report together.
  public init(
    pipeline: String, file: String, tables: [CheckedTable], untouchedCount: Int, created: [QualifiedName],
    newTables: DriftPolicy.NewTables, notReproduced: [String]
  ) {
    self.pipeline = pipeline
    self.file = file
    self.tables = tables
    self.untouchedCount = untouchedCount
    self.created = created
    self.newTables = newTables
    self.notReproduced = notReproduced
  }

  /// How many tables come to this.
  public func count(_ outcome: CheckedTable.Outcome) -> Int { tables.count { $0.outcome == outcome } }

  /// The gravest of all outcomes.
  public var outcome: CheckedTable.Outcome {
    CheckedTable.Outcome.allCases.first { count($0) > 0 } ?? .goOn
  }

  /// What to do, in order: statements of the target, the migration, statements of the target afterwards, commands.
  public var steps: [String] {
    let first = tables.filter { $0.order == .targetFirst }.flatMap(\.fix)
    let last = tables.filter { $0.order == .sourceFirst }
    let backfilled = tables.filter { !$0.staleColumns.isEmpty || ($0.outcome == .stop && $0.order == .unknown) }
    var steps: [String] = []
    if !first.isEmpty { steps += ["on the target first:"] + first.map { "  " + $0 } }
    steps.append("on the source: the migration (\(file))")
    if !last.isEmpty {
      steps += ["then on the target (these tables stop in between, and nothing is lost):"]
      steps += last.flatMap(\.fix).map { "  " + $0 }
      steps += last.map { "  pgsyncd resume --table \(ShellWord.quoted($0.name.sql))" }
    }
    for table in backfilled {
      steps.append(
        "for the rows that \(table.name.sql) has already: pgsyncd resync --table \(ShellWord.quoted(table.name.sql))")
    }
    return steps
  }
}

extension MigrationCheckReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case pipeline, file, result, summary, steps, tables, created
    case newTables = "new_tables"
    case notReproduced = "not_reproduced"
  }
  private enum SummaryKeys: String, CodingKey {
    case touched, untouched, stop
    case needsBackfill = "needs_backfill"
    case autoMigrate = "auto_migrate"
    case goOn = "go_on"
  }
  private enum TableKeys: String, CodingKey {
    case table, outcome, order, reason, error, fix, backfill, notes, findings
  }

  /// Writes `result`, `summary`, `steps`, and an outcome with its findings for each table.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pipeline, forKey: .pipeline)
    try container.encode(file, forKey: .file)
    try container.encode(outcome.rawValue, forKey: .result)
    var summary = container.nestedContainer(keyedBy: SummaryKeys.self, forKey: .summary)
    try summary.encode(tables.count, forKey: .touched)
    try summary.encode(untouchedCount, forKey: .untouched)
    try summary.encode(count(.stop), forKey: .stop)
    try summary.encode(count(.needsBackfill), forKey: .needsBackfill)
    try summary.encode(count(.autoMigrate), forKey: .autoMigrate)
    try summary.encode(count(.goOn), forKey: .goOn)
    try container.encode(steps, forKey: .steps)
    try container.encode(created.map(\.sql), forKey: .created)
    try container.encode(newTables, forKey: .newTables)
    try container.encode(notReproduced, forKey: .notReproduced)
    var list = container.nestedUnkeyedContainer(forKey: .tables)
    for table in tables {
      var object = list.nestedContainer(keyedBy: TableKeys.self)
      try object.encode(table.name.sql, forKey: .table)
      try object.encode(table.outcome.rawValue, forKey: .outcome)
      try object.encode(table.order.rawValue, forKey: .order)
      try object.encode(table.verdict?.reason, forKey: .reason)
      try object.encode(table.verdict?.error, forKey: .error)
      try object.encode(table.fix, forKey: .fix)
      try object.encode(table.staleColumns.map(\.reason), forKey: .backfill)
      try object.encode(table.notes, forKey: .notes)
      try object.encode(table.verdict?.findings.map(FindingReport.init) ?? [], forKey: .findings)
    }
  }
}
