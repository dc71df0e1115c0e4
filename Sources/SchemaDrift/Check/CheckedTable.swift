import PostgresTypes

/// What a migration of the source would do to one replicated table: what `schema check` says of it.
public struct CheckedTable: Hashable, Sendable {
  /// What becomes of the table, the gravest first.
  public enum Outcome: String, Hashable, Sendable, CaseIterable {
    /// It would stop.
    case stop
    /// It would go on, with rows that differ until columns are read again.
    case needsBackfill = "needs_backfill"
    /// The change would be repeated on the target by itself, and the table goes on.
    case autoMigrate = "auto_migrate"
    /// It would go on.
    case goOn = "go_on"
  }

  /// In which order migration and fix are safe.
  public enum Order: String, Hashable, Sendable, CaseIterable {
    /// There is nothing to run on the target.
    case any
    /// The fix on the target, then the migration on the source: the table never stops.
    case targetFirst = "target_first"
    /// The migration on the source, then the fix on the target: the table stops in between, and nothing is lost.
    case sourceFirst = "source_first"
    /// No statement makes the two sides fit.
    case unknown = "none"
  }

  /// The table's name before the migration.
  public var name: QualifiedName
  /// What becomes of it.
  public var outcome: Outcome
  /// In which order it is safe.
  public var order: Order
  /// The comparison after the migration; nil if the source has no such table any more.
  public var verdict: CompatibilityVerdict?
  /// What to run on the target.
  public var fix: [String]
  /// Columns whose existing values would differ, and why.
  public var staleColumns: [StaleColumn]
  /// What else there is to know.
  public var notes: [String]

  /// Puts a table together.
  public init(
    name: QualifiedName, outcome: Outcome, order: Order, verdict: CompatibilityVerdict?, fix: [String] = [],
    staleColumns: [StaleColumn] = [], notes: [String] = []
  ) {
    self.name = name
    self.outcome = outcome
    self.order = order
    self.verdict = verdict
    self.fix = fix
    self.staleColumns = staleColumns
    self.notes = notes
  }
}
