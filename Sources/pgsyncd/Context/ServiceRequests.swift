import Foundation
import LibPQ
import LogicalReplication
import SyncEngine

/// Asks the service for something about a table, and waits for its answer.
///
/// A request is a row of the catalog, so it outlives both ends: whatever becomes of the service or of this command,
/// the next service takes it up.
struct ServiceRequests {
  /// The channel on which the service says that it has finished a request.
  private static let outcomeChannel = "pgsyncd_outcome"

  private let target: PostgresConnection
  private let catalog: PipelineCatalog

  /// Works over a connection to the target that has no transaction open, and listens there.
  init(_ target: PostgresConnection, pipeline: String) throws(PostgresError) {
    self.target = target
    catalog = PipelineCatalog(target, pipeline: pipeline)
    try target.execute("LISTEN \(Self.outcomeChannel); LISTEN \(PipelineCatalog.notificationChannel)")
  }

  /// Writes the request down and wakes the service up; an open request for the same is used again.
  func ask(
    _ command: RequestRecord.Command, _ table: TableStatus, _ arguments: RequestArguments = .none
  ) throws -> Int64 {
    try CatalogAccess.for(.requesting, on: target) {
      let open = try catalog.openRequests().last { $0.sourceOID == table.sourceOID }
      if let open, open.command == command, open.arguments == arguments {
        try catalog.notifyService()
        return open.id
      }
      return try catalog.insertRequest(command, table.sourceOID, arguments)
    }
  }

  /// True if such a request is written down and nobody has taken it up yet.
  func isOpen(_ command: RequestRecord.Command, _ table: TableStatus) throws(PostgresError) -> Bool {
    try catalog.openRequests().last { $0.sourceOID == table.sourceOID }?.command == command
  }

  /// Waits until the request is finished.
  ///
  /// - Returns: the finished request; nil if nobody leads the pipeline any more, or the time is over.
  func outcome(of id: Int64, within limit: Duration?) throws -> RequestRecord? {
    let deadline = limit.map { ContinuousClock.now + $0 }
    while true {
      guard let request = try catalog.request(id) else {
        throw CommandFailure(.failed, "the request is gone: the pipeline was torn down meanwhile")
      }
      if request.finishedAt != nil { return request }
      if try LeadershipLock(pipeline: catalog.pipeline).holder(target) == nil { return nil }
      if let deadline, ContinuousClock.now >= deadline { return nil }
      try waitForNews()
    }
  }

  /// Blocks until a notification comes, or for half a second: a notification can be lost with a connection pooler.
  func waitForNews() throws(PostgresError) {
    var entry = pollfd(fd: target.socket, events: Int16(POLLIN), revents: 0)
    _ = poll(&entry, 1, 500)
    _ = try target.notifications()
  }
}
