/// Decides whether and when a failed session is tried again.
struct RetryPolicy {
  private static let first = Duration.milliseconds(200)
  private static let longest = Duration.seconds(10)
  /// `--once` gives up after so long without a session that works.
  private static let patienceOnce = Duration.seconds(60)

  private let isOnce: Bool
  private var next = first
  private var troubleSince: ContinuousClock.Instant?

  init(isOnce: Bool) { self.isOnce = isOnce }

  /// A session was under way: the next trouble is a new one.
  mutating func succeeded() {
    next = Self.first
    troubleSince = nil
  }

  /// How long to wait before the next attempt; nil to give up.
  mutating func delay(after error: SyncError) -> Duration? {
    if case .restart = error { return .zero }
    guard error.isRetryable else { return nil }
    let now = ContinuousClock.now
    let since = troubleSince ?? now
    troubleSince = since
    if isOnce, now - since >= Self.patienceOnce { return nil }
    defer { next = min(next * 2, Self.longest) }
    return next
  }
}
