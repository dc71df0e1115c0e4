internal import CLibPQ

extension PostgresConnection {
  /// Starts a `COPY … FROM STDIN`.
  public func copyIn(_ sql: String, label: String? = nil) throws(PostgresError) {
    try startCopy(sql, expecting: PGRES_COPY_IN, label: label)
    copy = .incoming(IncomingCopy())
  }

  /// Sends data; rows may be cut anywhere. Blocks while the server is slower than the caller.
  ///
  /// An error that the server reports in the middle is thrown here when it is noticed, at the latest by
  /// ``endCopyIn(label:)``; the COPY is then over.
  public func putCopyData(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) {
    guard case .incoming(var progress) = copy else { throw outOfStep("no COPY FROM STDIN is in progress") }
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = rest.prefix(Self.copyPieceBytes)
      rest = rest.dropFirst(Self.copyPieceBytes)
      if progress.queuedBytes + piece.count > Self.copyPieceBytes { try sendQueuedCopyData(&progress) }
      try link.queueCopyData(UnsafeRawBufferPointer(rebasing: piece))
      progress.queuedBytes += piece.count
    }
    copy = .incoming(progress)
  }

  /// How much COPY data is handed to libpq at once: a socket that says it can be written has at least that much room.
  private static let copyPieceBytes = 16 * 1024

  /// Waits until the socket has room and sends everything that is queued.
  ///
  /// libpq shows an error that the server reports only after the end of the data. So that a copy of hours does not go
  /// on into the void, the server's first byte is looked at while it still lies in the socket. For the same reason the
  /// socket is only written to when it has room: libpq reads whenever it cannot write.
  private func sendQueuedCopyData(_ progress: inout IncomingCopy) throws(PostgresError) {
    while try link.wait(writing: true) {
      try throwError(lyingInSocket: progress)
      progress.isInputUntouched = false
      guard try link.consumeInput() else { throw link.lost() }
    }
    try link.flush()
    progress.queuedBytes = 0
  }

  private func throwError(lyingInSocket progress: IncomingCopy) throws(PostgresError) {
    guard progress.isInputUntouched, link.errorLiesInSocket() else { return }
    copy = .none
    guard PQputCopyEnd(try link.handle(), "the server has reported an error") >= 0 else { throw link.refused() }
    _ = try link.finish(label: nil)
    throw outOfStep("the server ended the COPY without an error")
  }

  /// Ends the data and waits for the server's word; returns the number of rows taken.
  @discardableResult
  public func endCopyIn(label: String? = nil) throws(PostgresError) -> Int {
    guard case .incoming = copy else { throw outOfStep("no COPY FROM STDIN is in progress") }
    copy = .none
    guard PQputCopyEnd(try link.handle(), nil) >= 0 else { throw link.refused() }
    return try link.finish(label: label)?.rowsAffected ?? 0
  }

  /// Makes the COPY fail on the server, so that nothing of it is kept; `why` goes to the server's log.
  ///
  /// Returns normally if the COPY failed as wanted; in a transaction block the transaction has failed with it.
  public func failCopyIn(_ why: String) throws(PostgresError) {
    guard case .incoming = copy else { throw outOfStep("no COPY FROM STDIN is in progress") }
    copy = .none
    try link.requireNoNUL(why, in: "the reason for ending a COPY")
    guard PQputCopyEnd(try link.handle(), why) >= 0 else { throw link.refused() }
    do {
      _ = try link.finish(label: nil)
    } catch {
      // The server answers with an error in any case; only one that ends the connection is news.
      guard error.kind == .server else { throw error }
    }
  }

  /// Sends a COPY statement and waits until the server is in the mode that it should lead to.
  func startCopy(_ sql: String, expecting mode: ExecStatusType, label: String?) throws(PostgresError) {
    guard case .none = copy, pipeline == nil else { throw outOfStep("another COPY or a pipeline is in progress") }
    try link.requireNoNUL(sql, in: "an SQL text")
    guard PQsendQuery(try link.handle(), sql) == 1 else { throw link.refused() }
    try link.flush()
    guard let result = try link.nextResult() else { throw outOfStep("the COPY statement gave no result") }
    if result.status == mode { return }
    try link.leave(result, label: label)
    throw outOfStep("the statement is not the kind of COPY that was announced")
  }

  /// A call that makes no sense in the connection's state.
  func outOfStep(_ message: String) -> PostgresError {
    PostgresError(kind: .usage, message: message, endpoint: endpoint)
  }
}
