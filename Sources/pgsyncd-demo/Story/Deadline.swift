import Foundation

/// The moment until which a step must be through.
struct Deadline {
  private static let pollingInterval = 0.01

  let limit: Duration
  private let start = ContinuousClock.now

  init(within limit: Duration) { self.limit = limit }

  /// How long it has been so far.
  var elapsed: Duration { start.duration(to: .now) }

  /// Looks again and again until `condition` gives a value; how long that took is the second part of the answer.
  @discardableResult func value<Value>(
    of what: @autoclosure () -> String, _ condition: () throws -> Value?
  ) throws -> (value: Value, took: Duration) {
    let begin = ContinuousClock.now
    while true {
      if let value = try condition() { return (value, begin.duration(to: .now)) }
      try check(what())
      Thread.sleep(forTimeInterval: Self.pollingInterval)
    }
  }

  /// Throws if it is over: for work that cannot be interrupted in between.
  func check(_ what: String) throws(DemoFailure) {
    try Interruption.check()
    if elapsed > limit { throw .late(what, limit) }
  }

  /// Looks again and again until `condition` holds, and says how long that took.
  @discardableResult func wait(for what: @autoclosure () -> String, until condition: () throws -> Bool) throws
    -> Duration
  {
    try value(of: what()) { try condition() ? true : nil }.took
  }
}
