internal import CLibPQ
import PostgresTypes

/// One `PGconn` in nonblocking mode, with waits of our own.
///
/// libpq's blocking calls wait inside libpq, where nothing but the server can end them. Here every wait is one `poll`
/// on the socket and on the interruption's descriptor, reads while it writes, and so neither hangs on a network that
/// has gone silent after an interruption nor deadlocks when the buffers of both sides are full.
final class ServerLink {
  /// Where it is connected to.
  let endpoint: String
  /// Cancels what runs on it.
  let cancelHandle: CancelHandle
  private let interruption: WaitInterruption?
  private let redaction: Redaction
  private let noticeSink: NoticeSink
  private var connection: OpaquePointer?
  private var isInterrupted = false

  /// Takes over an open connection.
  init(adopting connection: OpaquePointer, endpoint: String, redaction: Redaction, interruption: WaitInterruption?) {
    self.connection = connection
    self.endpoint = endpoint
    self.redaction = redaction
    self.interruption = interruption
    cancelHandle = CancelHandle(connection: connection)
    noticeSink = NoticeSink()
    noticeSink.attach(to: connection)
    PQsetnonblocking(connection, 1)
  }

  deinit { close() }

  /// Says goodbye to the server and frees everything; later calls throw.
  func close() {
    guard let connection else { return }
    self.connection = nil
    PQfinish(connection)
  }

  /// True until the connection is known to be broken or was closed.
  var isAlive: Bool {
    guard let connection, !isInterrupted else { return false }
    return PQstatus(connection) == CONNECTION_OK
  }

  /// The connection, for a call into libpq.
  func handle() throws(PostgresError) -> OpaquePointer {
    guard let connection else {
      throw PostgresError(kind: .usage, message: "the connection was closed", endpoint: endpoint)
    }
    guard !isInterrupted else { throw interruptedError() }
    return connection
  }

  /// The connection if it was not closed, for calls that only look.
  var openHandle: OpaquePointer? { connection }

  func setNoticeHandler(_ handler: @escaping @Sendable (String) -> Void) { noticeSink.handler = handler }
}

// MARK: Waiting

extension ServerLink {
  /// Blocks until the socket can be read or, if `writing`, written; returns whether it can be read.
  func wait(writing: Bool) throws(PostgresError) -> Bool {
    let connection = try handle()
    do {
      return try SocketWait.wait(for: connection, reading: true, writing: writing, interruption: interruption)
    } catch {
      throw waitFailed(error)
    }
  }

  /// Blocks until input was taken in or the deadline has passed, and then returns false.
  func waitForInput(until deadline: ContinuousClock.Instant, writing: Bool) throws(PostgresError) -> Bool {
    let connection = try handle()
    do {
      let isReadable = try SocketWait.wait(
        for: connection, reading: true, writing: writing, interruption: interruption, deadline: deadline)
      guard isReadable else { return true }
    } catch .timedOut {
      return false
    } catch {
      throw waitFailed(error)
    }
    guard try consumeInput() else { throw lost() }
    return true
  }

  /// True if an encryption layer holds input that a `poll` on the socket does not see.
  func hasHiddenInput() throws(PostgresError) -> Bool {
    EncryptedInput.pending(on: try handle()) == .some
  }

  /// Takes in what has arrived; false if the connection broke, and then the next result says how.
  func consumeInput() throws(PostgresError) -> Bool {
    PQconsumeInput(try handle()) == 1
  }

  /// Sends everything that libpq holds back, taking in what arrives meanwhile.
  func flush(onInput: () throws(PostgresError) -> Void = {}) throws(PostgresError) {
    let connection = try handle()
    while true {
      switch PQflush(connection) {
      case 0: return
      case 1:
        guard try wait(writing: true) else { continue }
        guard try consumeInput() else { throw lost() }
        try onInput()
      default: throw lost()
      }
    }
  }

  /// Blocks until the next result is complete; nil after the last one of a command.
  func nextResult() throws(PostgresError) -> ResultStorage? {
    let connection = try handle()
    while PQisBusy(connection) == 1 {
      _ = try wait(writing: false)
      // A connection that broke leaves a result that says so: a server that was shut down has said why before.
      if try !consumeInput() { break }
    }
    return PQgetResult(connection).map(ResultStorage.init)
  }

  private func waitFailed(_ failure: SocketWait.Failure) -> PostgresError {
    switch failure {
    case .interrupted: return interruptedError()
    case .timedOut, .system:
      return PostgresError(
        kind: .connectionLost, message: "waiting for the server failed: \(failure)", sqlState: .connectionFailure,
        endpoint: endpoint)
    }
  }

  private func interruptedError() -> PostgresError {
    isInterrupted = true
    return PostgresError(kind: .interrupted, message: "the wait was interrupted", endpoint: endpoint)
  }
}

// MARK: Errors

extension ServerLink {
  /// libpq's own words about the last failure.
  private var libraryMessage: String {
    guard let connection else { return "the connection was closed" }
    let message = ConnectFailure(redaction(String(cString: PQerrorMessage(connection))))
    return message.message
  }

  /// The connection broke without a word from the server.
  func lost() -> PostgresError {
    PostgresError(
      kind: .connectionLost, message: libraryMessage, sqlState: .connectionFailure, endpoint: endpoint)
  }

  /// A call into libpq was refused: the connection is broken, or the call made no sense in its state.
  func refused() -> PostgresError {
    guard isAlive else { return lost() }
    return PostgresError(kind: .usage, message: libraryMessage, endpoint: endpoint)
  }

  /// The error that a result carries.
  func error(of result: ResultStorage, label: String? = nil) -> PostgresError {
    var error = PostgresError(kind: .server, message: "", endpoint: endpoint, statementLabel: label)
    error.sqlState = result.errorField(.sqlState).map(SQLState.init(rawValue:))
    error.message = redaction(result.errorField(.messagePrimary) ?? libraryMessage)
    error.detail = result.errorField(.messageDetail).map(redaction.callAsFunction)
    error.hint = result.errorField(.messageHint).map(redaction.callAsFunction)
    error.context = result.errorField(.context).map(redaction.callAsFunction)
    error.schemaName = result.errorField(.schemaName)
    error.tableName = result.errorField(.tableName)
    error.columnName = result.errorField(.columnName)
    error.dataTypeName = result.errorField(.dataTypeName)
    error.constraintName = result.errorField(.constraintName)
    error.position = result.errorField(.statementPosition).flatMap { Int($0) }
    // After FATAL and PANIC the server closes the connection, even if libpq has not read the end of it yet.
    let severity = result.errorField(.severity)
    if !isAlive || severity == "FATAL" || severity == "PANIC" {
      error.kind = .connectionLost
      error.sqlState = error.sqlState ?? .connectionFailure
    }
    return error
  }

  /// Fails if a text that libpq takes as a C string holds a NUL byte, which would cut it short.
  func requireNoNUL(_ text: String, in what: String) throws(PostgresError) {
    guard text.utf8.contains(0) else { return }
    throw PostgresError(kind: .usage, message: "a NUL byte in \(what)", endpoint: endpoint)
  }
}
