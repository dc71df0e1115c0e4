import LogicalReplication
import Synchronization

/// Hands sealed segments from the receiver to the apply thread; bounded in bytes.
///
/// The producer never waits: it asks ``hasRoom`` before it reads on from its socket. The consumer takes all that
/// has piled up at once, so batches grow exactly when the target is slower than the source.
public final class SegmentQueue: Sendable {
  private struct State {
    var segments: [Segment] = []
    var bytes = 0
    var end: ReceiverEnd?
    var pool: [Segment] = []
  }

  private let state = Mutex(State())
  private let limitBytes: Int
  /// Wakes the apply thread; shared with the other senders of work to it.
  public let consumerWake: WakeUp
  /// Wakes the receiver: there is room again, or something to confirm, or it shall stop.
  public let producerWake = WakeUp()

  /// Makes an empty queue.
  ///
  /// - Parameters:
  ///   - limitBytes: from so many bytes on the queue is full.
  ///   - consumerWake: what the consumer waits on.
  public init(limitBytes: Int, consumerWake: WakeUp) {
    self.limitBytes = limitBytes
    self.consumerWake = consumerWake
  }

  /// False while the queue is full: the producer leaves its socket alone until ``producerWake`` is signalled.
  public var hasRoom: Bool { state.withLock { $0.bytes < limitBytes } }

  /// True if the consumer has taken everything.
  public var isEmpty: Bool { state.withLock { $0.segments.isEmpty } }

  /// Appends a segment. It belongs to the consumer from here on.
  public func push(_ segment: Segment) {
    state.withLock {
      $0.segments.append(segment)
      $0.bytes += segment.capacity
    }
    consumerWake.signal()
  }

  /// Says that no segment will follow. The first word counts.
  public func finish(_ end: ReceiverEnd) {
    state.withLock { if $0.end == nil { $0.end = end } }
    consumerWake.signal()
  }

  /// Takes segments for one unit of work: a run of whole transactions up to about `limitBytes`, or one piece of a
  /// transaction that is larger than a segment.
  ///
  /// - Returns: the segments in order, empty if there are none at present; and, once those are all taken, how the
  ///   stream ended.
  public func take(limitBytes: Int) -> (segments: [Segment], end: ReceiverEnd?) {
    let (taken, end, wasFull) = state.withLock { state -> ([Segment], ReceiverEnd?, Bool) in
      let wasFull = state.bytes >= self.limitBytes
      var count = 0
      var bytes = 0
      for segment in state.segments {
        if count > 0, bytes + segment.count > limitBytes || segment.isPiece || state.segments[0].isPiece { break }
        count += 1
        bytes += segment.count
      }
      let taken = Array(state.segments[..<count])
      state.segments.removeFirst(count)
      for segment in taken { state.bytes -= segment.capacity }
      return (taken, state.segments.isEmpty && taken.isEmpty ? state.end : nil, wasFull)
    }
    if wasFull, !taken.isEmpty { producerWake.signal() }
    return (taken, end)
  }

  /// Gives used segments back, for the producer to fill again.
  public func recycle(_ segments: [Segment]) {
    state.withLock { state in
      for segment in segments where state.pool.count < 8 && segment.capacity <= 2 * Segment.sealBytes {
        segment.removeAll()
        state.pool.append(segment)
      }
    }
  }

  /// An empty segment, used before or new.
  public func emptySegment() -> Segment {
    state.withLock { $0.pool.popLast() } ?? Segment()
  }
}

/// How the receiver ended.
public enum ReceiverEnd: Sendable {
  /// It was told to stop.
  case stopped
  /// The connection or the stream failed; what was handed over before is valid.
  case failed(SyncError)
}
