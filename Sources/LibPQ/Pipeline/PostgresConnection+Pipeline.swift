internal import CLibPQ
import PostgresTypes

// How pipeline mode stays clear of deadlock and of growing buffers. The server stops reading when its own output is
// stuck, so whoever sends must read at the same time. Every send that brings the unsent bytes to a bound flushes, and
// while it flushes it takes in the server's output and turns it into results right away, so that neither of libpq's
// buffers grows with the length of the pipeline. What does grow with it are the results that the caller has not taken.
extension PostgresConnection {
  /// Turns pipeline mode on: statements are sent without waiting for the results of earlier ones.
  public func enterPipelineMode() throws(PostgresError) {
    try requireNothingInProgress()
    guard PQenterPipelineMode(try link.handle()) == 1 else { throw link.refused() }
    pipeline = PipelineState()
  }

  /// Turns pipeline mode off; every result has to be taken first.
  public func exitPipelineMode() throws(PostgresError) {
    guard let pipeline else { return }
    guard pipeline.awaited.isEmpty, pipeline.ready.isEmpty else {
      throw outOfStep("pipeline mode ends when every result was taken")
    }
    guard PQexitPipelineMode(try link.handle()) == 1 else { throw link.refused() }
    self.pipeline = nil
  }

  /// Queues one statement; its result is text.
  public func sendQuery(_ sql: String, _ parameters: BoundParameters, label: String? = nil) throws(PostgresError) {
    let connection = try pipelineHandle()
    try link.requireNoNUL(sql, in: "an SQL text")
    try requireSendable(parameters, label: label)
    let isSent = parameters.withCArrays { arrays in
      PQsendQueryParams(
        connection, sql, arrays.count, arrays.types, arrays.values, arrays.lengths, arrays.formats, 0)
    }
    try sent(isSent, bytes: sql.utf8.count + parameters.byteCount, .statement(label: label))
  }

  /// Queues the preparation of a statement; `types` may be shorter than its parameters, the rest is inferred.
  public func sendPrepare(name: String, _ sql: String, types: [OID] = [], label: String? = nil) throws(PostgresError) {
    let connection = try pipelineHandle()
    try link.requireNoNUL(name, in: "a statement's name")
    try link.requireNoNUL(sql, in: "an SQL text")
    let types = types.map(\.rawValue)
    let isSent = PQsendPrepare(connection, name, sql, Int32(types.count), types)
    try sent(isSent, bytes: sql.utf8.count, .statement(label: label))
  }

  /// Queues one run of a prepared statement; the types of the parameters are those of its preparation.
  public func sendPrepared(name: String, _ parameters: BoundParameters, label: String? = nil) throws(PostgresError) {
    let connection = try pipelineHandle()
    try link.requireNoNUL(name, in: "a statement's name")
    try requireSendable(parameters, label: label)
    let isSent = parameters.withCArrays { arrays in
      PQsendQueryPrepared(connection, name, arrays.count, arrays.values, arrays.lengths, arrays.formats, 0)
    }
    try sent(isSent, bytes: parameters.byteCount, .statement(label: label))
  }

  /// Queues a synchronisation point: the end of an implicit transaction, and where an error stops spreading.
  public func pipelineSync() throws(PostgresError) {
    try sent(PQpipelineSync(try pipelineHandle()), bytes: 0, .sync)
    pipeline?.statementsUnflushed = 0
  }

  /// Tells the server to send out the results it has, without a synchronisation point, and sends what is queued as far
  /// as that goes without waiting.
  public func requestFlush() throws(PostgresError) {
    let connection = try pipelineHandle()
    guard PQsendFlushRequest(connection) == 1 else { throw link.refused() }
    pipeline?.statementsUnflushed = 0
    if PQflush(connection) < 0 { throw link.lost() }
  }

  /// The number of statements and synchronisation points whose results were not taken yet.
  public var pipelineDepth: Int {
    pipeline.map { $0.awaited.count + $0.ready.count } ?? 0
  }

