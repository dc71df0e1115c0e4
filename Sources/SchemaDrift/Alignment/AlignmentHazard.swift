/// What running a statement of an alignment costs, or risks, on a table that is in use.
public enum AlignmentHazard: String, Hashable, Sendable, Codable, CaseIterable {
  /// Readers and writers of the table wait while it runs.
  case locksTable = "locks_table"
  /// PostgreSQL may have to write every row anew.
  case mayRewriteRows = "may_rewrite_rows"
  /// Every row is read.
  case readsRows = "reads_rows"
  /// Values are deleted.
  case deletesValues = "deletes_values"
  /// Values may be changed, or the statement refused because of one.
  case changesValues = "changes_values"
  /// It is committed on its own: a new label can only be used by a later transaction.
  case commitsAlone = "commits_alone"
}

extension SchemaChange {
  /// What the change costs or risks.
  public var hazards: [AlignmentHazard] {
    switch self {
    case .createTable: []
    case .enumLabel: [.commitsAlone]
    case .addColumn, .renameColumn, .renameTable, .columnProperty: [.locksTable]
    case .safeTypeChange: [.locksTable, .mayRewriteRows]
    case .typeChange: [.locksTable, .mayRewriteRows, .changesValues]
    case .dropColumn: [.locksTable, .deletesValues]
    case .addKey: [.locksTable, .readsRows]
    }
  }
}

extension AlignmentPlan.Statement {
  /// What running it costs or risks.
  public var hazards: [AlignmentHazard] { change.hazards + (needsCatchUp ? [.readsRows] : []) }
}
