import PostgresTypes

/// Knows what may be confirmed to the source: the newest position whose target transaction the target has flushed.
///
/// The target commits asynchronously, so a commit that was answered may still be lost with the target's power. Each
/// commit is noted with the target's own WAL position after it; once the target's flush position has reached that,
/// the source position is durable. (PostgreSQL's own apply worker does the same: `get_flush_position`,
/// replication/logical/worker.c.)
public struct FlushTracker: Sendable {
  private struct Commit {
    var source: LSN
    var target: LSN
  }

  private var waiting: [Commit] = []
  private var first = 0
  /// Everything up to here is durable on the target and may be confirmed.
  public private(set) var durable: LSN

  /// Starts at a position that is known to be durable.
  public init(durable: LSN) { self.durable = durable }

  /// True while a commit waits for its flush.
  public var isWaiting: Bool { first < waiting.count }

  /// Notes a commit.
  ///
  /// - Parameters:
  ///   - source: the end of the last source transaction in it.
  ///   - target: the target's WAL insert position at some moment after the commit.
  public mutating func committed(source: LSN, target: LSN) {
    if first < waiting.count, waiting[waiting.count - 1].target >= target {
      waiting[waiting.count - 1].source = max(waiting[waiting.count - 1].source, source)
      waiting[waiting.count - 1].target = max(waiting[waiting.count - 1].target, target)
    } else {
      waiting.append(Commit(source: source, target: target))
    }
  }

  /// Notes how far the target has flushed its WAL.
  public mutating func flushed(_ position: LSN) {
    while first < waiting.count, waiting[first].target <= position {
      durable = max(durable, waiting[first].source)
      first += 1
    }
    if first == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      first = 0
    } else if first > 1024 {
      waiting.removeFirst(first)
      first = 0
    }
  }
}
