internal import CLibPQ
import PostgresTypes

/// A session with a walsender (`replication=database`): commands of the replication protocol and the stream.
///
/// It belongs to the thread that made it and is not Sendable. Commands block it; ``nextCopyData()``,
/// ``consumeInput()``, ``sendCopyData(_:)`` and ``flush()`` never block.
public final class ReplicationConnection {
  private let link: ServerLink
  /// The message that the caller may still be looking at.
  private var current: CopyBuffer?
  private var isStreaming = false

  /// Connects. The walsender writes values as text under this session's settings, so they are pinned as everywhere.
  public init(
    _ settings: ConnectionSettings, applicationName: String, session: SessionOptions = .pinned,
    interruption: WaitInterruption? = nil
  ) throws(PostgresError) {
    link = try ServerLink(
      settings, applicationName: applicationName, session: session, replication: true, interruption: interruption)
  }

  /// Where it is connected to: `host:port/database` or `/socket/folder:port/database`.
  public var endpoint: String { link.endpoint }

  /// The server's version as a number: 150018 is 15.18. 0 once closed.
  public var serverVersion: Int32 { link.openHandle.map { PQserverVersion($0) } ?? 0 }

  /// The walsender's process, as in `pg_stat_replication`. 0 once closed.
  public var backendPID: Int32 { link.openHandle.map { PQbackendPID($0) } ?? 0 }

  /// The socket, to wait for with `poll`; -1 once closed.
  public var socket: Int32 { link.openHandle.map { PQsocket($0) } ?? -1 }

  /// False once the connection is known to be broken, was interrupted or closed.
  public var isAlive: Bool { link.isAlive }

  /// Cancels the command that runs here, from any thread.
  public var cancelHandle: CancelHandle { link.cancelHandle }

  /// Ends the session; later calls throw, a second call does nothing.
  public func close() {
    current = nil
    link.close()
  }
}

// MARK: Commands

extension ReplicationConnection {
  /// Asks for the cluster's identity and its current position.
  public func identifySystem() throws(PostgresError) -> SystemIdentity {
    let result = try run(ReplicationCommand.identifySystem, label: "IDENTIFY_SYSTEM")
    guard result.rowCount == 1, let systemID = result[0, "systemid"],
      let timeline = result[0, "timeline"].flatMap({ Int($0) }),
      let position = result[0, "xlogpos"].flatMap({ LSN($0) })
    else { throw unexpectedAnswer("IDENTIFY_SYSTEM") }
    return SystemIdentity(
      systemID: systemID, timeline: timeline, xlogPosition: position, database: result[0, "dbname"])
  }

  /// Creates a slot for pgoutput. Blocks until all transactions that are running have ended.
  ///
  /// - Parameter isTemporary: the slot ends with this session.
  public func createLogicalSlot(
    _ name: String, isTemporary: Bool = false, exportSnapshot: Bool
  ) throws(PostgresError) -> CreatedSlot {
    let command = ReplicationCommand.createLogicalSlot(
      name, isTemporary: isTemporary, exportSnapshot: exportSnapshot, serverVersion: serverVersion)
    let result = try run(command, label: "CREATE_REPLICATION_SLOT")
    guard result.rowCount == 1, let created = result[0, "slot_name"],
      let point = result[0, "consistent_point"].flatMap({ LSN($0) })
    else { throw unexpectedAnswer("CREATE_REPLICATION_SLOT") }
    return CreatedSlot(name: created, consistentPoint: point, snapshotName: result[0, "snapshot_name"])
  }

  /// Drops a slot. If another process uses it, fails with 55006, or waits for it to become free.
  public func dropSlot(_ name: String, waits: Bool = false) throws(PostgresError) {
    _ = try run(ReplicationCommand.dropSlot(name, waits: waits), label: "DROP_REPLICATION_SLOT")
  }

  /// The text of a timeline's history file: a line for each timeline before it, with the position where it ended.
  /// Timeline 1 has none; the server then reports an error.
  public func timelineHistory(_ timeline: Int) throws(PostgresError) -> String {
    let result = try run(ReplicationCommand.timelineHistory(timeline), label: "TIMELINE_HISTORY")
    guard result.rowCount == 1, let content = result[0, "content"] else {
      throw unexpectedAnswer("TIMELINE_HISTORY")
    }
    return content
  }

