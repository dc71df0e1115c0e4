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
    var hosts = HostList(effective.values)
    while true {
      var attempt = ConnectAttempt(effective, interruption: interruption)
      do {
        let (connection, redaction) = try attempt.run(parameters)
        self.init(
          adopting: connection, endpoint: Self.endpoint(of: connection), redaction: redaction,
          interruption: interruption)
        break
      } catch {
        // A host that takes connections and then says nothing must not keep us from the hosts after it.
        guard let silent = attempt.silent, hosts.drop(throughHost: silent.host, port: silent.port) else { throw error }
        parameters.merge(hosts.parameters) { $1 }
      }
    }
    try pin(session)
  }

  private static func endpoint(of connection: OpaquePointer) -> String {
    let text = { (pointer: UnsafeMutablePointer<CChar>?) in pointer.map { String(cString: $0) } ?? "" }
    return EffectiveSettings.place(text(PQhost(connection)), text(PQport(connection))) + "/" + text(PQdb(connection))
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
