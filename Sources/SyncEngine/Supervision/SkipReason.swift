import PostgresTypes

/// Why rows, or parts of them, did not reach the target by somebody's leave. The words of the metrics.
public enum SkipReason: String, Hashable, Sendable, CaseIterable {
  /// A column of the source has no place on the target, and an override goes on without it.
  case columnMismatch = "column_mismatch"
  /// A value did not fit the target's type.
  case castError = "cast_error"
  /// A constraint of the target refused the row.
  case constraintViolation = "constraint_violation"

  /// The reason of a change that the target refused with this code and that an operator then let go.
  public init(refusedWith sqlState: SQLState?) {
    switch sqlState?.conditionClass {
    case "22": self = .castError
    case "23": self = .constraintViolation
    // What is left is about names: undefined column, undefined table, datatype mismatch.
    default: self = sqlState?.rawValue == "42804" ? .castError : .columnMismatch
    }
  }
}
