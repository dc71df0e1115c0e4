import LibPQ
import PostgresTypes

/// Whether the role may replicate, found out by doing it: attributes of roles are not the whole truth (managed services
/// grant replication by membership, `pg_hba.conf` may say no).
struct ReplicationAccess {
  /// What the server says of itself; nil if a replication connection is refused.
  var identity: SystemIdentity?
  /// What stands in the way.
  var problems: [SetupProblem] = []

  /// Opens a replication connection and closes it again.
  init(_ settings: ConnectionSettings, applicationName: String, role: String) {
    do throws(PostgresError) {
      let connection = try ReplicationConnection(settings, applicationName: applicationName)
      defer { connection.close() }
      identity = try connection.identifySystem()
    } catch {
      if error.sqlState == .insufficientPrivilege {
        problems.append(
          SetupProblem(
            .failure, "The role \(SQLIdentifier.quoted(role)) lacks REPLICATION on the source",
            why: "The changes are read over a replication connection", on: .source,
            fix: ["ALTER ROLE \(SQLIdentifier.quoted(role)) REPLICATION;"]))
      } else {
        problems.append(
          SetupProblem(
            .failure, "The source refuses a replication connection: \(error)",
            why: "The changes are read over a replication connection", on: .source))
      }
    }
  }
}
