import LogicalReplication
import PostgresTypes

/// Measures how old the target's state is, without asking either server: it remembers when the source was seen where, and
/// how old the oldest of these sights is that the target does not have yet.
public struct LagClock: Sendable {
  private struct Sight: Sendable {
    var position: LSN
    var at: ContinuousClock.Instant
  }

  /// With more sights than this every second one goes, and from then on they are taken half as often: the answer stays
  /// right to within the time between two of them, a thousandth of the lag.
  static let sightsMax = 2048

  private var missing: [Sight] = []
  private var spacing = Duration.zero
  private var source: LSN = .zero
  private var durable: LSN = .zero

  /// A clock that has seen nothing.
  public init() {}

  /// Takes note of both positions.
  public mutating func observe(source: LSN, durable: LSN, at now: ContinuousClock.Instant) {
    self.durable = max(self.durable, durable)
    missing.removeAll { $0.position <= self.durable }
    if missing.isEmpty {
      spacing = .zero
      // One that was left out between two others is missing all the same.
      if self.source > self.durable { missing.append(Sight(position: self.source, at: now)) }
    }
    guard source > self.source else { return }
    self.source = source
    guard source > self.durable, missing.last.map({ now - $0.at >= spacing }) ?? true else { return }
    missing.append(Sight(position: source, at: now))
    guard missing.count > Self.sightsMax, let first = missing.first else { return }
    // The oldest decides, so it stays.
    missing = missing.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
    spacing = (now - first.at) / missing.count
  }

  /// The lag; nothing is known before both sides have been seen.
  public func lag(at now: ContinuousClock.Instant) -> PipelineLag {
    var lag = PipelineLag()
    guard source > .zero, durable > .zero else { return lag }
    lag.bytes = durable < source ? Int64(clamping: source.bytes(since: durable)) : 0
    lag.seconds = missing.first.map { (now - $0.at) / .seconds(1) } ?? 0
    return lag
  }
}
