import PostgresTypes
import SchemaDrift

/// The comparison of all tables: what `schema validate` and `setup` report.
public struct SchemaReport: Hashable, Sendable {
  /// The pipeline's name.
  public var pipeline: String
  /// One verdict a table, by name.
  public var verdicts: [CompatibilityVerdict]

  /// True if the pipeline has the tables already.
  public var isSetUp: Bool

  /// Puts a report together.
  public init(pipeline: String, isSetUp: Bool, verdicts: [CompatibilityVerdict]) {
    self.pipeline = pipeline
    self.isSetUp = isSetUp
    self.verdicts = verdicts.sorted { $0.table < $1.table }
  }

  /// The heaviest outcome of all.
  public var outcome: CompatibilityVerdict.Outcome {
    if verdicts.contains(where: { $0.outcome == .blocked }) { return .blocked }
    return verdicts.contains { $0.outcome == .warning } ? .warning : .compatible
  }

  /// How many tables have this outcome.
  public func count(_ outcome: CompatibilityVerdict.Outcome) -> Int {
    verdicts.count { $0.outcome == outcome }
  }

  /// What to do next, in one sentence.
  public var recommendation: String {
    switch outcome {
    case .blocked:
      "Run the SQL shown for the blocked tables on the target, then compare again; "
        + "'pgsyncd schema diff --table T' shows a table column by column."
    case .warning: "The tables can be synchronised; read the warnings first."
    case .compatible: "The tables can be synchronised."
    }
  }
}

extension SchemaReport: Encodable {
  private enum CodingKeys: String, CodingKey { case pipeline, result, summary, recommendation, tables }
  private enum SummaryKeys: String, CodingKey { case tables, compatible, warning, blocked }
  private enum TableKeys: String, CodingKey { case table, verdict, reason, error, resolution, fix, findings, message }

  /// Writes `result`, `summary`, `recommendation`, and a verdict with its findings for each table.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(pipeline, forKey: .pipeline)
    try container.encode(outcome, forKey: .result)
    try container.encode(recommendation, forKey: .recommendation)
    var summary = container.nestedContainer(keyedBy: SummaryKeys.self, forKey: .summary)
    try summary.encode(verdicts.count, forKey: .tables)
    try summary.encode(count(.compatible), forKey: .compatible)
    try summary.encode(count(.warning), forKey: .warning)
    try summary.encode(count(.blocked), forKey: .blocked)
    var tables = container.nestedUnkeyedContainer(forKey: .tables)
    for verdict in verdicts {
      var table = tables.nestedContainer(keyedBy: TableKeys.self)
      try table.encode(verdict.table.sql, forKey: .table)
      try table.encode(verdict.outcome, forKey: .verdict)
      try table.encode(verdict.reason, forKey: .reason)
      try table.encode(verdict.error, forKey: .error)
      try table.encode(verdict.resolution, forKey: .resolution)
      try table.encode(verdict.fix, forKey: .fix)
      try table.encode(verdict.messageLines(isSetUp: isSetUp), forKey: .message)
      try table.encode(verdict.findings.map(FindingReport.init), forKey: .findings)
    }
  }
}
