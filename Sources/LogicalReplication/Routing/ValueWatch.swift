import SchemaDrift

/// What has to be looked at in every new row of a plan before it is written: columns that may only be NULL, columns whose
/// values are left out, and columns whose values must survive the way to the target and back.
public struct ValueWatch: Sendable {
  /// Tuple columns that the target lacks and that pass as long as they are NULL (`stop_on_value`).
  public let untilFirstValue: [Int]
  /// Tuple columns whose values an override leaves out.
  public let leftOut: [Int]
  /// Tuple columns whose values must survive the round trip (`cast_if_exact`).
  public let exact: [Int]

  /// Reads it off a verdict.
  public init(_ verdict: CompatibilityVerdict) {
    untilFirstValue = verdict.skipped.filter { $0.reason == .untilFirstValue }.map(\.ordinal)
    leftOut = verdict.skipped.filter(\.isLoss).map(\.ordinal)
    exact = verdict.columns.filter { $0.check == .exactRoundTrip }.map(\.ordinal)
  }

  /// True if rows have to be looked at.
  public var isNeeded: Bool { !untilFirstValue.isEmpty || !leftOut.isEmpty || !exact.isEmpty }

  /// The first column that may only be NULL and is not.
  ///
  /// A value that was not sent because it did not change is a value: unchanged TOAST is never NULL.
  public func firstValue(in row: TupleBytes) -> Int? { first(of: untilFirstValue, in: row) }

  /// Whether writing the row leaves out a value.
  public func leavesOutValue(of row: TupleBytes) -> Bool { first(of: leftOut, in: row) != nil }

  private func first(of ordinals: [Int], in row: TupleBytes) -> Int? {
    guard !ordinals.isEmpty else { return nil }
    var columns = row.columns
    var ordinal = 0
    while let column = columns.next() {
      if column.kind != TupleColumn.null, ordinals.contains(ordinal) { return ordinal }
      ordinal += 1
    }
    return nil
  }
}
