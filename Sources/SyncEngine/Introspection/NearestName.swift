/// Finds what a user perhaps meant by a name that does not exist.
enum NearestName {
  /// The name with the fewest edits from what was written, if it is near enough to be a slip; case does not count.
  static func of(_ written: String, among names: some Sequence<String>) -> String? {
    let wanted = Array(written.lowercased().unicodeScalars)
    // A third of the characters wrong is still a slip; more than that is another name.
    var limit = max(1, wanted.count / 3) + 1
    var nearest: String?
    for name in names {
      let candidate = Array(name.lowercased().unicodeScalars)
      guard abs(candidate.count - wanted.count) < limit else { continue }
      let distance = edits(wanted, candidate, below: limit)
      if distance < limit {
        limit = distance
        nearest = name
        if distance == 0 { break }
      }
    }
    return nearest
  }

  /// The number of insertions, deletions, replacements and swaps of neighbours between two texts; `limit` if it is not
  /// less (optimal string alignment).
  private static func edits(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], below limit: Int) -> Int {
    var beforePrevious: [Int] = []
    var previous = Array(0...right.count)
    for row in 0..<left.count {
      var current = [row + 1]
      current.reserveCapacity(right.count + 1)
      for column in 0..<right.count {
        let replacement = previous[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(replacement, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, beforePrevious[column - 1] + 1)
        }
        current.append(best)
      }
      if current.allSatisfy({ $0 >= limit }) { return limit }
      beforePrevious = previous
      previous = current
    }
    return min(limit, previous[right.count])
  }
}