  /// Runs an SQL statement, which a walsender that is connected to a database takes as well.
  @discardableResult
  public func query(_ sql: String, label: String? = nil) throws(PostgresError) -> QueryResult {
    try run(sql, label: label)
  }

  /// Starts the stream at `start` or, if that lies before it, at the slot's confirmed position.
  ///
  /// Names and values of the options are quoted here; a list of publications is one value of quoted identifiers.
  public func startLogicalReplication(
    slot: String, from start: LSN, options: [(String, String)]
  ) throws(PostgresError) {
    try requireNoStream()
    let command = ReplicationCommand.startLogicalReplication(slot: slot, from: start, options: options)
    try link.requireNoNUL(command, in: "a replication command")
    guard PQsendQuery(try link.handle(), command) == 1 else { throw link.refused() }
    try link.flush()
    let first = try link.nextResult()
    guard let first, first.status == PGRES_COPY_BOTH else {
      try link.leave(first, label: "START_REPLICATION")
      throw unexpectedAnswer("START_REPLICATION")
    }
    isStreaming = true
  }

  private func run(_ command: String, label: String?) throws(PostgresError) -> QueryResult {
    try requireNoStream()
    return QueryResult(try link.run(command, label: label))
  }

  private func requireNoStream() throws(PostgresError) {
    guard isStreaming else { return }
    throw PostgresError(kind: .usage, message: "a stream is in progress", endpoint: endpoint)
  }

  private func unexpectedAnswer(_ command: String) -> PostgresError {
    PostgresError(kind: .server, message: "unexpected answer to \(command)", endpoint: endpoint)
  }
}

// MARK: Stream

extension ReplicationConnection {
  /// The next message that has arrived completely.
  ///
  /// An error that ends the stream is thrown; the connection is then usually gone.
  public func nextCopyData() throws(PostgresError) -> CopyData {
    current = nil
    while true {
      switch try link.availableCopyRow() {
      case .row(let buffer):
        current = buffer
        return .bytes(buffer.bytes)
      case .nothingYet:
        // What the encryption layer holds does not wake up a poll on the socket, so it is fetched here.
        guard try link.hasHiddenInput() else { return .wouldBlock }
        try consumeInput()
      case .ended:
        isStreaming = false
        try link.finishStream()
        return .finished
      }
    }
  }

  /// Takes in what the socket has.
  public func consumeInput() throws(PostgresError) {
    if try link.consumeInput() { return }
    // The server's last words, if there are any, say more than the broken connection.
    if let error = try link.finalError() { throw error }
    throw link.lost()
  }

  /// Queues a message to the server, such as a status update, and sends as much as goes out without waiting.
  public func sendCopyData(_ bytes: [UInt8]) throws(PostgresError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(PostgresError) in
      try link.queueCopyData(UnsafeRawBufferPointer(buffer))
    }
    _ = try flush()
  }

  /// Sends what is queued as far as it goes without waiting; true if everything is on its way.
  public func flush() throws(PostgresError) -> Bool {
    let unsent = PQflush(try link.handle())
    guard unsent >= 0 else { throw link.lost() }
    return unsent == 0
  }

  /// Ends the stream in an orderly way: what was sent before, such as a last status update, is surely read by the
  /// server. Closing alone may lose it, because a socket that is closed with unread input resets the connection.
  ///
  /// Discards what still arrives. Returns false, without an error, if the server did not end within the time.
  public func endStream(within limit: Duration) throws(PostgresError) -> Bool {
    guard isStreaming else { return true }
    current = nil
    let deadline = ContinuousClock.now + limit
    guard PQputCopyEnd(try link.handle(), nil) >= 0 else { throw link.refused() }
    while true {
      let unsent = PQflush(try link.handle())
      guard unsent >= 0 else { throw link.lost() }
      switch try link.availableCopyRow() {
      case .row: continue
      case .ended:
        isStreaming = false
        try link.finishStream()
        return true
      case .nothingYet:
        guard try link.waitForInput(until: deadline, writing: unsent == 1) else { return false }
      }
    }
  }
}
