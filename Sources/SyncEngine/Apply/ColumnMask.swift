import LogicalReplication

/// Which columns of a plan a statement sets: one bit a column, so that tuples with the same unchanged TOAST columns share
/// a prepared statement. Tables of up to 64 columns need no allocation.
struct ColumnMask: Hashable {
  private var low: UInt64 = 0
  private var high: [UInt64] = []

  /// The columns of the plan that the tuple has a value for, key columns included.
  init(valuesOf tuple: TupleBytes, plan: ApplyPlan) {
    var columns = tuple.columns
    var ordinal = 0
    while let column = columns.next() {
      let place = plan.placeOfOrdinal[ordinal]
      if place >= 0, column.kind != TupleColumn.unchanged { insert(place) }
      ordinal += 1
    }
  }

  /// Adds a column by its place in the plan.
  mutating func insert(_ place: Int) {
    if place < 64 {
      low |= 1 << UInt64(place)
    } else {
      let word = place / 64 - 1
      while high.count <= word { high.append(0) }
      high[word] |= 1 << UInt64(place % 64)
    }
  }

  /// Whether a column is set.
  func contains(_ place: Int) -> Bool {
    if place < 64 { return low & (1 << UInt64(place)) != 0 }
    let word = place / 64 - 1
    return word < high.count && high[word] & (1 << UInt64(place % 64)) != 0
  }
}
