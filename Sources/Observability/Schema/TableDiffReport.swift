import LogicalReplication
import PostgresTypes
import SchemaDrift

/// A table of the source beside the target's, column by column: what `schema diff` shows.
public struct TableDiffReport: Sendable {
  /// The verdict over the two, with what it found.
  public var verdict: CompatibilityVerdict
  /// The columns; nil if the target has no such table.
  public var diff: SchemaDiff?
  /// How the pipeline's table fares; nil if the pipeline does not have it, or is not set up yet.
  public var status: TableStatus?

  /// Puts a report together.
  public init(verdict: CompatibilityVerdict, diff: SchemaDiff?, status: TableStatus?) {
    self.verdict = verdict
    self.diff = diff
    self.status = status
  }
}

extension TableDiffReport: Encodable {
  private enum CodingKeys: String, CodingKey {
    case table, verdict, reason, fix, findings
    case existsOnTarget = "exists_on_target"
    case syncStatus = "sync_status"
    case inCommon = "in_common"
    case sourceOnly = "source_only"
    case targetOnly = "target_only"
    case typeMismatches = "type_mismatches"
  }

  private enum ColumnKeys: String, CodingKey {
    case column, source, target, conversion, differences
  }

  /// Writes every key of the contract: in common, source only, target only, type mismatches, sync status, reason, fix.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(verdict.table.sql, forKey: .table)
    try container.encode(verdict.outcome, forKey: .verdict)
    try container.encode(diff != nil, forKey: .existsOnTarget)
    try container.encode(status?.condition, forKey: .syncStatus)
    try container.encode(status?.reason ?? verdict.reason?.rawValue, forKey: .reason)
    try container.encode(verdict.fix, forKey: .fix)
    try container.encode(verdict.findings.map(FindingReport.init), forKey: .findings)
    try container.encode(diff?.sourceOnly.map(ColumnReport.init) ?? [], forKey: .sourceOnly)
    try container.encode(diff?.targetOnly.map(ColumnReport.init) ?? [], forKey: .targetOnly)
    try container.encode(diff?.typeMismatches.map(\.source.name) ?? [], forKey: .typeMismatches)
    var common = container.nestedUnkeyedContainer(forKey: .inCommon)
    for comparison in diff?.common ?? [] {
      var column = common.nestedContainer(keyedBy: ColumnKeys.self)
      try column.encode(comparison.source.name, forKey: .column)
      try column.encode(ColumnReport(comparison.source), forKey: .source)
      try column.encode(ColumnReport(comparison.target), forKey: .target)
      try column.encode(comparison.conversion.name, forKey: .conversion)
      try column.encode(comparison.differences, forKey: .differences)
    }
  }
}

extension TypeConversion {
  /// The conversion in one word.
  public var name: String {
    switch self {
    case .identical: "identical"
    case .widening: "widening"
    case .conditional: "conditional"
    case .lossy: "lossy"
    case .impossible: "impossible"
    }
  }
}