  /// Blocks until the next result is there, in the order of sending: one for each statement, preparation and
  /// synchronisation point.
  ///
  /// Sends what is still queued and, if the caller has not asked for it, tells the server to send out its results. A
  /// broken connection is thrown; a statement's own error is a result.
  public func nextPipelineResult() throws(PostgresError) -> PipelineResult {
    while true {
      guard pipeline != nil else { throw outOfStep("pipeline mode is off") }
      if let result = pipeline?.ready.popFirst() { return result }
      try throwFailure()
      try collectResults()
      guard let state = pipeline, state.ready.isEmpty, state.failure == nil else { continue }
      if state.awaited.isEmpty { return .none }
      try waitForResults(state)
    }
  }

  private func waitForResults(_ state: PipelineState) throws(PostgresError) {
    if state.statementsUnflushed == state.awaited.count { try requestFlush() }
    let unsent = PQflush(try link.handle())
    if unsent == 0 { pipeline?.queuedBytes = 0 }
    if try link.wait(writing: unsent == 1), try !link.consumeInput() {
      // What arrived before the end is still handed out; a result that tells why it ended comes before a guess.
      try collectResults()
      let lost = link.lost()
      if pipeline?.failure == nil { pipeline?.failure = lost }
    }
  }

  private func pipelineHandle() throws(PostgresError) -> OpaquePointer {
    guard pipeline != nil else { throw outOfStep("pipeline mode is off") }
    try throwFailure()
    return try link.handle()
  }

  private func throwFailure() throws(PostgresError) {
    if let failure = pipeline?.failure { throw failure }
  }

  /// Takes note of something queued and keeps the unsent bytes bounded.
  private func sent(_ outcome: Int32, bytes: Int, _ entry: PipelineState.Entry) throws(PostgresError) {
    guard outcome == 1 else { throw link.refused() }
    pipeline?.awaited.append(entry)
    if case .statement = entry { pipeline?.statementsUnflushed += 1 }
    // Every message carries some tens of bytes of its own.
    let queuedBytes = (pipeline?.queuedBytes ?? 0) + bytes + 64
    pipeline?.queuedBytes = queuedBytes
    guard queuedBytes >= PipelineState.queuedBytesMax else { return }
    try link.flush { () throws(PostgresError) in try self.collectResults() }
    pipeline?.queuedBytes = 0
  }

  /// Takes every result that is complete out of libpq, without blocking.
  private func collectResults() throws(PostgresError) {
    let connection = try link.handle()
    var emptyAnswers = 0
    while let entry = pipeline?.awaited.first, PQisBusy(connection) == 0 {
      let result = PQgetResult(connection).map(ResultStorage.init)
      if let result {
        emptyAnswers = 0
        take(result, for: entry)
      } else if let partial = pipeline?.partial {
        pipeline?.partial = nil
        _ = pipeline?.awaited.popFirst()
        pipeline?.ready.append(partial)
      } else {
        // libpq marks its way from one statement to the next with an empty answer.
        emptyAnswers += 1
        guard emptyAnswers <= 2 else { return }
      }
      if pipeline?.failure != nil { return }
    }
  }

  private func take(_ result: ResultStorage, for entry: PipelineState.Entry) {
    switch result.status {
    case PGRES_PIPELINE_SYNC:
      guard case .sync = entry else {
        pipeline?.failure = outOfStep("the server synchronised out of step with what was sent")
        return
      }
      _ = pipeline?.awaited.popFirst()
      pipeline?.ready.append(.sync)
    case PGRES_PIPELINE_ABORTED:
      pipeline?.partial = .aborted
    case PGRES_TUPLES_OK:
      pipeline?.partial = .command(rowsAffected: result.rowsAffected, QueryResult(result))
    case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
      // Nearly all results of an applier are of this kind: only their count is kept.
      pipeline?.partial = .command(rowsAffected: result.rowsAffected, nil)
    default:
      var label: String?
      if case .statement(let given) = entry { label = given }
      let error = link.error(of: result, label: label)
      if error.endsConnection { pipeline?.failure = error } else { pipeline?.partial = .error(error) }
    }
  }
}
