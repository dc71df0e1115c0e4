internal import CLibPQ

extension PostgresConnection {
  /// Runs a `COPY … TO STDOUT` and gives every row to `body`; returns the number of rows.
  ///
  /// The bytes are valid during the call only. If `body` throws, the statement is cancelled, its error is thrown, and
  /// a transaction block that is open has failed.
  @discardableResult
  public func copyOut(
    _ sql: String, label: String? = nil, _ body: (UnsafeRawBufferPointer) throws(PostgresError) -> Void
  ) throws(PostgresError) -> Int {
    try startCopyOut(sql, label: label)
    do {
      while let row = try nextCopyRow() { try body(row) }
    } catch {
      if case .outgoing = copy, !error.endsConnection { try cancelCopyOut() }
      throw error
    }
    return try endCopyOut(label: label)
  }

  /// Starts a `COPY … TO STDOUT` whose rows are then taken with ``nextCopyRow()``.
  public func startCopyOut(_ sql: String, label: String? = nil) throws(PostgresError) {
    try startCopy(sql, expecting: PGRES_COPY_OUT, label: label)
    copy = .outgoing(OutgoingCopy())
  }

  /// Blocks until the next row is there; nil after the last one, when ``endCopyOut(label:)`` has to follow.
  ///
  /// The bytes are libpq's own and valid until the next call on this connection.
  public func nextCopyRow() throws(PostgresError) -> UnsafeRawBufferPointer? {
    guard case .outgoing(var progress) = copy else { throw outOfStep("no COPY TO STDOUT is in progress") }
    if progress.isAtEnd { return nil }
    progress.current = try link.nextCopyRow()
    progress.isAtEnd = progress.current == nil
    copy = .outgoing(progress)
    return progress.current?.bytes
  }

  /// Ends the COPY after its last row; returns the number of rows, or throws the error that ended it early.
  @discardableResult
  public func endCopyOut(label: String? = nil) throws(PostgresError) -> Int {
    guard case .outgoing(let progress) = copy else { throw outOfStep("no COPY TO STDOUT is in progress") }
    copy = .none
    if !progress.isAtEnd { while try link.nextCopyRow() != nil {} }
    return try link.finish(label: label)?.rowsAffected ?? 0
  }

  /// Ends the COPY before its last row: the statement is cancelled on the server.
  public func cancelCopyOut() throws(PostgresError) {
    cancelHandle.cancel()
    do {
      _ = try endCopyOut()
    } catch {
      // That it was cancelled is what was asked for.
      guard error.kind == .server else { throw error }
    }
  }
}
