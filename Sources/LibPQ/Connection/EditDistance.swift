/// How many single-character insertions, deletions and replacements turn one word into another.
enum EditDistance {
  static func between(_ first: String, _ second: String) -> Int {
    let first = Array(first.utf8)
    let second = Array(second.utf8)
    var previous = Array(0...second.count)
    for (row, left) in first.enumerated() {
      var current = [row + 1]
      for (column, right) in second.enumerated() {
        current.append(min(previous[column + 1] + 1, current[column] + 1, previous[column] + (left == right ? 0 : 1)))
      }
      previous = current
    }
    return previous[second.count]
  }
}
