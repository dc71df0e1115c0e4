internal import CLibPQ
import Glibc

/// What libpq will use for a connection: the settings given, then the service file, the environment and its defaults.
struct EffectiveSettings {
  /// Keywords and values; a parameter without a value anywhere is missing.
  let values: [String: String]

  /// Asks libpq without contacting anyone.
  ///
  /// `PQconnectStartParams` first resolves every parameter and then validates them; an invalid `channel_binding` makes
  /// it stop there. The password keeps it from reading (and perhaps complaining about) a password file.
  init(_ settings: ConnectionSettings) {
    var probe = settings.values
    probe["channel_binding"] = "only resolve the parameters"
    probe["password"] = probe["password"] ?? "unused"
    let connection = ConninfoOptions.withCArrays(of: probe) { PQconnectStartParams($0, $1, 0) }
    defer { PQfinish(connection) }
    guard let connection, let options = PQconninfo(connection) else {
      values = settings.values
      return
    }
    defer { PQconninfoFree(options) }
    // A service that does not exist leaves no parameter resolved; then what was given is all there is.
    values = settings.values.merging(ConninfoOptions.values(options)) { given, resolved in
      resolved.isEmpty ? given : resolved
    }
  }

  private subscript(_ key: String) -> String? {
    values[key].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// `host:port/database`, or `/socket/folder:port/database`; several hosts are separated by commas.
  var endpoint: String {
    let hosts = (self["host"] ?? self["hostaddr"] ?? "/var/run/postgresql").split(separator: ",")
    let ports = (self["port"] ?? "5432").split(separator: ",")
    let places = hosts.enumerated().map { index, host in
      Self.place(String(host), String(ports.count == hosts.count ? ports[index] : ports.first ?? "5432"))
    }
    return places.joined(separator: ",") + "/" + (self["dbname"] ?? self["user"] ?? "")
  }

  /// `host:port`; an IPv6 address stands in brackets.
  static func place(_ host: String, _ port: String) -> String {
    host.contains(":") && !host.hasPrefix("/") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }

  /// How long one host may take, nil for ever. libpq never waits less than two seconds.
  var connectTimeoutSeconds: Int? {
    let seconds = self["connect_timeout"].flatMap { Int($0.filter { !$0.isWhitespace }) } ?? Self.connectTimeoutSeconds
    return seconds > 0 ? max(seconds, 2) : nil
  }

  private static let connectTimeoutSeconds = 10

  /// Parameters that find a peer that vanished without closing the connection within a minute: after 20 s of silence
  /// three probes 5 s apart when idle, 45 s when data of ours stays unacknowledged. What the user set stays.
  var halfOpenDetection: [String: String] {
    let defaults = [
      "keepalives_idle": "20", "keepalives_interval": "5", "keepalives_count": "3", "tcp_user_timeout": "45000",
    ]
    return defaults.filter { self[$0.key] == nil }
  }
}
