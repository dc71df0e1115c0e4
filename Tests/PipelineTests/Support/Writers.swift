import Foundation
import PostgresClusters
import Synchronization

/// A session that runs statements again and again until it is told to stop: the traffic under which something happens.
final class Writers: Sendable {
  private let isStopped = Atomic(false)
  private let rounds = Atomic(0)
  private let ended = DispatchSemaphore(value: 0)
  private let failure = Mutex<String?>(nil)

  /// Begins at once.
  ///
  /// - Parameter statements: makes the statements of one round, one transaction.
  init(on cluster: ThrowawayCluster, _ statements: @escaping @Sendable (Int) -> String) {
    Thread.detachNewThread { [self] in
      defer { ended.signal() }
      do {
        let session = try cluster.connect(applicationName: "writers")
        defer { session.close() }
        while !isStopped.load(ordering: .acquiring) {
          let round = rounds.add(1, ordering: .acquiringAndReleasing).newValue
          try session.execute(statements(round))
        }
      } catch {
        failure.withLock { $0 = "\(error)" }
      }
    }
  }

  /// Ends the traffic after its last transaction; what went wrong, if anything did.
  @discardableResult
  func stop() -> String? {
    if !isStopped.exchange(true, ordering: .acquiringAndReleasing) { ended.wait() }
    return failure.withLock { $0 }
  }
}
