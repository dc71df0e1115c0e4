import Foundation
import LibPQ
import PostgresClusters
import PostgresTypes
import Synchronization

@testable import SyncEngine

/// Stands in for the service: leads the pipeline, and answers each request as the test says.
final class LeadingSession: Sendable {
  private let isOver = Mutex(false)
  private let done = DispatchSemaphore(value: 0)

  /// Takes the lead, then answers on a thread of its own until ``end()``.
  init(
    _ pipeline: PreparedPipeline,
    answer: @escaping @Sendable (RequestRecord, PipelineCatalog) throws -> Void
  ) throws {
    let settings = try pipeline.cluster.connectionSettings(database: pipeline.target)
    let name = pipeline.catalog.pipeline
    let leads = DispatchSemaphore(value: 0)
    Thread.detachNewThread { [self] in
      defer { done.signal() }
      do {
        let connection = try PostgresConnection(settings, applicationName: "leading")
        defer { connection.close() }
        let lock = LeadershipLock(pipeline: name)
        try connection.execute("SELECT pg_advisory_lock(\(lock.sqlArguments)); LISTEN pgsyncd")
        leads.signal()
        let catalog = PipelineCatalog(connection, pipeline: name)
        while !isOver.withLock({ $0 }) {
          for request in try catalog.openRequests() { try answer(request, catalog) }
          var entry = pollfd(fd: connection.socket, events: Int16(POLLIN), revents: 0)
          _ = poll(&entry, 1, 20)
          _ = try connection.notifications()
        }
      } catch {
        // The command under test then sees that nobody leads, which its test does not expect.
        leads.signal()
      }
    }
    leads.wait()
  }

  /// Gives the lead up.
  func end() {
    isOver.withLock { $0 = true }
    done.wait()
  }
}
