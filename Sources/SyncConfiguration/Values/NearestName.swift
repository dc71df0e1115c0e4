/// Finds what a user probably meant when a name is not one of the valid ones.
public enum NearestName {
  /// The valid name with the fewest typing errors from `name`, the first in order among equals; nil if there is none.
  ///
  /// Upper and lower case count as half an error, so that `Users` finds `users` before `user`.
  public static func nearest(to name: String, among valid: some Sequence<String>) -> String? {
    let wanted = Array(name.unicodeScalars)
    var best: (name: String, cost: Int)?
    for candidate in valid.sorted() {
      let cost = distance(wanted, Array(candidate.unicodeScalars))
      if best == nil || cost < best!.cost { best = (candidate, cost) }
    }
    return best?.name
  }

  /// The nearest valid name if it is near enough to be a slip of the finger: at most a third of it differs.
  public static func likely(for name: String, among valid: some Sequence<String>) -> String? {
    guard let candidate = nearest(to: name, among: valid) else { return nil }
    let cost = distance(Array(name.unicodeScalars), Array(candidate.unicodeScalars))
    return cost <= 2 * max(1, max(name.count, candidate.count) / 3) ? candidate : nil
  }

  /// Twice the number of insertions, deletions, replacements and swaps of neighbours that turn one text into the other
  /// (optimal string alignment); a change of case alone costs 1.
  static func distance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    if left.isEmpty || right.isEmpty { return 2 * max(left.count, right.count) }
    var beforeLast: [Int] = []
    var last = (0...right.count).map { 2 * $0 }
    for row in 1...left.count {
      var current = [2 * row]
      current.reserveCapacity(right.count + 1)
      for column in 1...right.count {
        var cost = min(
          last[column] + 2, current[column - 1] + 2,
          last[column - 1] + replacement(left[row - 1], right[column - 1]))
        if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
          cost = min(cost, beforeLast[column - 2] + 2)
        }
        current.append(cost)
      }
      (beforeLast, last) = (last, current)
    }
    return last[right.count]
  }

  private static func replacement(_ left: Unicode.Scalar, _ right: Unicode.Scalar) -> Int {
    if left == right { return 0 }
    return left.properties.lowercaseMapping == right.properties.lowercaseMapping ? 1 : 2
  }
}
