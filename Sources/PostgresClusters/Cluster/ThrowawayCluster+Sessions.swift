import Foundation
import LibPQ

extension ThrowawayCluster {
  /// How a client gets there.
  public enum Route: Sendable {
    /// The unix socket in the cluster's folder.
    case socket
    /// 127.0.0.1, if the cluster listens there.
    case loopback
  }

  /// A libpq URI. Without a password the superuser's is used for the superuser.
  public func connectionString(
    database: String = "postgres", user: String = "postgres", password: String? = nil, over route: Route = .socket
  ) -> String {
    var credentials = Self.encoded(user)
    if let password = password ?? superuserPassword(for: user) { credentials += ":" + Self.encoded(password) }
    switch route {
    case .socket:
      return "postgresql://\(credentials)@/\(Self.encoded(database))?host=\(Self.encoded(folder))&port=\(port)"
    case .loopback: return "postgresql://\(credentials)@127.0.0.1:\(port)/\(Self.encoded(database))"
    }
  }

  /// The same as settings for a connection.
  public func connectionSettings(
    database: String = "postgres", user: String = "postgres", password: String? = nil, over route: Route = .socket
  ) throws(PostgresError) -> ConnectionSettings {
    try ConnectionSettings(connectionString(database: database, user: user, password: password, over: route))
  }

  /// Opens a session that has the server's own settings, search path included.
  public func connect(
    database: String = "postgres", user: String = "postgres", applicationName: String = "throwaway"
  ) throws(PostgresError) -> PostgresConnection {
    try PostgresConnection(
      connectionSettings(database: database, user: user), applicationName: applicationName, session: .unchanged)
  }

  /// Runs statements in a session of their own.
  public func execute(_ sql: String, database: String = "postgres", user: String = "postgres") throws(PostgresError) {
    let connection = try connect(database: database, user: user)
    defer { connection.close() }
    try connection.execute(sql)
  }

  /// Runs a statement in a session of its own; its rows, nil for NULL.
  @discardableResult
  public func query(
    _ sql: String, _ parameters: [String?] = [], database: String = "postgres", user: String = "postgres"
  ) throws(PostgresError) -> [[String?]] {
    let connection = try connect(database: database, user: user)
    defer { connection.close() }
    let result = try connection.query(sql, parameters)
    return (0..<result.rowCount).map { row in (0..<result.columnCount).map { column in result[row, column] } }
  }

  /// Creates an empty database.
  public func createDatabase(_ name: String) throws(PostgresError) {
    try execute("CREATE DATABASE \"\(name.replacingOccurrences(of: "\"", with: "\"\""))\"")
  }

  private func superuserPassword(for user: String) -> String? {
    guard user == "postgres", case .scram(let password) = options.authentication else { return nil }
    return password
  }

  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let scalar = Unicode.Scalar(byte)
      let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
      return isPlain ? String(scalar) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }
}
