import PostgresTypes

/// The outcome of comparing a table of the source with the target's, under a policy.
public struct CompatibilityVerdict: Hashable, Sendable {
  /// Whether the table may go on.
  public enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
    /// It may.
    case compatible
    /// It may, with something to say.
    case warning
    /// It must stop.
    case blocked
  }

  /// The table, by the name it has on the source now.
  public var table: QualifiedName
  /// Whether the table may go on.
  public var outcome: Outcome
  /// Everything that was found: heaviest first, inside one weight in the order in which fixes can be run.
  public var findings: [Finding]
  /// Where each value of a tuple goes, in tuple order. Complete only if the outcome is not `blocked`.
  public var columns: [ColumnMapping]
  /// The columns of the tuple that are not applied.
  public var skipped: [SkippedColumn]
  /// Target columns that are set to NULL with every row (`null-removed-columns`).
  public var nulledColumns: [String]
  /// Target columns that the source has dropped and that are left as they are (`preserve-columns`).
  public var keptColumns: [String]
  /// What the target loses by the operator's leave, for as long as that is in force.
  public var acceptedLosses: [AcceptedLoss] = []
  /// Columns whose values in existing rows are not known to be the same on both sides, whatever the outcome: when the
  /// table goes on, `status` names them until they are read again.
  public var staleColumns: [StaleColumn]
  /// How updates and deletes find their row on the target.
  public var rowIdentity: RowIdentity
  /// True if the source's catalog could not be used because it did not match the wire.
  public var isFromWireOnly: Bool

  /// Puts a verdict together.
  public init(
    table: QualifiedName, outcome: Outcome, findings: [Finding], columns: [ColumnMapping],
    skipped: [SkippedColumn] = [], nulledColumns: [String] = [], keptColumns: [String] = [],
    staleColumns: [StaleColumn] = [],
    rowIdentity: RowIdentity, isFromWireOnly: Bool = false
  ) {
    self.table = table
    self.outcome = outcome
    self.findings = findings
    self.columns = columns
    self.skipped = skipped
    self.nulledColumns = nulledColumns
    self.keptColumns = keptColumns
    self.staleColumns = staleColumns
    self.rowIdentity = rowIdentity
    self.isFromWireOnly = isFromWireOnly
  }

  /// False if the engine must stop before the first update or delete: it could touch the wrong number of rows.
  public var canFindRows: Bool { rowIdentity != .none }
}
