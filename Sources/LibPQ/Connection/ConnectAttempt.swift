internal import CLibPQ
import Glibc
import PostgresTypes

/// One run of `PQconnectPoll` over the hosts that are given, with the time limits that it leaves to its caller.
struct ConnectAttempt {
  private let effective: EffectiveSettings
  private let interruption: WaitInterruption?
  /// What is being tried, as far as it is known.
  private var place = ""
  /// When it will have had its time.
  private var deadline: ContinuousClock.Instant?
  /// The host, and the port, that was given up because it said nothing. libpq goes on to the next one by itself only
  /// if there was no connection yet.
  private(set) var silent: (host: String, port: String)?

  init(_ effective: EffectiveSettings, interruption: WaitInterruption?) {
    self.effective = effective
    self.interruption = interruption
  }

  /// Connects; the result belongs to the caller.
  mutating func run(
    _ parameters: [String: String]
  ) throws(PostgresError) -> (connection: OpaquePointer, redaction: Redaction) {
    guard let connection = ConninfoOptions.withCArrays(of: parameters, { PQconnectStartParams($0, $1, 0) }) else {
      throw PostgresError(kind: .connectionFailed, message: "out of memory", endpoint: effective.endpoint)
    }
    let redaction = Redaction(
      secrets: [String(cString: PQpass(connection)), parameters["sslpassword"] ?? ""],
      harmless: ["user", "dbname", "host"].compactMap { effective.values[$0] })
    do {
      try poll(connection, redaction)
    } catch {
      PQfinish(connection)
      throw error
    }
    return (connection, redaction)
  }

  private mutating func poll(_ connection: OpaquePointer, _ redaction: Redaction) throws(PostgresError) {
    // Verbose errors are the only way to learn the SQLSTATE of a refused connection.
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
    // libpq itself would print notices.
    PQsetNoticeReceiver(connection, { _, _ in }, nil)
    // libpq wants its caller to begin as if it had been told to wait for writing (libpq-connect, PQconnectPoll).
    var state = PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
    while true {
      switch state {
      case PGRES_POLLING_OK: return
      case PGRES_POLLING_READING, PGRES_POLLING_WRITING:
        follow(connection)
        try wait(connection, reading: state == PGRES_POLLING_READING)
        state = PQconnectPoll(connection)
      default:
        throw failure(connection, redaction)
      }
    }
  }

  /// Starts the clock anew whenever libpq has gone on to another host or address.
  private mutating func follow(_ connection: OpaquePointer) {
    let current = [PQhost(connection), PQhostaddr(connection), PQport(connection)].map(Self.text)
      .joined(separator: " ")
    guard current != place else { return }
    place = current
    silent = nil
    deadline = effective.connectTimeoutSeconds.map { ContinuousClock.now + .seconds($0) }
  }

  private mutating func wait(_ connection: OpaquePointer, reading: Bool) throws(PostgresError) {
    do {
      _ = try SocketWait.wait(
        for: connection, reading: reading, writing: !reading, interruption: interruption, deadline: deadline)
    } catch .timedOut {
      // Whatever libpq was waiting for now fails at once.
      silent = (Self.text(PQhost(connection)), Self.text(PQport(connection)))
      shutdown(PQsocket(connection), Int32(SHUT_RDWR))
      deadline = nil
    } catch .interrupted {
      throw PostgresError(kind: .interrupted, message: "connecting was interrupted", endpoint: effective.endpoint)
    } catch {
      throw PostgresError(kind: .connectionFailed, message: "\(error)", endpoint: effective.endpoint)
    }
  }

  /// Why no connection came about.
  private func failure(_ connection: OpaquePointer, _ redaction: Redaction) -> PostgresError {
    guard silent == nil else {
      return PostgresError(
        kind: .connectionFailed, message: "no answer within \(effective.connectTimeoutSeconds ?? 0) s",
        sqlState: .unableToConnect, hint: "check host, port and firewall; connect_timeout sets the limit",
        endpoint: effective.endpoint)
    }
    let failure = ConnectFailure(redaction(String(cString: PQerrorMessage(connection))))
    return PostgresError(
      kind: .connectionFailed, message: failure.message, sqlState: failure.sqlState ?? .unableToConnect,
      detail: failure.detail, hint: failure.hint, endpoint: effective.endpoint)
  }

  private static func text(_ pointer: UnsafeMutablePointer<CChar>?) -> String {
    pointer.map { String(cString: $0) } ?? ""
  }
}
