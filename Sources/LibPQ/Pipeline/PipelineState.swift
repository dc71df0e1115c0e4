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
  /// How many bytes may be queued before everything has to be on its way. libpq moves what it could not send to the
  /// front of its buffer with every message, so a buffer that grows costs time with the square of its length.
  static let queuedBytesMax = 64 * 1024
  /// Statements sent since the server was last told to send out its results.
  var statementsUnflushed = 0
}
