import LibPQ
import PostgresTypes

/// Opens sessions that write changes.
struct ApplyConnection {
  /// The session.
  let connection: PostgresConnection
  /// True if triggers and foreign keys do not act on what it writes.
  let actsAsReplica: Bool

  /// Connects as a replica if the role may, else as an ordinary session.
  ///
  /// `session_replication_role` needs a superuser or, from PostgreSQL 15 on, GRANT SET ON PARAMETER.
  init(_ context: PipelineContext, role: String) throws(PostgresError) {
    let name = context.applicationName(role)
    do {
      connection = try PostgresConnection(
        context.options.target, applicationName: name, session: context.applySession(actsAsReplica: true),
        interruption: context.interruption)
      actsAsReplica = true
    } catch {
      guard error.sqlState == .insufficientPrivilege else { throw error }
      connection = try PostgresConnection(
        context.options.target, applicationName: name, session: context.applySession(actsAsReplica: false),
        interruption: context.interruption)
      actsAsReplica = false
    }
  }
}
