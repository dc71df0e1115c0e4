internal import CLibPQ

extension ServerLink {
  /// Runs statements by the simple protocol; the last result, or the first error after everything was read.
  @discardableResult
  func run(_ sql: String, label: String?) throws(PostgresError) -> ResultStorage? {
    try requireNoNUL(sql, in: "an SQL text")
    guard PQsendQuery(try handle(), sql) == 1 else { throw refused() }
    return try finish(label: label)
  }

  /// Sends what is queued and reads results to the end of the command.
  func finish(label: String?) throws(PostgresError) -> ResultStorage? {
    try flush()
    return try leave(nil, label: label)
  }

  /// Reads results to the end of the command, `first` being one that was read already.
  @discardableResult
  func leave(_ first: ResultStorage?, label: String?) throws(PostgresError) -> ResultStorage? {
    var last: ResultStorage?
    var failure: PostgresError?
    var next = first
    if next == nil { next = try nextResult() }
    while let result = next {
      switch result.status {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: last = result
      case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
        try abandonCopy(result.status)
        let misuse = PostgresError(
          kind: .usage, message: "a COPY statement needs copyIn or copyOut", endpoint: endpoint, statementLabel: label)
        failure = failure ?? misuse
      default: failure = failure ?? error(of: result, label: label)
      }
      next = try nextResult()
    }
    if let failure { throw failure }
    return last
  }

  /// Gets a connection out of a COPY that nobody wants.
  private func abandonCopy(_ status: ExecStatusType) throws(PostgresError) {
    let connection = try handle()
    if status != PGRES_COPY_OUT {
      guard PQputCopyEnd(connection, "not wanted") >= 0 else { throw refused() }
      try flush()
    }
    guard status != PGRES_COPY_IN else { return }
    cancelHandle.cancel()
    while try nextCopyRow() != nil {}
  }
}
