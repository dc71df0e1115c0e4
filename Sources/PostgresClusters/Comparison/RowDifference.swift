/// One row that is not the same on both sides.
public struct RowDifference: Sendable, Equatable, CustomStringConvertible {
  /// Where the row is.
  public enum Side: String, Sendable {
    /// Only the source has it.
    case sourceOnly = "only in source"
    /// Only the target has it.
    case targetOnly = "only in target"
    /// Both have a row of that key, with other values.
    case changed = "differs"
  }

  /// Where the row is.
  public var side: Side
  /// The primary key as a row constructor's text, `(1,a)`; for a table without one the whole row, cut to a sane length.
  public var key: String

  /// `(1,a) only in source`
  public var description: String { "\(key) \(side.rawValue)" }
}
