internal import CLibPQ

extension ServerLink {
  /// Reads what follows the last message of a stream and leaves the connection ready for commands; throws the error
  /// that ended the stream.
  func finishStream() throws(PostgresError) {
    var failure: PostgresError?
    while let result = try nextResult() {
      switch result.status {
      case PGRES_COPY_IN, PGRES_COPY_BOTH:
        // The server has said its last word and waits for ours.
        guard PQputCopyEnd(try handle(), nil) >= 0 else { throw refused() }
        try flush()
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK: break
      default: failure = failure ?? error(of: result)
      }
    }
    if let failure { throw failure }
  }

  /// What the server said before the connection broke.
  func finalError() throws(PostgresError) -> PostgresError? {
    while true {
      switch try availableCopyRow() {
      case .row: continue
      case .nothingYet: return nil
      case .ended:
        guard let result = PQgetResult(try handle()).map(ResultStorage.init) else { return nil }
        return result.status == PGRES_FATAL_ERROR ? error(of: result) : nil
      }
    }
  }
}
