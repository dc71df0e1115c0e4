import Foundation
import PostgresClusters
import Synchronization

/// Runs a script on a server again and again, each time as one transaction, until it is stopped.
final class BackgroundSession: Sendable {
  private let isStopped = Atomic(false)
  private let ended = DispatchSemaphore(value: 0)

  /// Begins at once, in a session of its own.
  init(on cluster: ThrowawayCluster, repeating script: String) throws {
    let cluster = cluster
    Thread.detachNewThread { [self] in
      defer { ended.signal() }
      guard let session = try? cluster.connect() else { return }
      defer { session.close() }
      while !isStopped.load(ordering: .acquiring) {
        do { try session.execute(script) } catch { return }
      }
    }
  }

  /// Ends it and waits for its last transaction.
  func stop() {
    guard !isStopped.exchange(true, ordering: .acquiringAndReleasing) else { return }
    ended.wait()
  }
}
