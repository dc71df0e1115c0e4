import PostgresTypes
import Synchronization

/// The position up to which the source may forget: written by the apply thread, read by the receiver.
///
/// It is never set past what is stored as progress and flushed on the target (guarantee G5).
public final class ConfirmedPosition: Sendable {
  private let storage: Atomic<UInt64>

  /// Starts at a position that is durable on the target.
  public init(_ lsn: LSN) { storage = Atomic(lsn.rawValue) }

  /// The position.
  public var lsn: LSN { LSN(rawValue: storage.load(ordering: .acquiring)) }

  /// Moves on. Never backwards.
  public func advance(to lsn: LSN) {
    _ = storage.max(lsn.rawValue, ordering: .acquiringAndReleasing)
  }
}
