import LibPQ
import PostgresTypes

/// Two databases that live as long as a check: the copies of the source's and of the target's schema.
final class ScratchDatabases {
  /// The copy of the source.
  private(set) var source: PostgresConnection
  /// The copy of the target.
  private(set) var target: PostgresConnection
  private let administration: PostgresConnection
  private let names: [String]

  /// Creates both on one server.
  ///
  /// - Parameters:
  ///   - server: any database of the server; its role needs CREATEDB.
  ///   - token: makes the names unique on that server.
  ///   - interruption: ends whatever the copies wait for; the databases are dropped all the same.
  init(
    on server: ConnectionSettings, token: String, interruption: WaitInterruption
  ) throws(PostgresError) {
    administration = try PostgresConnection(server, applicationName: "pgsyncd check")
    names = ["source", "target"].map { "pgsyncd_check_\(token)_\($0)" }
    do {
      for name in names {
        try administration.execute("CREATE DATABASE \(SQLIdentifier.quoted(name)) TEMPLATE template0")
      }
      source = try PostgresConnection(
        server.setting("dbname", names[0]), applicationName: "pgsyncd check", interruption: interruption)
      target = try PostgresConnection(
        server.setting("dbname", names[1]), applicationName: "pgsyncd check", interruption: interruption)
    } catch {
      Self.drop(names, administration)
      throw error
    }
  }

  /// Drops both, whatever has happened in them.
  ///
  /// - Returns: the names of those that could not be dropped.
  @discardableResult
  func drop() -> [String] {
    source.close()
    target.close()
    return Self.drop(names, administration)
  }

  @discardableResult
  private static func drop(_ names: [String], _ administration: PostgresConnection) -> [String] {
    names.filter { name in
      do {
        try administration.execute("DROP DATABASE IF EXISTS \(SQLIdentifier.quoted(name)) WITH (FORCE)")
        return false
      } catch {
        return true
      }
    }
  }
}
