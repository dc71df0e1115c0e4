import PostgresTypes
import Synchronization

/// What the apply thread lets others see of itself: the service's heartbeat reads it.
final class StreamObservation: Sendable {
  /// A moment of the apply thread.
  struct Moment: Sendable {
    var activity = "starting"
    var appliedLSN: LSN = .zero
    var receivedLSN: LSN = .zero
    var sourceLSN: LSN = .zero
    var lastError: String?
  }

  private let moment = Mutex(Moment())

  /// The latest.
  var latest: Moment { moment.withLock { $0 } }

  /// Changes what is seen.
  func update(_ change: (inout Moment) -> Void) { moment.withLock { change(&$0) } }
}
