internal import CLibPQ
import PostgresTypes

extension ServerLink {
  /// Opens a connection and pins its session.
  ///
  /// `connect_timeout` holds for every host and address that is tried. The interruption ends the wait at once, except
  /// inside the resolver of host names, which cannot be interrupted.
  convenience init(
    _ settings: ConnectionSettings, applicationName: String, session: SessionOptions, replication: Bool,
    interruption: WaitInterruption?
  ) throws(PostgresError) {
    let effective = EffectiveSettings(settings)
    var parameters = settings.values.merging(effective.halfOpenDetection) { given, _ in given }
    parameters["fallback_application_name"] = applicationName
    parameters["client_encoding"] = "UTF8"
    if replication { parameters["replication"] = "database" }
    guard let connection = ConninfoOptions.withCArrays(of: parameters, { PQconnectStartParams($0, $1, 0) }) else {
      throw PostgresError(kind: .connectionFailed, message: "out of memory", endpoint: effective.endpoint)
    }
    let redaction = Redaction(
      secrets: [String(cString: PQpass(connection)), settings.values["sslpassword"] ?? ""],
      harmless: ["user", "dbname", "host"].compactMap { effective.values[$0] })
    do {
      try Self.finishConnecting(connection, effective, redaction, interruption)
    } catch {
      PQfinish(connection)
      throw error
    }
    self.init(
      adopting: connection, endpoint: Self.endpoint(of: connection), redaction: redaction, interruption: interruption)
    try pin(session)
  }

  private static func finishConnecting(
    _ connection: OpaquePointer, _ effective: EffectiveSettings, _ redaction: Redaction,
    _ interruption: WaitInterruption?
  ) throws(PostgresError) {
    // Verbose errors are the only way to learn the SQLSTATE of a refused connection.
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE)
    // Before anything is connected libpq prints notices itself; from here on they are dropped.
    PQsetNoticeReceiver(connection, { _, _ in }, nil)
    var attempt = ConnectAttempt(timeoutSeconds: effective.connectTimeoutSeconds)
    // libpq wants its caller to begin as if it had been told to wait for writing (libpq-connect, PQconnectPoll).
    var state = PQstatus(connection) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
    while true {
      switch state {
      case PGRES_POLLING_OK: return
      case PGRES_POLLING_READING, PGRES_POLLING_WRITING:
        attempt.follow(connection)
        do {
          _ = try SocketWait.wait(
            for: connection, reading: state == PGRES_POLLING_READING, writing: state == PGRES_POLLING_WRITING,
            interruption: interruption, deadline: attempt.deadline)
        } catch .timedOut {
          attempt.giveUp(connection)
        } catch .interrupted {
          throw PostgresError(kind: .interrupted, message: "connecting was interrupted", endpoint: effective.endpoint)
        } catch {
          throw PostgresError(kind: .connectionFailed, message: "\(error)", endpoint: effective.endpoint)
        }
        state = PQconnectPoll(connection)
      default:
        throw attempt.failure(connection, endpoint: effective.endpoint, redaction)
      }
    }
  }

  private static func endpoint(of connection: OpaquePointer) -> String {
    let text = { (pointer: UnsafeMutablePointer<CChar>?) in pointer.map { String(cString: $0) } ?? "" }
    return "\(text(PQhost(connection))):\(text(PQport(connection)))/\(text(PQdb(connection)))"
  }

  private func pin(_ session: SessionOptions) throws(PostgresError) {
    var settings = session.settings
    // Since 17 there is one more clock that can end a transaction.
    if settings.contains(where: { $0.name == "statement_timeout" }), PQserverVersion(try handle()) >= 170_000,
      !settings.contains(where: { $0.name == "transaction_timeout" })
    {
      settings.insert(("transaction_timeout", "0"), at: 0)
    }
    guard !settings.isEmpty else { return }
    let calls = settings.map { setting in
      "pg_catalog.set_config(\(SQLLiteral.quoted(setting.name)), \(SQLLiteral.quoted(setting.value)), false)"
    }
    try run("SELECT " + calls.joined(separator: ", "), label: "session settings")
  }
}
