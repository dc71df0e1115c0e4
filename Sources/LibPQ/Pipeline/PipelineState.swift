/// What pipeline mode has sent and not yet handed out.
struct PipelineState {
  /// One thing that the server has to answer.
  enum Entry {
    case statement(label: String?)
    case sync
  }

  /// Sent, not yet answered, oldest first.
  var awaited = Fifo<Entry>()
  /// Answered, not yet taken by the caller.
  var ready = Fifo<PipelineResult>()
  /// The result of the oldest awaited statement, when only the mark that ends it is missing.
  var partial: PipelineResult?
  /// Why the connection broke, once it broke.
  var failure: PostgresError?
  /// Bytes queued since libpq's buffer was last known to be empty.
  var queuedBytes = 0
  /// Statements sent since the server was last told to send out its results.
  var statementsUnflushed = 0
}
