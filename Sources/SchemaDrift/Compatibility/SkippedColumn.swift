/// A column of the source whose values are not applied, and by whose leave.
public struct SkippedColumn: Hashable, Sendable {
  /// Why a column is not applied.
  public enum Reason: String, Hashable, Sendable, Codable {
    /// `--skip-columns` names it.
    case override = "skip_columns"
    /// `source_added_columns: skip` (or `source_superset`).
    case policy = "source_added_columns"
    /// `source_added_columns: stop_on_value`: NULLs pass, the first value stops the table.
    case untilFirstValue = "stop_on_value"
    /// `--schema-validation=warn-only` or `disabled`.
    case warnOnly = "schema_validation"
    /// The source has dropped the column since, so this shape's values go away anyway.
    case droppedSince = "dropped_since"
    /// The target generates the column itself, by the same expression.
    case generatedOnTarget = "generated_on_target"
  }

  /// The column's name on the source.
  public var name: String
  /// The column's position in the tuple, from 0.
  public var ordinal: Int
  /// By whose leave.
  public var reason: Reason

  /// Puts a skipped column together.
  public init(name: String, ordinal: Int, reason: Reason) {
    self.name = name
    self.ordinal = ordinal
    self.reason = reason
  }

  /// True if skipping this loses values that the source keeps: `status` lists it under `accepted_losses`.
  public var isLoss: Bool {
    switch reason {
    case .override, .policy, .warnOnly: true
    case .untilFirstValue, .droppedSince, .generatedOnTarget: false
    }
  }
}
