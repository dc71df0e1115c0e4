import PostgresTypes
import SchemaDrift

/// A table as setup sees it: both sides, and what comes of comparing them.
public struct PlannedTable: Sendable {
  /// The table on the source, as the publication sends it.
  public var source: TableSchema
  /// The table of the same name on the target; nil if there is none.
  public var target: TableSchema?
  /// Whether they fit.
  public var verdict: CompatibilityVerdict
  /// What is stored as allowed for it.
  public var overrides: PolicyOverrides

  /// Puts a table together.
  public init(
    source: TableSchema, target: TableSchema?, verdict: CompatibilityVerdict, overrides: PolicyOverrides = .none
  ) {
    self.source = source
    self.target = target
    self.verdict = verdict
    self.overrides = overrides
  }

  /// The row that is stored of it.
  var record: TableRecord {
    var record = TableRecord(
      source: source, sourceFingerprint: SchemaFingerprint(of: source),
      targetFingerprint: target.map { SchemaFingerprint(of: $0) },
      warnings: verdict.warnings, acceptedLosses: verdict.acceptedLosses.map(\.what), overrides: overrides)
    record.targetSchema = target
    return record
  }
}
