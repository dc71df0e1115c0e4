/// When the catalogs are looked at next. The first look is due at once.
struct WatchSchedule {
  /// Looks that somebody asks for are so far apart at least, and ten times as far as they take.
  private static let spacingMin = Duration.milliseconds(100)

  private var due = ContinuousClock.now
  private var earliest = ContinuousClock.now
  private var began = ContinuousClock.now

  /// True if it is time to look.
  var isDue: Bool { ContinuousClock.now >= due }

  /// For how long nothing is due.
  var millisecondsUntilDue: Int32 {
    let seconds = (due - .now) / .seconds(1)
    return Int32(max(0, min(seconds * 1000 + 1, 1_000_000)))
  }

  /// Somebody has heard of a change: the next look is due now, or as soon as looks may follow one another.
  mutating func hasten() { due = min(due, max(earliest, .now)) }

  /// A look begins.
  mutating func begin() { began = .now }

  /// A look has ended.
  ///
  /// - Parameter interval: between two looks that nobody asks for.
  mutating func end(interval: Duration) {
    let now = ContinuousClock.now
    earliest = now + max(Self.spacingMin, (now - began) * 10)
    due = max(began + interval, earliest)
  }
}
