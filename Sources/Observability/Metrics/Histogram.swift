/// Counts observations by size, in buckets whose upper bounds are given.
public struct Histogram: Hashable, Sendable {
  /// The upper bounds of all buckets but the last, which has none; ascending.
  public let bounds: [Double]
  /// How many observations fell into each bucket: up to its bound and above the one before. One more than ``bounds``.
  public private(set) var counts: [Int64]
  /// The sum of all observations.
  public private(set) var sum: Double = 0

  /// Makes an empty histogram.
  public init(bounds: [Double]) {
    precondition(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }, "bounds ascend")
    self.bounds = bounds
    counts = [Int64](repeating: 0, count: bounds.count + 1)
  }

  /// Adds an observation. What is not a number is left out, and time that runs backwards counts as none.
  public mutating func observe(_ value: Double) {
    guard value.isFinite else { return }
    let value = max(0, value)
    counts[bounds.firstIndex { value <= $0 } ?? bounds.count] += 1
    sum += value
  }

  /// All observations.
  public var count: Int64 { counts.reduce(0, +) }
}
