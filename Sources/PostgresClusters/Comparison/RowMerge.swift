import LibPQ

/// Walks through two sorted streams of rows and notes what only one of them has.
struct RowMerge {
  private var comparison: TableComparison
  private let differencesMax: Int

  init(comparison: TableComparison, differencesMax: Int) {
    self.comparison = comparison
    self.differencesMax = differencesMax
  }

  /// What was found, a row that only lies under the same key on both sides reported once.
  var result: TableComparison {
    var result = comparison
    let sourceKeys = Set(comparison.differences.filter { $0.side == .sourceOnly }.map(\.key))
    let changed = Set(comparison.differences.filter { $0.side == .targetOnly }.map(\.key)).intersection(sourceKeys)
    result.differences = comparison.differences.compactMap { difference in
      guard changed.contains(difference.key) else { return difference }
      return difference.side == .sourceOnly ? RowDifference(side: .changed, key: difference.key) : nil
    }
    result.differences = Array(result.differences.prefix(differencesMax))
    return result
  }

  mutating func run(
    _ source: consuming RowStream, _ target: consuming RowStream
  ) throws(PostgresError) {
    var left = try source.next()
    var right = try target.next()
    while left != nil || right != nil {
      switch Self.order(left, right) {
      case .same:
        comparison.sourceRows += 1
        comparison.targetRows += 1
        left = try source.next()
        right = try target.next()
      case .leftFirst:
        comparison.sourceRows += 1
        comparison.onlyInSource += 1
        note(left, .sourceOnly)
        left = try source.next()
      case .rightFirst:
        comparison.targetRows += 1
        comparison.onlyInTarget += 1
        note(right, .targetOnly)
        right = try target.next()
      }
    }
  }

  private enum Order {
    case same
    case leftFirst
    case rightFirst
  }

  private static func order(_ left: RowStream.Row?, _ right: RowStream.Row?) -> Order {
    guard let left else { return .rightFirst }
    guard let right else { return .leftFirst }
    if left.key == right.key, left.bytes == right.bytes { return .same }
    let (leftKey, rightKey) = (left.key ?? [], right.key ?? [])
    let isLeftFirst =
      leftKey == rightKey
      ? left.bytes.lexicographicallyPrecedes(right.bytes) : leftKey.lexicographicallyPrecedes(rightKey)
    return isLeftFirst ? .leftFirst : .rightFirst
  }

  private mutating func note(_ row: RowStream.Row?, _ side: RowDifference.Side) {
    // Each side has room of its own, so that the two halves of a changed row can meet.
    guard let row, comparison.differences.count(where: { $0.side == side }) < differencesMax else { return }
    let key = String(decoding: row.key ?? Array(row.bytes.prefix(200)), as: UTF8.self)
    comparison.differences.append(RowDifference(side: side, key: key))
  }
}
